"""Exports: begun, written by a worker, fetched as a file."""

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from uuid import UUID

from app.audit.operations import record
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.exchange import locks
from app.exchange.errors import ImporterGone
from app.exchange.models import ExportRun
from app.exchange.operations.acting import as_person
from app.exchange.operations.exporting import lines_of
from app.exchange.operations.writing import write_table
from app.exchange.rules.kinds import COLUMNS, READ_RIGHTS, TableFormat, TableKind
from app.kernel.errors import Forbidden
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.storage.errors import FileTooLarge
from app.storage.operations import store
from app.storage.rules.purposes import FilePurpose

BEGUN = "export_begun"
_IN_MEMORY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class NewExport:
    """A table to take out, and how it is to be written."""

    kind: TableKind
    format: TableFormat


@requires(*READ_RIGHTS.values())
async def begin_export(work: Work, new: NewExport, key: str) -> UUID:
    """Begin to write a table of the own organisation's into a file."""
    if not work.actor.may(READ_RIGHTS[new.kind]):
        raise Forbidden(READ_RIGHTS[new.kind])

    async def command(run_id: UUID) -> None:
        own = work.actor.own_organisation
        run = ExportRun(
            id=run_id,
            organisation_id=own,
            membership_id=work.actor.membership_id,
            kind=new.kind,
            format=new.format,
            created_at=work.now,
        )
        await work.save(run)
        record(work, "BEGIN_EXPORT", "export_run", run_id, after={"kind": new.kind})
        work.tell(DomainEvent(BEGUN, "export_run", run_id, {"organisation_id": str(own)}))

    return await once(work, key, "beginExport", [new.kind, new.format], new_id(), command)


@requires()
async def carry_export(work: Work, run_id: UUID) -> None:
    """Write an export's file, as whoever began it; for workers."""
    run = await locks.export_run(work, run_id)
    if run is None or run.ended_at is not None:
        return
    kind, form = TableKind(run.kind), TableFormat(run.format)
    run.ended_at = work.now
    try:
        person = await as_person(work, run.membership_id, READ_RIGHTS[kind])
        with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spooled:
            file = cast("IO[bytes]", spooled)
            run.rows = await write_table(COLUMNS[kind], form, lines_of(person, kind), file)
            name = f"{kind.lower()}-{work.now.date()}.{form.lower()}"
            run.file_id = await store(work, run.organisation_id, FilePurpose.EXPORT, name, file)
    except (ImporterGone, FileTooLarge) as refused:
        run.problem = refused.message
    await work.session.flush()
