"""What may be refused of notifications, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class PlaceholderUnknown(Refused):
    """Words of a kind name values that its events have."""

    code: ClassVar = "PLACEHOLDER_UNKNOWN"
    text: ClassVar = "There is no {wrong} here; the placeholders are {right}."
    wrong: str
    right: str
