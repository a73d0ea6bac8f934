"""Labels and delivery notes: what they say, in which words, and how they are printed."""

from typing import IO

from app.packing.papers.sheet import PackageSheet, ShipmentSheet, TravellingLine

__all__ = [
    "PackageSheet",
    "ShipmentSheet",
    "TravellingLine",
    "write_delivery_note",
    "write_labels",
]


def write_delivery_note(sheet: ShipmentSheet, file: IO[bytes]) -> None:
    """Print what travels, to an open file, which stays open; blocks and knows no session."""
    from app.packing.papers.note import write_note  # noqa: PLC0415  # megabytes of code, seldom used

    write_note(sheet, file)


def write_labels(sheet: ShipmentSheet, file: IO[bytes]) -> None:
    """Print one label a package, to an open file, which stays open; blocks, knows no session."""
    from app.packing.papers.label import write_labels as write  # noqa: PLC0415  # as above

    write(sheet, file)
