"""What may be refused about people and what acts in their place."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NotForKeys(Refused):
    """The right is for people, or wider than the relationships that the key is for."""

    code: ClassVar = "NOT_FOR_KEYS"
    text: ClassVar = "An API key cannot be allowed this: {permission}."
    field_path: ClassVar = "grants"
    permission: str


@dataclass(eq=False)
class TooManyKeys(Refused):
    """The organisation has as many keys as it may."""

    code: ClassVar = "TOO_MANY_KEYS"
    text: ClassVar = "An organisation may have {most} API keys; revoke one that is not needed."
    most: int
