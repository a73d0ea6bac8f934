"""What closing may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class StillTrades(Refused):
    """Something of the organisation's trade is open."""

    code: ClassVar = "ORGANISATION_STILL_TRADES"
    text: ClassVar = "{name} cannot be closed yet: {what}."
    field_path: ClassVar = "organisationId"
    name: str
    what: str


@dataclass(eq=False)
class TopStays(Refused):
    """What stands at the top of the network is closed with the network only."""

    code: ClassVar = "TOP_STAYS"
    text: ClassVar = "{name} stands at the top of the network and cannot be closed."
    field_path: ClassVar = "organisationId"
    name: str


@dataclass(eq=False)
class ClosingPlanned(Refused):
    """The own organisation has planned to close the same one."""

    code: ClassVar = "CLOSING_PLANNED"
    text: ClassVar = "{name} is to be closed at {effective_at} already; cancel that first."
    field_path: ClassVar = "organisationId"
    name: str
    effective_at: str


@dataclass(eq=False)
class ClosingDecided(Refused):
    """A closing that is done, cancelled or refused stays so."""

    code: ClassVar = "CLOSING_DECIDED"
    text: ClassVar = "The closing is {state}; only a planned one can be cancelled."
    field_path: ClassVar = "closingId"
    state: str
