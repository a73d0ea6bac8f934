"""CSV by RFC 4180, which spreadsheets open as text and never run."""

import csv
from io import TextIOWrapper
from typing import IO

from app.quotes.files.sheet import Column, PriceSheet, SheetRow

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: PriceSheet, file: IO[bytes]) -> None:
    """Write UTF-8 with the mark that spreadsheets know it by; every record is equally long."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    gap = [""] * (len(sheet.columns) - 2)
    writer.writerows([name, harmless(value), *gap] for name, value in sheet.headers)
    writer.writerow([column.heading for column in sheet.columns])
    writer.writerows([_cell(column, row) for column in sheet.columns] for row in sheet.rows)
    text.detach()


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula: an apostrophe stands before it."""
    is_formula = text.startswith(_STARTS_FORMULA) or text.lstrip().startswith(_STARTS_FORMULA)
    return f"'{text}" if is_formula else text


def _cell(column: Column, row: SheetRow) -> str:
    value = column.read(row)
    return harmless(value) if isinstance(value, str) else column.write(value)
