"""Pictures for tests, drawn here."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """One colour; more is what is written beside its pixels."""
    packed = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(packed, kind, **more)
    return packed.getvalue()


def photograph(size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG that tells where and by whom it was taken, held upright."""
    told = Image.Exif()
    told[0x0112], told[0x013B] = 6, "Mallory"  # orientation, artist
    told.get_ifd(0x8825)[1] = "N"  # where on earth
    return picture("JPEG", size, exif=told, comment=b"Mallory was here")
