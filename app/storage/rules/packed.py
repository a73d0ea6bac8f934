"""What a packed file unpacks to, looked at before anything is unpacked."""

from typing import IO
from zipfile import BadZipFile, ZipFile

MOST_UNPACKED = 256 * 1024 * 1024
"""How many bytes a workbook may unpack to: a small file can hide an endless one."""

_END, _END_BYTES, _LONGEST_REMARK = b"PK\x05\x06", 22, 1 << 16
_LARGEST_DIRECTORY = 1 << 20


class UnpacksTooLarge(ValueError):
    """A packed file says, or shows, that it unpacks to more than is taken."""


def check_packed(content: IO[bytes], most: int = MOST_UNPACKED) -> None:
    """Raise `UnpacksTooLarge` for what would unpack to more bytes, `BadZipFile` for what is none.

    The sizes are the file's own words; whoever unpacks gets no more than these, since `zipfile`
    stops at the size that was said.
    """
    content.seek(0, 2)
    length = content.tell()
    content.seek(max(0, length - _END_BYTES - _LONGEST_REMARK))
    tail = content.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        raise BadZipFile("no end of a directory")
    if int.from_bytes(tail[end + 12 : end + 16], "little") > _LARGEST_DIRECTORY:
        raise UnpacksTooLarge("the directory itself is too large")
    with ZipFile(content) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > most:
        raise UnpacksTooLarge(f"unpacks to {unpacked} bytes")
