"""A customer's price list as a PDF: wide pages of one table, each with its headings and number."""

from typing import IO

from app.printing.paper import LEADING, Paper, PaperColumn
from app.quotes.files.sheet import PriceSheet

_VALUES = 85
"""Where the values of the header begin."""


def write_pdf(sheet: PriceSheet, file: IO[bytes]) -> None:
    """Write pages of one table, each with its headings and its number."""
    title = f"{sheet.seller}: prices for {sheet.buyer}, {sheet.day.isoformat()}"
    paper = Paper(file, title, is_wide=True)
    columns = [
        PaperColumn(each.heading, each.letters, each.points, each.is_number)
        for each in sheet.columns
    ]
    rows = [[column.text(row) for column in sheet.columns] for row in sheet.rows]
    paper.table(
        columns,
        rows,
        head=lambda top: paper.named(top, sheet.headers, _VALUES) - LEADING,
        lines_above=len(sheet.headers),
        page_of=lambda number, pages: f"Page {number} of {pages}",
    )
    paper.save()
