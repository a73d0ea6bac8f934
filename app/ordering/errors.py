"""What may be refused before an order comes about, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class TooManySavedCarts(Refused):
    """Nobody finds anything among so many."""

    code: ClassVar = "TOO_MANY_SAVED_CARTS"
    text: ClassVar = "At most {most} saved carts are kept here: delete what nobody needs."
    field_path: ClassVar = "name"
    most: int


@dataclass(eq=False)
class CartFull(Refused):
    """A cart holds as many lines as an order may have."""

    code: ClassVar = "CART_FULL"
    text: ClassVar = "A cart has at most {most} lines."
    field_path: ClassVar = "lines"
    most: int


@dataclass(eq=False)
class ListEmpty(Refused):
    """There is nothing to read."""

    code: ClassVar = "LIST_EMPTY"
    text: ClassVar = "The list is empty: write a code, a quantity and a unit on each line."
    field_path: ClassVar = "content"


@dataclass(eq=False)
class ListTooLong(Refused):
    """More lines than an order may have."""

    code: ClassVar = "LIST_TOO_LONG"
    text: ClassVar = "A list has at most {most} lines: send it in parts."
    field_path: ClassVar = "content"
    most: int


@dataclass(eq=False)
class CartInUse(Refused):
    """Something stands on the cart, and would be lost with it."""

    code: ClassVar = "CART_IN_USE"
    text: ClassVar = "{name} is kept: a request or a standing order stands on it."
    field_path: ClassVar = "savedCartId"
    name: str


@dataclass(eq=False)
class RequestDecided(Refused):
    """Somebody has decided already."""

    code: ClassVar = "ORDER_REQUEST_DECIDED"
    text: ClassVar = "This request is {state} already."
    field_path: ClassVar = "orderRequestId"
    state: str


@dataclass(eq=False)
class RequestOpen(Refused):
    """One at a time."""

    code: ClassVar = "REQUEST_OPEN"
    text: ClassVar = "This cart has been sent already, and waits for the seller."
    field_path: ClassVar = "savedCartId"


@dataclass(eq=False)
class CalendarEmpty(Refused):
    """It would never be ordered."""

    code: ClassVar = "CALENDAR_EMPTY"
    text: ClassVar = "No day of this calendar is to come: choose other weekdays or a later end."
    field_path: ClassVar = "calendar"


@dataclass(eq=False)
class NotItsDay(Refused):
    """Only a day on which it would be ordered, and that is to come, can be left out."""

    code: ClassVar = "NOT_ITS_DAY"
    text: ClassVar = "{day} is not a day on which this will be ordered."
    field_path: ClassVar = "day"
    day: str


@dataclass(eq=False)
class StandingOrderEnded(Refused):
    """What has ended stays so: set up a new one."""

    code: ClassVar = "STANDING_ORDER_ENDED"
    text: ClassVar = "This standing order has ended: set up a new one."
    field_path: ClassVar = "standingOrderId"


@dataclass(eq=False)
class NothingToOrder(Refused):
    """Every line was left out."""

    code: ClassVar = "NOTHING_TO_ORDER"
    text: ClassVar = "Nothing could be ordered. {why}"
    field_path: ClassVar = "lines"
    why: str


@dataclass(eq=False)
class StandingOrderWaits(Refused):
    """It is ordered whole or not at all."""

    code: ClassVar = "STANDING_ORDER_WAITS"
    text: ClassVar = "All of it waits. {why}"
    field_path: ClassVar = "lines"
    why: str


@dataclass(eq=False)
class MakerGone(Refused):
    """It is ordered with the rights of a person, who has none any more."""

    code: ClassVar = "MAKER_GONE"
    text: ClassVar = "Whoever set it up works here no more: set it up again."
