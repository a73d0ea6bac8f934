"""Labels of packages as PDF: 105 by 148 mm, in English and Chinese, with GS1-128 (R1-56)."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false
# reportlab has no types.

from collections.abc import Iterator
from typing import IO

from app.finance.models import PaperLanguage
from app.packing.papers.note import plain
from app.packing.papers.sheet import PackageSheet, ShipmentSheet, place_of
from app.packing.papers.words import WORDS
from app.printing.labels import Labels

_EN, _ZH = WORDS[PaperLanguage.EN], WORDS[PaperLanguage.ZH]
_LINE, _BLOCK = 14, 24
_SMALL, _PLAIN, _LARGE = 7, 10, 15
SSCC_IDENTIFIER = "00"
"""The GS1 application identifier of a serial shipping container code."""


def write_labels(sheet: ShipmentSheet, file: IO[bytes]) -> None:
    """Print one page a package: from whom, to whom, of which order, which of how many, its code."""
    labels = Labels(file, sheet.number)
    for package in sheet.packages:
        top = labels.top
        for name, lines in _blocks(sheet, package):
            labels.text(top, name, _SMALL)
            for line in lines:
                top -= _LINE
                labels.text(top, line, _PLAIN)
            top -= _BLOCK
        said = {"number": package.number, "packages": len(sheet.packages)}
        labels.text(top, _EN.package_of.format(**said), _LARGE, bold=True)
        labels.text(top - _BLOCK, _ZH.package_of.format(**said), _LARGE)
        labels.code(SSCC_IDENTIFIER + package.sscc, f"({SSCC_IDENTIFIER}) {package.sscc}")
        labels.turn()
    labels.save()


def _blocks(sheet: ShipmentSheet, package: PackageSheet) -> Iterator[tuple[str, list[str]]]:
    to = sheet.receiver
    contact = " ".join(filter(None, (to.get("contact_name"), to.get("telephone"))))
    yield _both("sender"), _told(sheet.seller.get("name", ""), place_of(sheet.seller))
    yield _both("receiver"), _told(sheet.buyer.get("name", ""), place_of(to), contact)
    yield _both("order"), [f"{sheet.order_number}  ({sheet.number})"]
    if package.weight_kg is not None or package.level is not None:
        level = package.level and f"{_EN.levels[package.level]} / {_ZH.levels[package.level]}"
        weight = f"{plain(package.weight_kg)} kg" if package.weight_kg is not None else ""
        yield _both("weight"), [", ".join(filter(None, (level, weight)))]


def _both(word: str) -> str:
    return f"{getattr(_EN, word)} / {getattr(_ZH, word)}"


def _told(*lines: str) -> list[str]:
    return [line for line in lines if line]
