"""Rows of a table as their columns read them; whatever is wrong is said cell by cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from app.exchange.errors import CellIsFormula
from app.exchange.rules.kinds import Column
from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.pricing.errors import CellUnreadable
from app.storage.errors import TableUnreadable

LONGEST_CELL = 10_000
_NUMBER = re.compile(r"\d{1,12}([.]\d{1,6})?")
_WHOLE = re.compile(r"\d{1,9}")
_FORMULA = re.compile(r"[=+@-]")
SHOWN = 80
"""How many characters of a wrong cell are repeated."""
Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: where, what stands there, and what would be right."""

    column: str
    given: str
    code: str
    problem: str

    def plain(self) -> dict[str, str]:
        """Return it as JSON holds it."""
        return {
            "column": self.column,
            "given": self.given,
            "code": self.code,
            "problem": self.problem,
        }


@dataclass(slots=True)
class Row:
    """A row by columns; `number` is its line in the file, the heading being 1.

    A row with faults is written by nobody. `key` is what no second row may be about; of kinds whose
    rows belong together it is what those of one have in common.
    """

    number: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list[Fault])
    key: str | None = None

    def text(self, column: str) -> str:
        """Return a cell's text, unescaped; empty where the file has no such column."""
        return unescaped(self.cells.get(column, ""))

    def blame(self, column: str, error: DomainError) -> None:
        """Note an error at a cell."""
        shown = self.text(column)[:SHOWN]
        self.faults.append(Fault(column, shown, error.code, error.message))

    def read(self, column: str, reading: Callable[[str], Value]) -> Value | None:
        """Read a cell; none where it is empty, or wrong, which is noted."""
        given = self.text(column)
        if not given:
            return None
        try:
            return reading(given)
        except DomainError as error:
            self.blame(column, error)
            return None


def check_cells(row: Row, columns: Sequence[Column]) -> None:
    """Note cells that are missing, too long, or formulas."""
    for column in columns:
        given = row.cells.get(column.name, "")
        if column.is_needed and not given:
            row.blame(column.name, CellUnreadable("An empty cell", f"enough: {column.says}"))
        elif len(given) > LONGEST_CELL:
            row.blame(column.name, CellUnreadable("So long a text", "one that can be kept."))
        elif given.startswith("="):
            row.blame(column.name, CellIsFormula(given[:SHOWN]))


def number(given: str) -> Decimal:
    """Read a number of no sign with a point."""
    if not _NUMBER.fullmatch(given):
        wanted = "a number: write it like 1234.50, with a point and no other separator or sign."
        raise CellUnreadable(given[:SHOWN], wanted)
    return Decimal(given)


def whole(given: str) -> int:
    """Read a whole number."""
    if not _WHOLE.fullmatch(given):
        raise CellUnreadable(given[:SHOWN], "a whole number such as 24.")
    return int(given)


def day(given: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        wanted = "a day: write it like 2026-06-30."
        raise CellUnreadable(given[:SHOWN], wanted) from None


def level(given: str) -> PackagingLevel:
    """Read a packaging level."""
    if given.upper() not in PackagingLevel.__members__:
        wanted = f"a packaging level: take {', '.join(PackagingLevel)}, or leave it empty."
        raise CellUnreadable(given[:SHOWN], wanted)
    return PackagingLevel(given.upper())


def one_of_words(kind: type[Word]) -> Callable[[str], Word]:
    """Return a reading of one of some words, in capitals or not."""

    def reading(given: str) -> Word:
        if given.upper() not in kind.__members__:
            wanted = f"known here: take {', '.join(kind.__members__)}, or leave it empty."
            raise CellUnreadable(given[:SHOWN], wanted)
        return kind[given.upper()]

    return reading


def places(
    headings: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]
) -> dict[str, int]:
    """Return at which place of a line each column stands, by its name or as it is mapped.

    Raises `TableUnreadable` for a heading that is missing or stands there twice.
    """
    known = [heading.strip() for heading in headings]
    found: dict[str, int] = {}
    for column in columns:
        wanted = mapping.get(column.name, column.name).strip().lower()
        at = [place for place, name in enumerate(known) if name.lower() == wanted]
        if len(at) > 1:
            raise TableUnreadable(f"The heading {wanted} stands there twice: keep one of them.")
        if at:
            found[column.name] = at[0]
        elif column.is_needed or column.name in mapping:
            shown = ", ".join(known)[:500]
            raise TableUnreadable(
                f"There is no heading {wanted} for the column {column.name}: the file has {shown}."
            )
    return found


def escaped(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """Return what was escaped as it was."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:2]) else cell


def cells_of(line: Sequence[str], at: Mapping[str, int]) -> dict[str, str]:
    """Return a line's cells by column, without blanks around them."""
    read: dict[str, Any] = {
        name: line[place].strip() for name, place in at.items() if place < len(line)
    }
    return {name: text for name, text in read.items() if text}
