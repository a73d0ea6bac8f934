"""What files are for: which kinds each purpose takes, and how large they may be."""

from enum import StrEnum
from typing import Self

from app.storage.errors import FileTooLarge, FileTypeRefused

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
PDF, CSV, TEXT = "application/pdf", "text/csv", "text/plain"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMAGES = (PNG, JPEG, WEBP)
TABLES = (CSV, XLSX)
_MEGABYTE = 1024 * 1024


class FilePurpose(StrEnum):
    """What a file is for; each takes files of some kinds, up to a size.

    Thumbnails and exports are made here and never uploaded.
    """

    media_types: tuple[str, ...]
    most_bytes: int

    def __new__(cls, name: str, media_types: tuple[str, ...], megabytes: int) -> Self:
        """Make the member's own name its value."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.media_types = media_types
        member.most_bytes = megabytes * _MEGABYTE
        return member

    PRODUCT_IMAGE = ("PRODUCT_IMAGE", IMAGES, 10)
    THUMBNAIL = ("THUMBNAIL", IMAGES, 1)
    SIGNATURE = ("SIGNATURE", IMAGES, 1)
    DELIVERY_PROOF = ("DELIVERY_PROOF", (*IMAGES, PDF), 10)
    ORDER_ATTACHMENT = ("ORDER_ATTACHMENT", (*IMAGES, PDF), 10)
    TICKET_ATTACHMENT = ("TICKET_ATTACHMENT", (*IMAGES, PDF, *TABLES, TEXT), 10)
    IMPORT = ("IMPORT", TABLES, 32)
    EXPORT = ("EXPORT", TABLES, 64)

    @property
    def is_uploaded(self) -> bool:
        """Whether people send such files."""
        return self not in {FilePurpose.THUMBNAIL, FilePurpose.EXPORT}

    def check_size(self, size: int) -> None:
        """Raise `FileTooLarge` for more bytes than are taken."""
        if size > self.most_bytes:
            raise FileTooLarge(self.most_bytes)

    def check_type(self, found: str) -> None:
        """Raise `FileTypeRefused` for what is not taken."""
        if found not in self.media_types:
            raise FileTypeRefused(found, ", ".join(self.media_types))
