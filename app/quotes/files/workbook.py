"""An Excel workbook with one table; text is never taken for a formula."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# XlsxWriter has no types.

from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from app.quotes.files.sheet import HEADINGS, PriceSheet, SheetRow, money, plain

_EXACT_DIGITS = 15
"""A workbook keeps numbers as binary fractions, which give back this many digits exactly."""
_WIDTHS = (18, 40, 24, 10, 16, 14, 18, 14, 50)
_PRICE = "#,##0.00##"


def write_xlsx(sheet: PriceSheet, file: IO[bytes]) -> None:
    """Write the sheet row by row, so that memory does not grow with it."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        page = workbook.add_worksheet("Prices")
        bold = workbook.add_format({"bold": True})
        price = workbook.add_format({"num_format": _PRICE})
        for place, width in enumerate(_WIDTHS):
            page.set_column(place, place, width)
        for line, (name, value) in enumerate(sheet.headers):
            page.write_string(line, 0, name, bold)
            page.write_string(line, 1, value)
        first = len(sheet.headers) + 1
        for place, heading in enumerate(HEADINGS):
            page.write_string(first, place, heading, bold)
        page.freeze_panes(first + 1, 0)
        for line, row in enumerate(sheet.rows, first + 1):
            _write(page, line, row, price)


def _write(page: Any, line: int, row: SheetRow, price: Any) -> None:
    for place, text in ((0, row.code), (1, row.product), (2, row.sku), (3, row.unit)):
        page.write_string(line, place, text)
    _number(page, line, 4, row.pieces, plain(row.pieces))
    _number(page, line, 5, row.from_pieces, plain(row.from_pieces))
    if row.price is not None:
        _number(page, line, 6, row.price, money(row.price), price)
    page.write_string(line, 7, row.tax)
    page.write_string(line, 8, row.remark)


def _number(  # noqa: PLR0913, PLR0917  # a cell has these parts
    page: Any, line: int, place: int, number: Decimal, text: str, style: Any = None
) -> None:
    if len(number.normalize().as_tuple().digits) <= _EXACT_DIGITS:
        page.write_number(line, place, number, style)
    else:
        page.write_string(line, place, text)
