"""Text in the fonts that reportlab ships: Vera for Latin letters, Song for Chinese."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# reportlab has no types.

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate, groupby
from typing import Any, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

_LATIN, _LATIN_BOLD, _CHINESE = "Vera", "VeraBd", "STSong-Light"


@cache
def load_fonts() -> None:
    """Make the fonts known to reportlab, once in a process."""
    pdfmetrics.registerFont(TTFont(_LATIN, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(_LATIN_BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))


def draw(  # noqa: PLR0913  # where, what, and in which letters
    canvas: Any, left: float, top: float, text: str, size: int, *, bold: bool = False
) -> None:
    """Write one line, each letter in a font that has it."""
    for font, part in _runs(text, bold=bold):
        canvas.setFont(font, size)
        canvas.drawString(left, top, part)
        left += pdfmetrics.stringWidth(part, font, size)


def fitted(text: str, room: float, size: int, *, bold: bool = False) -> str:
    """Return as much of a text as there is room for, with an ellipsis where some is left out."""
    if length(text, size, bold=bold) <= room:
        return text
    ends = accumulate(_width(letter, size, bold=bold) for letter in text)
    kept = bisect_right(list(ends), room - _width("…", size, bold=bold))
    return f"{text[:kept]}…"


def length(text: str, size: int, *, bold: bool = False) -> float:
    """Return how wide a text is, in points."""
    return sum(_width(letter, size, bold=bold) for letter in text)


@lru_cache(10_000)
def _width(letter: str, size: int, *, bold: bool) -> float:
    return sum(pdfmetrics.stringWidth(part, font, size) for font, part in _runs(letter, bold=bold))


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
def _letters(font: str) -> frozenset[int]:
    made = cast("TTFont", pdfmetrics.getFont(font))
    return frozenset(made.face.charToGlyph)
