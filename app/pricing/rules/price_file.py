"""What a file of prices says, cell by cell; refusals name the column and the remedy."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO, StringIO

from app.kernel.quantity import PackagingLevel
from app.pricing.errors import CellUnreadable, FileUnreadable, ZeroPriceUnconfirmed
from app.storage.errors import TableUnreadable
from app.storage.rules.tables import separated, sheet_lines

COLUMNS: Mapping[str, str] = {
    "price_list": "The name of one of the organisation's price lists.",
    "sku": "The code of a SKU; or leave it empty and name a category.",
    "brand": "The name of a brand, together with a category.",
    "category": "The name of a category, with all below it.",
    "packaging_level": "PIECE, INNER, CASE or PALLET: what the amount is for; empty means a piece.",
    "from_quantity": "From how many pieces on the price counts; empty means from the first.",
    "amount": "The price in the list's currency, such as 1234.50.",
    "percent_of_list": "Instead of an amount: 88 means 88 % of the seller's base price.",
    "valid_from": "The first day, such as 2026-06-30; empty means as the change set says.",
    "valid_until": "The last day, which belongs to the period; empty as well.",
    "remove": "yes to take the price away; then amount and percent_of_list are empty.",
    "currency": "Optional: refused where it is not the list's.",
}
"""Every column that a file may have, and what it holds; `price_list` must be there."""

NEEDED = ("price_list",)
EXAMPLES: Mapping[str, str] = {
    "price_list": "List price",
    "sku": "TEA-500",
    "packaging_level": "CASE",
    "amount": "120.00",
}
"""A line of a template."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YES, _NO = {"yes", "true", "1", "y", "x"}, {"", "no", "false", "0", "n"}
LARGEST_UNPACKED = 64 * 1024 * 1024
"""How many bytes a workbook that is sent in base64 may unpack to."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line of a file as text, by column; `number` is its line, the heading being line 1."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a cell's text; empty where the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class FilePrice:
    """The cells of one line that stand for themselves; names are still to be looked up."""

    packaging_level: PackagingLevel | None
    from_quantity: Decimal
    amount: Decimal | None
    percent_of_list: Decimal | None
    first_day: date | None
    last_day: date | None
    is_removed: bool


def csv_cells(content: str) -> Iterator[Sequence[str]]:
    """Read lines of a text with commas, semicolons or tabs between its cells."""
    try:
        yield from separated(StringIO(content.removeprefix("\ufeff")))
    except TableUnreadable as broken:
        raise FileUnreadable(broken.problem) from broken


def sheet_cells(content: str) -> Iterator[Sequence[str]]:
    """Read a workbook given in base64; formulas come as what they last came to."""
    try:
        packed = BytesIO(b64decode(content, validate=True))
        yield from sheet_lines(packed, most=LARGEST_UNPACKED, shows_results=True)
    except binascii.Error as broken:
        problem = "The file is not an XLSX workbook in base64: save it as .xlsx and send it again."
        raise FileUnreadable(problem) from broken
    except TableUnreadable as broken:
        raise FileUnreadable(broken.problem) from broken


def rows_of(lines: Iterator[Sequence[str]]) -> Iterator[FileRow]:
    """Join the cells of each line with the heading; empty lines are passed over."""
    names = [name.strip().lower() for name in next(lines, ())]
    _check_heading(names)
    for number, line in enumerate(lines, start=2):
        cells = [cell.strip() for cell in line]
        if any(cells):
            yield FileRow(number, dict(zip(names, cells, strict=False)))


def price_of(row: FileRow, *, zeros_are_meant: bool) -> FilePrice:
    """Read a line; raises `CellUnreadable` or `ZeroPriceUnconfirmed` at the column."""
    is_removed = _is_removed(row)
    price = FilePrice(
        packaging_level=_level(row),
        from_quantity=_number(row, "from_quantity") or Decimal(0),
        amount=_number(row, "amount"),
        percent_of_list=_number(row, "percent_of_list"),
        first_day=_day(row, "valid_from"),
        last_day=_day(row, "valid_until"),
        is_removed=is_removed,
    )
    if not is_removed:
        _check_missing(price, zeros_are_meant=zeros_are_meant)
    return price


def _check_missing(price: FilePrice, *, zeros_are_meant: bool) -> None:
    if price.amount is None and price.percent_of_list is None:
        wanted = "a price: type one, or yes under remove to take the price away."
        raise CellUnreadable("An empty cell", wanted).at("amount")
    for column, given in (("amount", price.amount), ("percent_of_list", price.percent_of_list)):
        if given == 0 and not zeros_are_meant:
            raise ZeroPriceUnconfirmed().at(column)


def _check_heading(names: Sequence[str]) -> None:
    known = ", ".join(COLUMNS)
    for name in names:
        if name and name not in COLUMNS:
            raise FileUnreadable(f"There is no column {name}: the first line may name {known}.")
        if name and names.count(name) > 1:
            raise FileUnreadable(f"The column {name} stands there twice: keep one of them.")
    for name in NEEDED:
        if name not in names:
            raise FileUnreadable(f"The column {name} is missing: the first line names {known}.")


def _level(row: FileRow) -> PackagingLevel | None:
    given = row.text("packaging_level").upper()
    if given and given not in PackagingLevel.__members__:
        wanted = f"a packaging level: take {', '.join(PackagingLevel)}, or leave it empty."
        raise CellUnreadable(given, wanted).at("packaging_level")
    return PackagingLevel(given) if given else None


def _number(row: FileRow, column: str) -> Decimal | None:
    given = row.text(column)
    if not given:
        return None
    if not _NUMBER.fullmatch(given):
        wanted = "a number: write it like 1234.50, with a point and no other separator or sign."
        raise CellUnreadable(given, wanted).at(column)
    try:
        return Decimal(given)
    except InvalidOperation as beyond:
        raise CellUnreadable(given, "a number that can be kept.").at(column) from beyond


def _day(row: FileRow, column: str) -> date | None:
    given = row.text(column)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CellUnreadable(given, "a day: write it like 2026-06-30.").at(column) from None


def _is_removed(row: FileRow) -> bool:
    given = row.text("remove").lower()
    if given not in _YES | _NO:
        raise CellUnreadable(given, "yes or no: write yes to take the price away.").at("remove")
    return given in _YES
