"""A PDF in the fonts that reportlab ships: Vera for Latin letters, Song for Chinese."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# reportlab has no types.

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, groupby
from typing import IO, Any, cast

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.quotes.files.sheet import Column, PriceSheet, SheetRow

_LATIN, _LATIN_BOLD, _CHINESE = "Vera", "VeraBd", "STSong-Light"
_SIZE, _LEADING, _MARGIN = 8, 13, 36
_WIDTH, _HEIGHT = landscape(A4)
_VALUES = 85
"""Where the values of the header begin."""
_GAP = 6
_ROWS_ON_NEXT = int((_HEIGHT - 2 * _MARGIN - 2 * _LEADING) // _LEADING)


def write_pdf(sheet: PriceSheet, file: IO[bytes]) -> None:
    """Write pages of one table, each with its headings and its number."""
    _fonts()
    canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), pageCompression=1)
    canvas.setTitle(f"{sheet.seller}: prices for {sheet.buyer}, {sheet.day.isoformat()}")
    layout = _layout(sheet.columns)
    pages = list(_pages(sheet))
    for number, rows in enumerate(pages, 1):
        top = _HEIGHT - _MARGIN - _LEADING
        if number == 1:
            top = _head(canvas, sheet, top)
        _table(canvas, layout, rows, top)
        _text(canvas, _MARGIN, _MARGIN / 2, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()


Layout = Sequence[tuple[Column, float, float]]
"""Columns with their left edges and the room that is theirs."""


def _layout(columns: Sequence[Column]) -> Layout:
    free = _WIDTH - 2 * _MARGIN - sum(column.points or 0 for column in columns)
    shares = sum(column.letters for column in columns if column.points is None)
    left, found = 0.0, list[tuple[Column, float, float]]()
    for column in columns:
        width = column.points or free * column.letters / shares
        found.append((column, left, width - _GAP))
        left += width
    return found


def _pages(sheet: PriceSheet) -> Iterator[Sequence[SheetRow]]:
    rows, above = sheet.rows, len(sheet.headers) * _LEADING
    on_first = int((_HEIGHT - 2 * _MARGIN - above - 3 * _LEADING) // _LEADING)
    yield rows[:on_first]
    for start in range(on_first, len(rows), _ROWS_ON_NEXT):
        yield rows[start : start + _ROWS_ON_NEXT]


def _head(canvas: Any, sheet: PriceSheet, top: float) -> float:
    for name, value in sheet.headers:
        _text(canvas, _MARGIN, top, name, bold=True)
        _text(canvas, _MARGIN + _VALUES, top, value)
        top -= _LEADING
    return top - _LEADING


def _table(canvas: Any, layout: Layout, rows: Sequence[SheetRow], top: float) -> None:
    _cells(canvas, layout, top, [column.heading for column, _, _ in layout], bold=True)
    canvas.line(_MARGIN, top - 3, _WIDTH - _MARGIN, top - 3)
    for row in rows:
        top -= _LEADING
        _cells(canvas, layout, top, [column.text(row) for column, _, _ in layout])


def _cells(
    canvas: Any, layout: Layout, top: float, cells: Sequence[str], *, bold: bool = False
) -> None:
    for (column, left, room), cell in zip(layout, cells, strict=True):
        # A number may stand out of its column, but never lose a digit.
        text = cell if column.is_number else _fitted(cell, room, bold=bold)
        indent = room - _length(text, bold=bold) if column.is_number else 0
        _text(canvas, _MARGIN + left + indent, top, text, bold=bold)


def _fitted(text: str, room: float, *, bold: bool) -> str:
    if _length(text, bold=bold) <= room:
        return text
    ends = accumulate(_width(letter, bold=bold) for letter in text)
    kept = bisect_right(list(ends), room - _width("…", bold=bold))
    return f"{text[:kept]}…"


def _length(text: str, *, bold: bool) -> float:
    return sum(_width(letter, bold=bold) for letter in text)


@lru_cache(10_000)
def _width(letter: str, *, bold: bool) -> float:
    return sum(pdfmetrics.stringWidth(part, font, _SIZE) for font, part in _runs(letter, bold=bold))


def _text(canvas: Any, left: float, top: float, text: str, *, bold: bool = False) -> None:
    for font, part in _runs(text, bold=bold):
        canvas.setFont(font, _SIZE)
        canvas.drawString(left, top, part)
        left += pdfmetrics.stringWidth(part, font, _SIZE)


def _runs(text: str, *, bold: bool) -> list[tuple[str, str]]:
    pairs = (_set(letter, bold=bold) for letter in text if letter.isprintable())
    return [
        (font, "".join(letter for _, letter in run))
        for font, run in groupby(pairs, key=lambda pair: pair[0])
    ]


@lru_cache(10_000)
def _set(letter: str, *, bold: bool) -> tuple[str, str]:
    latin = _LATIN_BOLD if bold else _LATIN
    if ord(letter) in _letters(latin):
        return latin, letter
    # Neither font may have it: a letter without its accent is better than a gap.
    bare = unicodedata.normalize("NFD", letter)[0]
    if ord(bare) in _letters(latin) and not _is_chinese(letter):
        return latin, bare
    return _CHINESE, letter


def _is_chinese(letter: str) -> bool:
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _fonts() -> None:
    pdfmetrics.registerFont(TTFont(_LATIN, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(_LATIN_BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))


@cache
def _letters(font: str) -> frozenset[int]:
    made = cast("TTFont", pdfmetrics.getFont(font))
    return frozenset(made.face.charToGlyph)
