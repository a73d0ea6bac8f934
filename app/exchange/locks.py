"""Row locks of imports and exports."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from app.db.work import Work
from app.exchange.models import ExportRun, ImportRun


async def import_run(
    work: Work, run_id: UUID, reach: ColumnElement[bool] | None = None
) -> ImportRun | None:
    """Lock an import, of those in reach if that is told; its rows change under this lock alone."""
    statement = select(ImportRun).where(ImportRun.id == run_id, true() if reach is None else reach)
    return await work.session.scalar(statement.with_for_update())


async def export_run(work: Work, run_id: UUID) -> ExportRun | None:
    """Lock an export."""
    return await work.session.scalar(
        select(ExportRun).where(ExportRun.id == run_id).with_for_update()
    )
