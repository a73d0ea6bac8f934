"""Row locks of imports and exports."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.exchange.models import ExportRun, ImportRun


async def import_run(work: Work, run_id: UUID) -> ImportRun | None:
    """Lock an import; its rows change under this lock alone."""
    return await work.session.scalar(
        select(ImportRun).where(ImportRun.id == run_id).with_for_update()
    )


async def export_run(work: Work, run_id: UUID) -> ExportRun | None:
    """Lock an export."""
    return await work.session.scalar(
        select(ExportRun).where(ExportRun.id == run_id).with_for_update()
    )
