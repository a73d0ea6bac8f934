"""A customer's price list as a file: what it says, and how each format writes it."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import IO

from app.quotes.files.comma_separated import write_csv
from app.quotes.files.names import content_disposition, file_name
from app.quotes.files.sheet import PriceSheet, SheetRow

__all__ = [
    "MEDIA_TYPES",
    "WRITERS",
    "FileFormat",
    "PriceSheet",
    "SheetRow",
    "content_disposition",
    "file_name",
]


class FileFormat(StrEnum):
    """How a file is written."""

    CSV = "CSV"
    XLSX = "XLSX"
    PDF = "PDF"


MEDIA_TYPES: Mapping[FileFormat, str] = MappingProxyType(
    {
        FileFormat.CSV: "text/csv; charset=utf-8",
        FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileFormat.PDF: "application/pdf",
    }
)


def _write_xlsx(sheet: PriceSheet, file: IO[bytes]) -> None:
    from app.quotes.files.workbook import write_xlsx  # noqa: PLC0415  # megabytes of code, seldom used

    write_xlsx(sheet, file)


def _write_pdf(sheet: PriceSheet, file: IO[bytes]) -> None:
    from app.quotes.files.portable_document import write_pdf  # noqa: PLC0415  # likewise

    write_pdf(sheet, file)


WRITERS: Mapping[FileFormat, Callable[[PriceSheet, IO[bytes]], None]] = MappingProxyType(
    {FileFormat.CSV: write_csv, FileFormat.XLSX: _write_xlsx, FileFormat.PDF: _write_pdf}
)
"""Each writes a sheet to an open file and leaves it open; they block and know no session."""
