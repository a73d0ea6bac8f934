"""Lists of goods as people paste them: text becomes lines, nothing is dropped, nothing guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from app.kernel.quantity import PackagingLevel

MOST_LINES = 1_000
_SEPARATORS = ("\t", ";", ",")
_NUMBER = re.compile(r"\d{1,12}([.]\d{1,6})?")
_GLUED = re.compile(r"(?P<number>\d{1,12}([.]\d{1,6})?)\s*(?P<unit>[^\W\d_]+)")
_HEADINGS = frozenset(
    {"amount", "article", "code", "ean", "gtin", "item", "level", "name", "packaging"}
    | {"packaging_level", "product", "qty", "quantity", "sku", "unit", "uom"}
    | {"单位", "商品", "数量", "条码", "编码"}
)
_WORDS: Mapping[PackagingLevel, str] = {
    PackagingLevel.PIECE: "piece pieces pc pcs ea each unit units bottle bottles 个 瓶 支",
    PackagingLevel.INNER: "inner inners pack packs 中包 包",
    PackagingLevel.CASE: "case cases cs ctn carton cartons box boxes 箱 件",
    PackagingLevel.PALLET: "pallet pallets plt pal 托盘 托 板",
}
UNITS: Mapping[str, PackagingLevel] = MappingProxyType(
    {word: level for level, words in _WORDS.items() for word in words.split()}
)
"""The words by which packaging units are known; in lower case."""


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line as it was given: a word that names goods, a quantity, perhaps a unit.

    `number` counts lines of the list from 1, the empty ones too. What could not be read is none,
    and `text` is the line itself. A unit that is named and unknown stands in `unit_word` alone.
    """

    number: int
    text: str
    word: str
    quantity: Decimal | None
    unit_word: str = ""

    @property
    def unit(self) -> PackagingLevel | None:
        """The packaging unit that is named, if any is known by this word."""
        return UNITS.get(self.unit_word.lower())


def read_text(text: str) -> list[PastedLine]:
    """Read lines with tabs, semicolons, commas or blanks between their cells.

    Each line is split at the first of these that stands in it. A heading is passed over.
    """
    rows = (_cells(line) for line in text.removeprefix("\ufeff").splitlines())
    return read_cells(rows)


def read_cells(rows: Iterable[Sequence[str]]) -> list[PastedLine]:
    """Read lines that are split already: a word, a quantity and perhaps a unit, in that order.

    Quantity and unit may also stand the other way round, or in one cell as `2 cases`. Empty lines
    are passed over.
    """
    return list(_lines(rows))


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[PastedLine]:
    is_first = True
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        is_heading = is_first and _is_heading(cells)
        is_first = False
        if not is_heading:
            yield _line(number, cells)


def _is_heading(cells: Sequence[str]) -> bool:
    return all(cell.lower() in _HEADINGS for cell in cells if cell)


def _line(number: int, cells: Sequence[str]) -> PastedLine:
    word, *rest = cells
    shown = " ".join(cell for cell in cells if cell)
    quantity, unit = _amount([cell for cell in rest if cell])
    return PastedLine(number, shown, word, quantity, unit)


def _amount(cells: Sequence[str]) -> tuple[Decimal | None, str]:
    """Read a quantity and a unit from what follows the word; no quantity where it is unclear."""
    if len(cells) == 1 and (glued := _GLUED.fullmatch(cells[0])):
        return Decimal(glued["number"]), glued["unit"]
    numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    words = [cell for cell in cells if not _NUMBER.fullmatch(cell)]
    if len(numbers) != 1 or len(words) > 1:
        return None, words[0] if len(words) == 1 else ""
    return Decimal(numbers[0]), words[0] if words else ""


def _cells(line: str) -> list[str]:
    for separator in _SEPARATORS:
        if separator in line:
            return line.split(separator)
    return line.split() or [""]
