"""A delivery note as a PDF in the buyer's language (R0-37)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import IO

from app.kernel.quantity import PackagingLevel
from app.packing.papers.sheet import ShipmentSheet, TravellingLine, place_of
from app.packing.papers.words import WORDS, Words
from app.packing.rules import in_units
from app.printing.paper import LEADING, Paper, PaperColumn, Points

_VALUES = 95
_TITLE = 14


def write_note(sheet: ShipmentSheet, file: IO[bytes]) -> None:
    """Print it: heading, both parties, what travels by lot, room for a signature."""
    words = WORDS[sheet.language]
    name = f"{words.delivery_note} {sheet.number}"
    pages = Paper(file, name)
    heading = _heading(sheet, words)
    below = pages.table(
        _columns(words),
        [_cells(line, words) for line in sheet.lines],
        head=lambda top: _head(pages, top, words.delivery_note, heading),
        lines_above=len(heading) + 3,
        page_of=lambda number, of: words.page.format(number=number, pages=of),
    )
    top = pages.room_below(below - LEADING, 3, name)
    pages.text(0, top - LEADING, f"{words.signature}: {'_' * 40}", bold=True)
    pages.save()


def _head(pages: Paper, top: Points, title: str, heading: Sequence[tuple[str, str]]) -> Points:
    pages.text(0, top, title, bold=True, size=_TITLE)
    return pages.named(top - 2 * LEADING, heading, _VALUES) - LEADING


def _heading(sheet: ShipmentSheet, words: Words) -> list[tuple[str, str]]:
    to = sheet.receiver
    contact = " ".join(filter(None, (to.get("contact_name"), to.get("telephone"))))
    said = [
        (words.number, sheet.number),
        (words.day, sheet.day.isoformat()),
        (words.order, sheet.order_number),
        (words.buyer_reference, sheet.buyer_reference or ""),
        (words.sender, sheet.seller.get("name", "")),
        (words.address, place_of(sheet.seller)),
        (words.receiver, sheet.buyer.get("name", "")),
        (words.address, place_of(to)),
        (words.contact, contact),
        (words.carrier, sheet.carrier),
        (words.tracking, sheet.tracking_number),
        (words.packages, str(len(sheet.packages)) if sheet.packages else ""),
    ]
    return [(name, value) for name, value in said if value]


def _columns(words: Words) -> list[PaperColumn]:
    return [
        PaperColumn(words.line, 4, 28),
        PaperColumn(words.code, 20, 80),
        PaperColumn(words.goods, 40, None),
        PaperColumn(words.lot, 20, 80),
        PaperColumn(words.expires, 12, 65),
        PaperColumn(words.quantity, 14, 80, is_number=True),
        PaperColumn(words.pieces, 10, 60, is_number=True),
    ]


def _cells(line: TravellingLine, words: Words) -> list[str]:
    return [
        str(line.position),
        line.code,
        line.title,
        line.lot,
        line.expires_on.isoformat() if line.expires_on else "",
        _as_ordered(line, words),
        plain(line.pieces),
    ]


def _as_ordered(line: TravellingLine, words: Words) -> str:
    """Write whole units as they were ordered, and what a lot holds beside them in pieces."""
    units, rest = in_units(line.pieces, line.factor)
    counted = [(units, line.level), (rest, PackagingLevel.PIECE)]
    return " + ".join(f"{plain(number)} {words.levels[unit]}" for number, unit in counted if number)


def plain(number: Decimal) -> str:
    """Write a number without the zeros that it does not need."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
