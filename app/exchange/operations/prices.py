"""Prices from a table: into a draft of a price change, which people look at and submit."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.exchange.models import ImportRun
from app.exchange.rules.rows import SHOWN, Fault, Row
from app.kernel.errors import DomainError
from app.pricing.errors import PriceChangeNotPossible
from app.pricing.models import PriceChangeSet
from app.pricing.operations.beginning import NewChangeSet, begin_change_set
from app.pricing.operations.moving import locked_for
from app.pricing.operations.named import names_of, row_of
from app.pricing.operations.putting import Candidates, ErrorPolicy, RowChange, column_of, put
from app.pricing.rules.changes import ChangeSetAction
from app.pricing.rules.price_file import FilePrice, FileRow, price_of
from app.storage.models import StoredFile

LONGEST_NAME = 200


async def write_prices(work: Work, run_id: UUID, rows: Sequence[Row]) -> None:
    """Put prices into the import's draft, which has the import's own id and its file's name."""
    read = [(row, line, price) for row in rows for line, price in _read(row)]
    names = await names_of(work, [line for _, line, _ in read])
    wanted: dict[int, RowChange] = {}
    for row, line, price in read:
        try:
            wanted[row.number] = row_of(names, line, price)
        except DomainError as error:
            row.blame(column_of(error.path), error)
    if not wanted:
        return
    by_number = {row.number: row for row in rows}
    try:
        draft = await _draft(work, run_id)
    except PriceChangeNotPossible as refused:
        for number in wanted:
            by_number[number].blame("price_list", refused)
        return
    outcome = await put(work, draft, Candidates(wanted, are_lines=True), ErrorPolicy.KEEP_VALID)
    for each in outcome.faults:
        row = by_number[each.row]
        shown = row.text(each.field)[:SHOWN]
        row.faults.append(Fault(each.field, shown, each.code, each.message))
    for number, change in wanted.items():
        if not by_number[number].faults:
            by_number[number].key = _key(change)


def _read(row: Row) -> list[tuple[FileRow, FilePrice]]:
    line = FileRow(row.number, {name: row.text(name) for name in row.cells})
    try:
        return [(line, price_of(line, zeros_are_meant=False))]
    except DomainError as error:
        row.blame(column_of(error.path), error)
        return []


async def _draft(work: Work, run_id: UUID) -> PriceChangeSet:
    there = select(PriceChangeSet.id).where(PriceChangeSet.id == run_id)
    if await work.session.scalar(there) is None:
        named = (
            select(StoredFile.file_name)
            .join(ImportRun, ImportRun.file_id == StoredFile.id)
            .where(ImportRun.id == run_id)
        )
        name = await work.session.scalar(named)
        await begin_change_set(work, run_id, NewChangeSet(name=str(name)[:LONGEST_NAME]))
    return await locked_for(work, run_id, ChangeSetAction.CHANGE)


def _key(row: RowChange) -> str:
    change = row.change
    scope = change.sku_id or f"{change.brand_id}+{change.category_id}"
    unit = change.packaging_level or "PIECE"
    return f"{row.list_id}/{scope}/{unit}/{change.from_quantity.normalize():f}/{row.first_day}"
