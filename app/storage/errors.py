"""Why a file is not taken."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class FileTooLarge(Refused):
    """The file has more bytes than files of its purpose may have."""

    code: ClassVar = "FILE_TOO_LARGE"
    text: ClassVar = "The file may have at most {most} bytes: make it smaller, or split it."
    field_path: ClassVar = "bytes"
    most: int


@dataclass(eq=False)
class FileIncomplete(Refused):
    """Other than the promised number of bytes came."""

    code: ClassVar = "FILE_INCOMPLETE"
    text: ClassVar = "{promised} bytes were promised and {came} came: send the file again, whole."
    promised: int
    came: int


@dataclass(eq=False)
class FileTypeRefused(Refused):
    """What the file holds is nothing that its purpose takes, whatever its name says."""

    code: ClassVar = "FILE_TYPE_REFUSED"
    text: ClassVar = "The file's content is {found}; taken is one of: {allowed}."
    found: str
    allowed: str


@dataclass(eq=False)
class FileAlreadyStored(Refused):
    """Other bytes came for a file that is there."""

    code: ClassVar = "FILE_ALREADY_STORED"
    text: ClassVar = "This upload has other content already: begin another one."


@dataclass(eq=False)
class FileInUse(Refused):
    """The file belongs to something already."""

    code: ClassVar = "FILE_IN_USE"
    text: ClassVar = "This file is in use elsewhere: upload it once more."
    field_path: ClassVar = "fileId"


@dataclass(eq=False)
class FileNotThere(Refused):
    """The upload was begun, and its bytes have not come."""

    code: ClassVar = "FILE_NOT_THERE"
    text: ClassVar = "The content of this file has not come yet: send it to the upload's address."
    field_path: ClassVar = "fileId"


@dataclass(eq=False)
class TooMuchUnused(Refused):
    """The organisation has uploaded much that it never used."""

    code: ClassVar = "TOO_MUCH_UNUSED"
    text: ClassVar = (
        "Uploads that nothing uses have {most} bytes or more together: use them, or wait a day, "
        "after which they are deleted."
    )
    most: int


@dataclass(eq=False)
class TableUnreadable(Refused):
    """The file as a whole cannot be read as a table."""

    code: ClassVar = "TABLE_UNREADABLE"
    text: ClassVar = "{problem}"
    field_path: ClassVar = "fileId"
    problem: str
