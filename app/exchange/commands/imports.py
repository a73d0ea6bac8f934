"""Imports: begun with a file, checked in batches, looked at, applied in batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.tables import table_of
from app.db.work import Work
from app.exchange import locks
from app.exchange.errors import ImporterGone, ImportHasBadRows, ImportNotChecked
from app.exchange.models import ColumnMapping, ImportRun, ImportState
from app.exchange.operations.acting import as_person
from app.exchange.operations.reach import own_runs
from app.exchange.operations.reading import read_file
from app.exchange.operations.stepping import check_batch, end, write_batch
from app.exchange.rules.kinds import IMPORTED, RIGHTS, TableKind
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.storage.errors import TableUnreadable
from app.storage.operations import claim
from app.storage.rules.purposes import FilePurpose

LONGEST_HEADING = 200
STEP = "import_step"
"""The event that lets a worker carry an import on by one batch."""


@dataclass(frozen=True, slots=True)
class NewImport:
    """A table to bring in; without a mapping that of the last import of its kind is taken.

    Without an encoding it is recognised.
    """

    kind: TableKind
    file_id: UUID
    mapping: Mapping[str, str] | None = None
    encoding: str | None = None


@requires(*RIGHTS.values())
async def begin_import(work: Work, new: NewImport, key: str) -> UUID:
    """Begin to read and check a table; nothing is written before it is applied.

    Raises what claiming the file raises, and `Invalid` for columns that the kind does not have.
    """
    if new.kind not in RIGHTS:
        raise Invalid("kind", f"must be one of {', '.join(RIGHTS)}: the others are taken out only")
    if not work.actor.may(RIGHTS[new.kind]):
        raise Forbidden(RIGHTS[new.kind])
    _check_mapping(new)

    async def command(run_id: UUID) -> None:
        await claim(work, [new.file_id], FilePurpose.IMPORT)
        mapping = await _mapping(work, new)
        run = ImportRun(
            id=run_id,
            organisation_id=work.actor.own_organisation,
            membership_id=work.actor.membership_id,
            file_id=new.file_id,
            kind=new.kind,
            state=ImportState.READING,
            mapping=mapping,
            encoding=new.encoding,
            created_at=work.now,
        )
        await work.save(run)
        record(work, "BEGIN_IMPORT", "import_run", run_id, after={"kind": new.kind})
        _go_on(work, run)

    body = [new.kind, new.file_id, new.mapping, new.encoding]
    return await once(work, key, "beginImport", body, new_id(), command)


@requires(*RIGHTS.values())
async def apply_import(work: Work, run_id: UUID, *, good_rows_only: bool = False) -> UUID:
    """Let the good rows of a checked import be written, in batches; asked twice it is done once.

    Raises `ImportNotChecked`, and `ImportHasBadRows` unless the good rows are to go alone.
    """
    run = await locks.import_run(work, run_id, own_runs(work, ImportRun, RIGHTS))
    if run is None:
        raise NotFound("ImportRun").at("importId")
    if run.state in {ImportState.APPLYING, ImportState.DONE}:
        return run_id
    if run.state != ImportState.CHECKED:
        raise ImportNotChecked(run.state)
    if run.bad and not good_rows_only:
        raise ImportHasBadRows(run.bad)
    run.state = ImportState.APPLYING
    run.membership_id = work.actor.membership_id or run.membership_id
    record(work, "APPLY_IMPORT", "import_run", run_id, after={"rows": run.good})
    _go_on(work, run)
    return run_id


@requires()
async def carry_import(work: Work, run_id: UUID) -> None:
    """Carry an import on by one step, as whoever began or applied it; for workers."""
    run = await locks.import_run(work, run_id)
    if run is None:
        return
    try:
        person = await as_person(work, run.membership_id, RIGHTS[TableKind(run.kind)])
        await _step(person, run)
    except (ImporterGone, TableUnreadable) as refused:
        await end(work, run, ImportState.FAILED, refused.message)


async def _step(work: Work, run: ImportRun) -> None:
    if run.state == ImportState.READING:
        async with work.session.begin_nested():  # What cannot be read to its end leaves no rows.
            run.rows = await read_file(work, run)
        run.state = ImportState.CHECKING
        _go_on(work, run)
    elif run.state == ImportState.CHECKING:
        if await check_batch(work, run):
            _go_on(work, run)
        else:
            await end(work, run, ImportState.CHECKED)
    elif run.state == ImportState.APPLYING:
        if await write_batch(work, run):
            _go_on(work, run)
        else:
            await end(work, run, ImportState.DONE)


def _go_on(work: Work, run: ImportRun) -> None:
    data = {"organisation_id": str(run.organisation_id)}
    work.tell(DomainEvent(STEP, "import_run", run.id, data))


def _check_mapping(new: NewImport) -> None:
    known = {column.name for column in IMPORTED[new.kind]}
    for column, heading in (new.mapping or {}).items():
        if column not in known:
            raise Invalid("mapping", f"names {column}; there are {', '.join(sorted(known))}")
        if not 1 <= len(heading.strip()) <= LONGEST_HEADING:
            raise Invalid("mapping", f"must have 1 to {LONGEST_HEADING} characters for {column}")


async def _mapping(work: Work, new: NewImport) -> dict[str, str]:
    own = work.actor.own_organisation
    if new.mapping is None:
        kept = await work.session.scalar(
            select(ColumnMapping.mapping).where(
                ColumnMapping.organisation_id == own, ColumnMapping.kind == new.kind
            )
        )
        return dict(kept or {})
    mapping = dict(new.mapping)
    statement = insert(table_of(ColumnMapping)).values(
        tenant_id=work.tenant_id, organisation_id=own, kind=new.kind, mapping=mapping
    )
    await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "organisation_id", "kind"], set_={"mapping": mapping}
        )
    )
    return mapping
