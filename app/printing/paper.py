"""A4 pages with a heading of names and values, and one table that runs over all of them."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# reportlab has no types.

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from app.printing.lettering import draw, fitted, length, load_fonts

Points = float
"""A length on paper, 72 to the inch."""
SIZE, LEADING, MARGIN = 8, 13, 36
_GAP = 6


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: `points` wide, or with its part of the rest by `letters`; numbers stand right."""

    heading: str
    letters: int
    points: int | None
    is_number: bool = False


class Paper:
    """Pages that are being written; `save` ends them."""

    def __init__(self, file: IO[bytes], title: str, *, is_wide: bool = False) -> None:
        """Begin a paper of pages that are `is_wide` or upright; the file stays open."""
        load_fonts()
        self.width, self.height = landscape(A4) if is_wide else A4
        self._canvas = Canvas(file, pagesize=(self.width, self.height), pageCompression=1)
        self._canvas.setTitle(title)

    @property
    def top(self) -> float:
        """Where the first line of a page stands."""
        return self.height - MARGIN - LEADING

    def text(
        self, left: float, top: float, text: str, *, bold: bool = False, size: int = SIZE
    ) -> None:
        """Write a line, so far from the left margin."""
        draw(self._canvas, MARGIN + left, top, text, size, bold=bold)

    def right(self, right: float, top: float, text: str, *, bold: bool = False) -> None:
        """Write a line that ends so far from the left margin."""
        self.text(right - length(text, SIZE, bold=bold), top, text, bold=bold)

    def named(self, top: float, pairs: Sequence[tuple[str, str]], values: float) -> float:
        """Write names with their values, so far right; returns where the next line stands."""
        for name, value in pairs:
            self.text(0, top, name, bold=True)
            self.text(values, top, value)
            top -= LEADING
        return top

    def table(
        self,
        columns: Sequence[PaperColumn],
        rows: Sequence[Sequence[str]],
        head: Callable[[float], float],
        lines_above: int,
        page_of: Callable[[int, int], str],
    ) -> float:
        """Write rows over as many pages as they take, `head` above the first.

        `lines_above` is how many lines that takes; `page_of` says what stands below each page.
        Returns where the next line would stand.
        """
        pages = list(self._pages(rows, lines_above))
        top = self.top
        for number, on_page in enumerate(pages, 1):
            top = head(self.top) if number == 1 else self.top
            top = self._rows(columns, on_page, top)
            self.text(0, MARGIN / 2, page_of(number, len(pages)))
            if number < len(pages):
                self._canvas.showPage()
        return top - LEADING

    def room_below(self, top: float, lines: int, foot: str) -> float:
        """Return where so many lines can stand: below, or on a page of their own."""
        if top - lines * LEADING >= MARGIN + LEADING:
            return top
        self._canvas.showPage()
        self.text(0, MARGIN / 2, foot)
        return self.top

    def save(self) -> None:
        """End the last page, and write all of them."""
        self._canvas.showPage()
        self._canvas.save()

    def _pages(
        self, rows: Sequence[Sequence[str]], lines_above: int
    ) -> Iterator[Sequence[Sequence[str]]]:
        room = self.height - 2 * MARGIN
        on_first = int((room - lines_above * LEADING - 3 * LEADING) // LEADING)
        on_next = int((room - 2 * LEADING) // LEADING)
        yield rows[:on_first]
        for start in range(on_first, len(rows), on_next):
            yield rows[start : start + on_next]

    def _rows(
        self, columns: Sequence[PaperColumn], rows: Sequence[Sequence[str]], top: float
    ) -> float:
        layout = list(self._layout(columns))
        self._cells(layout, top, [column.heading for column in columns], bold=True)
        self._canvas.line(MARGIN, top - 3, self.width - MARGIN, top - 3)
        for row in rows:
            top -= LEADING
            self._cells(layout, top, row)
        return top

    def _layout(self, columns: Sequence[PaperColumn]) -> Iterator[tuple[PaperColumn, float, float]]:
        free = self.width - 2 * MARGIN - sum(column.points or 0 for column in columns)
        shares = sum(column.letters for column in columns if column.points is None)
        left = 0.0
        for column in columns:
            width = column.points or free * column.letters / shares
            yield column, left, width - _GAP
            left += width

    def _cells(
        self,
        layout: Sequence[tuple[PaperColumn, float, float]],
        top: float,
        cells: Sequence[str],
        *,
        bold: bool = False,
    ) -> None:
        for (column, left, room), cell in zip(layout, cells, strict=True):
            # A number may stand out of its column, but never lose a digit.
            if column.is_number:
                self.right(left + room, top, cell, bold=bold)
            else:
                self.text(left, top, fitted(cell, room, SIZE, bold=bold), bold=bold)
