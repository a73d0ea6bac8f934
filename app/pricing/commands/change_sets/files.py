"""Put the prices of a file into a change set: CSV or XLSX, each fault by its line and column."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.catalog.models import Brand, Category
from app.db.work import Work
from app.kernel.errors import DomainError
from app.pricing.commands.change_sets.rows import (
    MOST_ROWS,
    Candidates,
    ErrorPolicy,
    PutOutcome,
    RowChange,
    RowFault,
    fault_of,
    put,
)
from app.pricing.errors import FileUnreadable, PriceCurrencyWrong, UnknownInFile
from app.pricing.models import PriceList
from app.pricing.operations.coded import skus_coded
from app.pricing.operations.moving import locked_for
from app.pricing.operations.scope import own_lists
from app.pricing.operations.wanted import PriceChange
from app.pricing.rules.changes import ChangeSetAction
from app.pricing.rules.price_file import FilePrice, FileRow, csv_cells, price_of, rows_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


class FileFormat(StrEnum):
    """How a file's content is given: CSV as text, XLSX as base64 of the workbook."""

    CSV = "CSV"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFile:
    """A file of prices; its columns stand in `rules.price_file.COLUMNS`."""

    format: FileFormat
    content: str
    zeros_are_meant: bool = False


@dataclass(frozen=True, slots=True)
class _Names:
    """What the file's names stand for; a name that two things have stands for none."""

    lists: Mapping[str, Sequence[PriceList]]
    skus: Mapping[str, Sequence[UUID]]
    brands: Mapping[str, UUID]
    categories: Mapping[str, Sequence[UUID]]


@requires(Permission.PRICE_WRITE)
async def import_price_changes(
    work: Work, set_id: UUID, file: PriceFile, policy: ErrorPolicy
) -> PutOutcome:
    """Put up to 10,000 lines of a file into a draft, checked like rows that are typed.

    Raises `FileUnreadable` for a file that is no table of prices, and what `put_price_changes`
    raises for the set.
    """
    row = await locked_for(work, set_id, ChangeSetAction.CHANGE)
    lines = await asyncio.to_thread(_lines, file)
    read, faults = _read(lines, file)
    names = await _names(work, [line for line, _ in read])
    candidates = _named(names, read, faults)
    return await put(work, row, candidates, policy)


def _lines(file: PriceFile) -> list[FileRow]:
    cells = csv_cells if file.format is FileFormat.CSV else _sheet_cells
    lines: list[FileRow] = []
    for line in rows_of(iter(cells(file.content))):
        if len(lines) == MOST_ROWS:
            raise FileUnreadable(f"The file has more than {MOST_ROWS} lines of prices: split it.")
        lines.append(line)
    if not lines:
        raise FileUnreadable("The file holds no prices: put a line for each below the heading.")
    return lines


def _sheet_cells(content: str) -> Iterator[Sequence[str]]:
    from app.pricing.operations.sheets import sheet_cells  # noqa: PLC0415  # megabytes of code, seldom used

    return sheet_cells(content)


def _read(
    lines: Iterable[FileRow], file: PriceFile
) -> tuple[list[tuple[FileRow, FilePrice]], list[RowFault]]:
    read: list[tuple[FileRow, FilePrice]] = []
    faults: list[RowFault] = []
    for line in lines:
        try:
            read.append((line, price_of(line, zeros_are_meant=file.zeros_are_meant)))
        except DomainError as error:
            faults.append(fault_of(line.number, error))
    return read, faults


def _named(
    names: _Names, read: Iterable[tuple[FileRow, FilePrice]], faults: Sequence[RowFault]
) -> Candidates:
    rows: dict[int, RowChange] = {}
    faulty = list(faults)
    for line, price in read:
        try:
            rows[line.number] = _row(names, line, price)
        except DomainError as error:
            faulty.append(fault_of(line.number, error))
    return Candidates(rows, faulty, are_lines=True)


def _row(names: _Names, line: FileRow, price: FilePrice) -> RowChange:
    price_list = _list(names, line)
    change = PriceChange(
        sku_id=_sku(names, line),
        brand_id=_one(names.brands, line, "brand", "brand"),
        category_id=_category(names, line),
        packaging_level=price.packaging_level,
        from_quantity=price.from_quantity,
        amount=price.amount,
        percent_of_list=price.percent_of_list,
    )
    return RowChange(
        list_id=price_list.id,
        change=change,
        first_day=price.first_day,
        last_day=price.last_day,
        is_removed=price.is_removed,
    )


def _list(names: _Names, line: FileRow) -> PriceList:
    found = names.lists.get(given := line.text("price_list"), ())
    if len(found) != 1:
        what = "price list" if not found else "single price list: several have the name"
        raise UnknownInFile(what, given).at("price_list")
    currency = line.text("currency").upper()
    if currency and currency != found[0].currency:
        raise PriceCurrencyWrong(found[0].name, found[0].currency, currency)
    return found[0]


def _one(known: Mapping[str, UUID], line: FileRow, column: str, what: str) -> UUID | None:
    given = line.text(column)
    if given and given not in known:
        raise UnknownInFile(what, given).at(column)
    return known[given] if given else None


def _sku(names: _Names, line: FileRow) -> UUID | None:
    given = line.text("sku")
    found = names.skus.get(given, ())
    if given and len(found) != 1:
        several = "single SKU: several owners use the code"
        raise UnknownInFile("SKU with the code" if not found else several, given).at("sku")
    return found[0] if given else None


def _category(names: _Names, line: FileRow) -> UUID | None:
    given = line.text("category")
    found = names.categories.get(given, ())
    if given and len(found) != 1:
        what = "category" if not found else "single category: several have the name"
        raise UnknownInFile(what, given).at("category")
    return found[0] if given else None


async def _names(work: Work, lines: Sequence[FileRow]) -> _Names:
    """Look up all names of a file; four statements."""

    def texts(column: str) -> list[str]:
        return sorted({line.text(column) for line in lines} - {""})

    def said(column: str) -> Any:
        return any_(literal(texts(column), ARRAY(Text())))

    lists = await work.session.scalars(
        select(PriceList).where(own_lists(work), PriceList.name == said("price_list"))
    )
    skus = await skus_coded(work, texts("sku"))
    brands = await work.session.execute(
        select(Brand.name, Brand.id).where(Brand.name == said("brand"))
    )
    categories = await work.session.execute(
        select(Category.name, func.array_agg(Category.id).label("ids"))
        .where(Category.name == said("category"))
        .group_by(Category.name)
    )
    named: dict[str, list[PriceList]] = {}
    for price_list in lists:
        named.setdefault(price_list.name, []).append(price_list)
    return _Names(
        named,
        skus,
        {row.name: row.id for row in brands},
        {row.name: row.ids for row in categories},
    )
