"""Imports and exports that are old: what they did stays, and what they held goes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, union_all

from app.audit.operations import record
from app.db.work import Work
from app.exchange.models import ExportRun, ImportRow, ImportRun, ImportState
from app.storage.operations import discard

KEPT = timedelta(days=90)
_RESTING = (ImportState.CHECKED, ImportState.DONE, ImportState.FAILED)
_AT_ONCE = 100


async def old_runs(work: Work) -> Sequence[UUID]:
    """Return imports and exports that were begun long ago and are at rest, the oldest first."""
    before = work.now - KEPT
    imports = select(ImportRun.id).where(
        ImportRun.created_at <= before, ImportRun.state.in_(_RESTING)
    )
    exports = select(ExportRun.id).where(
        ExportRun.created_at <= before, ExportRun.ended_at.is_not(None)
    )
    found = union_all(imports, exports).subquery()
    statement = select(found.c.id).order_by(found.c.id).limit(_AT_ONCE)
    return (await work.session.scalars(statement)).all()


async def forget(work: Work, run: ImportRun | ExportRun) -> None:
    """Delete a locked run with its rows and its file; the trail keeps that there was one."""
    is_import = isinstance(run, ImportRun)
    record(
        work,
        "FORGET_IMPORT" if is_import else "FORGET_EXPORT",
        "import_run" if is_import else "export_run",
        run.id,
        before={"kind": run.kind, "rows": run.rows},
        on_behalf_of=run.organisation_id,
    )
    if is_import:
        rows = delete(ImportRow).where(ImportRow.run_id == run.id)
        await work.session.execute(rows.execution_options(synchronize_session=False))
    file_id = run.file_id
    await work.session.delete(run)
    await work.session.flush()
    if file_id is not None:
        await discard(work, [file_id])
