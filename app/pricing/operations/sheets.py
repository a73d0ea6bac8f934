"""Read the first sheet of a workbook as lines of text, within limits."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.pricing.errors import FileUnreadable

LARGEST_UNPACKED = 64 * 1024 * 1024
"""How many bytes a workbook may unpack to: a small file can hide an endless one."""

_BROKEN = (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, ParseError)


def sheet_cells(content: str) -> Iterator[Sequence[str]]:
    """Read a workbook given in base64; numbers and days come as a person would type them."""
    try:
        packed = BytesIO(b64decode(content, validate=True))
        _check_size(packed)
        sheet = load_workbook(packed, read_only=True, data_only=True).worksheets[0]
        for line in sheet.iter_rows(values_only=True):
            yield [_shown(cell) for cell in line]
    except (binascii.Error, IndexError, *_BROKEN) as broken:
        problem = "The file is not an XLSX workbook in base64: save it as .xlsx and send it again."
        raise FileUnreadable(problem) from broken


def _check_size(packed: BytesIO) -> None:
    with ZipFile(packed) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise FileUnreadable("The workbook unpacks to more than 64 MB: split it.")


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _plain(cell)
    return str(cell)


def _plain(number: float) -> str:
    """Write a float the shortest way that reads back the same, without an exponent."""
    shown = repr(number)
    return shown.removesuffix(".0") if "e" not in shown else f"{number:.6f}"
