"""Tables as files: nothing in them is taken for a formula by any spreadsheet."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# XlsxWriter has no types.

import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from io import TextIOWrapper
from typing import IO, Any

import xlsxwriter

from app.exchange.rules.kinds import IMPORTED, Column, TableFormat, TableKind
from app.exchange.rules.rows import escaped
from app.storage.rules.purposes import CSV, XLSX

MEDIA_TYPES: Mapping[TableFormat, str] = {TableFormat.CSV: CSV, TableFormat.XLSX: XLSX}
_WIDTH = 18
Lines = AsyncIterator[Sequence[str]]


async def write_table(
    columns: Sequence[Column], form: TableFormat, lines: Lines, file: IO[bytes]
) -> int:
    """Write a heading and lines, one after the other; returns how many lines there are."""
    heading = [column.name for column in columns]
    if form is TableFormat.CSV:
        return await _write_csv(heading, lines, file)
    return await _write_xlsx(heading, lines, file)


def example_of(kind: TableKind) -> Sequence[str]:
    """Return a line that shows what each column holds."""
    return [column.example for column in IMPORTED[kind]]


async def _write_csv(heading: Sequence[str], lines: Lines, file: IO[bytes]) -> int:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")  # pyright: ignore[reportArgumentType]  # spooled files are written like others
    written = 0
    try:
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow(heading)
        async for line in lines:
            table.writerow([escaped(cell) for cell in line])
            written += 1
    finally:
        text.detach()
    return written


async def _write_xlsx(heading: Sequence[str], lines: Lines, file: IO[bytes]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    written = 0
    with xlsxwriter.Workbook(file, options) as workbook:
        page = workbook.add_worksheet("Table")
        bold: Any = workbook.add_format({"bold": True})
        page.set_column(0, len(heading) - 1, _WIDTH)
        for place, name in enumerate(heading):
            page.write_string(0, place, name, bold)
        page.freeze_panes(1, 0)
        async for line in lines:
            written += 1
            for place, cell in enumerate(line):
                if cell:
                    page.write_string(written, place, escaped(cell))
    return written
