"""CSV and XLSX as lines of text, one after the other: the one reader of tables."""

import csv
from collections.abc import Generator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from itertools import chain
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from charset_normalizer import from_bytes

from app.storage.errors import TableUnreadable
from app.storage.rules.packed import MOST_UNPACKED, UnpacksTooLarge, check_packed
from app.storage.rules.purposes import XLSX

SEPARATORS = (",", ";", "\t")
_BLOCK = 1 << 16
_SAMPLE = 1 << 18
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LIKELY = ["gb18030", "big5", "shift_jis", "cp1252", "cp1250", "cp1251", "latin_1"]
_BROKEN = (BadZipFile, KeyError, ValueError, IndexError, OSError, ParseError)


def encoding_of(content: IO[bytes]) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 where it fits, else the likeliest.

    Raises `TableUnreadable` where none of them fits.
    """
    content.seek(0)
    head = content.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if fits(content, "utf-8"):
        return "utf-8"
    found = from_bytes(head, cp_isolation=_LIKELY).best()
    if found is None or not fits(content, found.encoding):
        raise TableUnreadable(
            "The file's encoding could not be told: save it as UTF-8, or name its encoding."
        )
    return found.encoding


def fits(content: IO[bytes], encoding: str) -> bool:
    """Whether all of a text can be read in an encoding; no for one that does not exist."""
    content.seek(0)
    try:
        text = TextIOWrapper(content, encoding=encoding, newline="")  # pyright: ignore[reportArgumentType]  # spooled files read like others
    except LookupError:
        return False
    try:
        while text.read(_BLOCK):
            pass
    except UnicodeError:
        return False
    finally:
        text.detach()
    return True


def text_lines(content: IO[bytes], encoding: str) -> Generator[Sequence[str], None, None]:
    """Read a file of comma-separated values, with commas, semicolons or tabs between cells."""
    content.seek(0)
    text = TextIOWrapper(content, encoding=encoding, newline="")  # pyright: ignore[reportArgumentType]  # spooled files read like others
    try:
        yield from separated(text)
    except UnicodeError as broken:
        raise TableUnreadable(f"The file is not {encoding}: name its encoding.") from broken
    finally:
        text.detach()


def separated(text: Any) -> Generator[Sequence[str], None, None]:
    """Read lines of text by the separator that the first of them has most of."""
    heading = next(iter(text), "").removeprefix("\ufeff")
    separator = max(SEPARATORS, key=heading.count)
    try:
        yield from csv.reader(chain([heading], text), delimiter=separator, strict=True)
    except csv.Error as broken:
        raise TableUnreadable(f"The file is not CSV ({broken}): export it again.") from broken


def sheet_lines(
    content: IO[bytes], *, most: int = MOST_UNPACKED, shows_results: bool = False
) -> Generator[Sequence[str], None, None]:
    """Read the first sheet of a workbook, as a person would type it.

    Formulas stay formulas, unless what they last came to is wanted. Raises `TableUnreadable`
    before anything is unpacked where too much would be.
    """
    from openpyxl import load_workbook  # noqa: PLC0415  # megabytes of code, seldom used

    try:
        check_packed(content, most)
        content.seek(0)
        book = load_workbook(content, read_only=True, data_only=shows_results, keep_links=False)
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_shown(cell) for cell in line]
    except UnpacksTooLarge as large:
        raise TableUnreadable(f"The workbook {large}: split it.") from large
    except _BROKEN as broken:
        problem = "The file is not an XLSX workbook: save it as .xlsx and send it again."
        raise TableUnreadable(problem) from broken


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        shown = repr(cell)
        return shown.removesuffix(".0") if "e" not in shown else f"{cell:.6f}"
    return str(cell)


def table_lines(content: IO[bytes], media_type: str | None) -> Generator[Sequence[str], None, None]:
    """Read a table by what it is, in the likeliest encoding; raises `TableUnreadable`."""
    if media_type == XLSX:
        return sheet_lines(content)
    return text_lines(content, encoding_of(content))
