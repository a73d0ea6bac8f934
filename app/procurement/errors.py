"""What procurement may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NothingShort(Refused):
    """Every shortage given is covered, closed or already ordered."""

    code: ClassVar = "NOTHING_SHORT"
    text: ClassVar = "No open shortage is left to order."
    field_path: ClassVar = "shortageIds"


@dataclass(eq=False)
class NoSellerUpstream(Refused):
    """The organisation buys from none, or from several, and none was named."""

    code: ClassVar = "NO_SELLER_UPSTREAM"
    text: ClassVar = "{organisation} buys from {sellers} sellers: say which relationship to use."
    field_path: ClassVar = "relationshipId"
    organisation: str
    sellers: int
