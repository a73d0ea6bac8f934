"""An Excel workbook with one table; text is never taken for a formula."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# XlsxWriter has no types.

from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from app.quotes.files.sheet import Column, PriceSheet, SheetRow

_EXACT_DIGITS = 15
"""A workbook keeps numbers as binary fractions, which give back this many digits exactly."""
_PRICE = "#,##0.00##"


def write_xlsx(sheet: PriceSheet, file: IO[bytes]) -> None:
    """Write the sheet row by row, so that memory does not grow with it."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        page = workbook.add_worksheet("Prices")
        bold = workbook.add_format({"bold": True})
        price = workbook.add_format({"num_format": _PRICE})
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.letters)
        for line, (name, value) in enumerate(sheet.headers):
            page.write_string(line, 0, name, bold)
            page.write_string(line, 1, value)
        first = len(sheet.headers) + 1
        for place, column in enumerate(sheet.columns):
            page.write_string(first, place, column.heading, bold)
        page.freeze_panes(first + 1, 0)
        for line, row in enumerate(sheet.rows, first + 1):
            _write(page, line, sheet.columns, row, price)


def _write(page: Any, line: int, columns: Sequence[Column], row: SheetRow, price: Any) -> None:
    for place, column in enumerate(columns):
        value = column.read(row)
        if isinstance(value, str):
            page.write_string(line, place, value)
        elif value is None:
            continue
        elif len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS:
            page.write_number(line, place, value, price if column.is_money else None)
        else:
            page.write_string(line, place, column.write(value))
