"""Pictures that people send, drawn anew: what is no picture, or hides more than one, is refused."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from app.catalog.errors import PictureTooLarge, PictureUnreadable

MOST_PIXELS = 25_000_000
THUMBNAIL_PIXELS = 320
"""The longer side of a thumbnail."""
_FORMATS = ("PNG", "JPEG", "WEBP")
_QUALITY = 90
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without anything but its pixels, and a small one of it, in the same format."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def drawn_anew(raw: bytes) -> Picture:
    """Read a PNG, JPEG or WebP and write its pixels alone: no place, camera or comment stays.

    Turned as its camera was held; of several pictures in one the first. Raises `PictureTooLarge`
    by its head, before any pixel is unpacked, and `PictureUnreadable`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(raw), formats=_FORMATS) as sent:
                _check_size(*sent.size)
                kind = str(sent.format)
                sent.load()
                pixels = _pixels_of(ImageOps.exif_transpose(sent), kind)
    except _BROKEN as broken:
        raise PictureUnreadable from broken
    small = pixels.copy()
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    return Picture(_written(pixels, kind), _written(small, kind), *pixels.size)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureTooLarge(most=f"{MOST_PIXELS:,}")


def _pixels_of(image: Image.Image, kind: str) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data and kind != "JPEG" else "RGB"
    clean = Image.new(mode, image.size)
    clean.paste(image.convert(mode))
    return clean


def _written(image: Image.Image, kind: str) -> bytes:
    packed = BytesIO()
    image.save(packed, kind, quality=_QUALITY)
    return packed.getvalue()
