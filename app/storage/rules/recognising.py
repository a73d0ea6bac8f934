"""What a file is by what it holds: its name and what its sender says are never asked."""

from typing import IO
from zipfile import BadZipFile, ZipFile

from app.storage.rules.packed import check_packed
from app.storage.rules.purposes import CSV, JPEG, PDF, PNG, TEXT, WEBP, XLSX, FilePurpose

UNKNOWN = "application/octet-stream"
_BLOCK = 1 << 16
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_PRINTABLE = bytes(set(range(256)) - set(_CONTROLS))
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (b",", b";", b"\t")


def media_type_of(content: IO[bytes], purpose: FilePurpose) -> str:
    """Return a file's kind, `application/octet-stream` for any that no purpose takes.

    Text counts as a table where tables are taken and its first line has several cells, or where
    no other text is taken.
    """
    content.seek(0)
    head = content.read(_BLOCK)
    for signature, kind in ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"%PDF-", PDF)):
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(content) else UNKNOWN
    if not _is_text(content):
        return UNKNOWN
    return CSV if _is_table(head, purpose) else TEXT


def _is_table(head: bytes, purpose: FilePurpose) -> bool:
    if CSV not in purpose.media_types or TEXT not in purpose.media_types:
        return CSV in purpose.media_types
    heading = head.lstrip().partition(b"\n")[0]
    return any(separator in heading for separator in _SEPARATORS)


def _is_workbook(content: IO[bytes]) -> bool:
    try:
        check_packed(content)
        with ZipFile(content) as parts:
            return {"[Content_Types].xml", "xl/workbook.xml"} <= set(parts.namelist())
    except (BadZipFile, OSError, ValueError):
        return False


def _is_text(content: IO[bytes]) -> bool:
    """Whether there are no control characters; which encoding it has, its reader finds out."""
    content.seek(0)
    if content.read(2) in _WIDE:
        return True
    content.seek(0)
    while block := content.read(_BLOCK):
        if block.translate(None, _PRINTABLE):
            return False
    return True
