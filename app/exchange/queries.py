"""What people see of their organisation's imports and exports."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.exchange.models import ExportRun, ImportRow, ImportRun, RowState
from app.exchange.operations.reach import own_runs
from app.exchange.rules.kinds import IMPORTED, READ_RIGHTS, RIGHTS, Column, TableKind
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires

MOST_FAULTY = 500


@requires(*RIGHTS.values())
async def import_runs(work: Work, page: PageRequest) -> Page[ImportRun]:
    """Return the own organisation's imports that the actor may do, the newest first."""
    statement = newest_first(
        select(ImportRun).where(own_runs(work, ImportRun, RIGHTS)), page, ImportRun.id
    )
    rows = (await work.session.scalars(statement)).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(*RIGHTS.values())
async def import_run(work: Work, run_id: UUID) -> ImportRun | None:
    """Return an import of the own organisation's; none for others'."""
    found = await work.session.scalars(
        select(ImportRun).where(ImportRun.id == run_id, own_runs(work, ImportRun, RIGHTS))
    )
    return found.one_or_none()


@requires(*RIGHTS.values())
async def faulty_rows(
    work: Work, run_ids: Collection[UUID], first: int, after: int
) -> Mapping[UUID, Sequence[ImportRow]]:
    """Return the first bad rows of imports after a line of their files, in the files' order."""
    place = func.row_number().over(partition_by=ImportRow.run_id, order_by=ImportRow.number)
    ranked = (
        select(ImportRow.run_id, ImportRow.number, place.label("place"))
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(
            ImportRow.run_id.in_(run_ids),
            ImportRow.state == RowState.BAD,
            ImportRow.number > after,
            own_runs(work, ImportRun, RIGHTS),
        )
        .subquery()
    )
    is_chosen = and_(ranked.c.run_id == ImportRow.run_id, ranked.c.number == ImportRow.number)
    statement = (
        select(ImportRow)
        .join(ranked, is_chosen)
        .where(ranked.c.place <= min(first, MOST_FAULTY))
        .order_by(ImportRow.run_id, ImportRow.number)
    )
    found: dict[UUID, list[ImportRow]] = defaultdict(list)
    for row in await work.session.scalars(statement):
        found[row.run_id].append(row)
    return found


@requires(*READ_RIGHTS.values())
async def export_run(work: Work, run_id: UUID) -> ExportRun | None:
    """Return an export of the own organisation's; none for others'."""
    found = await work.session.scalars(
        select(ExportRun).where(ExportRun.id == run_id, own_runs(work, ExportRun, READ_RIGHTS))
    )
    return found.one_or_none()


@requires(*READ_RIGHTS.values())
async def readable_exports(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return those of the files that hold an export which the actor may read."""
    statement = select(ExportRun.file_id).where(
        ExportRun.file_id.in_(file_ids), own_runs(work, ExportRun, READ_RIGHTS)
    )
    return {key for key in await work.session.scalars(statement) if key}


@requires(*RIGHTS.values())
async def readable_imports(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return those of the files that were imported by what the actor may import."""
    statement = select(ImportRun.file_id).where(
        ImportRun.file_id.in_(file_ids), own_runs(work, ImportRun, RIGHTS)
    )
    return set(await work.session.scalars(statement))


@requires()
async def columns_of(work: Work, kind: TableKind) -> Sequence[Column]:
    """Return the columns of a kind of table, as imports have them where there are any."""
    del work
    return IMPORTED[kind]
