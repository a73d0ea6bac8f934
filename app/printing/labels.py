"""Labels, one a page of 105 by 148 mm: lines of text, and a barcode at the foot."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
# reportlab has no types.

from typing import IO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.printing.lettering import draw, fitted, load_fonts

_MARGIN = 8 * mm
_BAR_HEIGHT = 32 * mm
_MODULE = 0.5 * mm
"""Of the narrowest bar: GS1 asks for 0.495 to 1.016 mm where packages are scanned on the way."""
_SIZE = 10
FNC1 = "\xf1"
"""The sign by which a Code 128 says that it is one of GS1."""


class Labels:
    """Labels that are being written; `turn` ends one, `save` all of them."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        """Begin labels; the file stays open."""
        load_fonts()
        self._width, self._height = A6
        self._canvas = Canvas(file, pagesize=A6, pageCompression=1)
        self._canvas.setTitle(title)

    @property
    def top(self) -> float:
        """Where the first line stands."""
        return self._height - _MARGIN - _SIZE

    def text(self, top: float, text: str, size: int, *, bold: bool = False) -> None:
        """Write as much of a line as there is room for."""
        room = self._width - 2 * _MARGIN
        draw(self._canvas, _MARGIN, top, fitted(text, room, size, bold=bold), size, bold=bold)

    def code(self, digits: str, beneath: str) -> None:
        """Print digits as GS1-128 at the foot, and beneath it what people read."""
        bars = Code128(FNC1 + digits, barWidth=_MODULE, barHeight=_BAR_HEIGHT, quiet=False)
        foot = _MARGIN + 2 * _SIZE
        bars.drawOn(self._canvas, (self._width - bars.width) / 2, foot)
        draw(self._canvas, (self._width - bars.width) / 2, _MARGIN, beneath, _SIZE, bold=True)

    def turn(self) -> None:
        """End a label."""
        self._canvas.showPage()

    def save(self) -> None:
        """Write all of them."""
        self._canvas.save()
