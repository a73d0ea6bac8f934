"""What customer care may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class TicketNotPossibleNow(Refused):
    """The ticket's state or the side stands against it; `allowed` names what is possible."""

    code: ClassVar = "TICKET_NOT_POSSIBLE_NOW"
    text: ClassVar = "{command} is not possible while the ticket is {state}; possible: {allowed}."
    field_path: ClassVar = "ticketId"
    command: str
    state: str
    allowed: str


@dataclass(eq=False)
class TicketClosed(Refused):
    """Nothing is written on what is closed."""

    code: ClassVar = "TICKET_CLOSED"
    text: ClassVar = "The ticket is closed; reopen it first, or open a new one."
    field_path: ClassVar = "ticketId"


@dataclass(eq=False)
class ReopeningOver(Refused):
    """What was resolved too long ago stays so."""

    code: ClassVar = "REOPENING_OVER"
    text: ClassVar = "A ticket can be reopened for {days} days; open a new one that names this one."
    field_path: ClassVar = "ticketId"
    days: int


@dataclass(eq=False)
class CannotWorkOnTickets(Refused):
    """Whoever is to work on tickets must be allowed to."""

    code: ClassVar = "CANNOT_WORK_ON_TICKETS"
    text: ClassVar = "{name} may not work on tickets; grant TICKET_WRITE first."
    name: str


@dataclass(eq=False)
class TicketRuleTaken(Refused):
    """Two rules with the same conditions would contradict each other."""

    code: ClassVar = "TICKET_RULE_TAKEN"
    text: ClassVar = "There is a rule for exactly these tickets already; end it first."
