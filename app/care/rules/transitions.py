"""The ticket's transitions as data: who may do what in which state, and what it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.care.rules.words import UNFINISHED, TicketCommand, TicketSide, TicketState

S, C = TicketState, TicketCommand
_SELLER, _BUYER = (TicketSide.SELLER,), (TicketSide.BUYER,)
_BOTH = (TicketSide.SELLER, TicketSide.BUYER)
_DONE = (S.RESOLVED, S.FOLLOWED_UP)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; of several targets the facts choose."""

    command: TicketCommand
    sources: tuple[TicketState, ...]
    targets: tuple[TicketState, ...]
    sides: tuple[TicketSide, ...]
    source: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition(C.TAKE, UNFINISHED, (S.IN_PROGRESS,), _SELLER, "R1-3"),
    # To a person it is ASSIGNED, to a department OPEN.
    Transition(C.HAND_ON, UNFINISHED, (S.ASSIGNED, S.OPEN), _SELLER, "R1-3, R1-68"),
    Transition(C.ASK_CUSTOMER, UNFINISHED, (S.WAITING_CUSTOMER,), _SELLER, "R1-69"),
    # What nobody has taken goes back to the queue that it stood in.
    Transition(C.CUSTOMER_ANSWERS, (S.WAITING_CUSTOMER,), (S.IN_PROGRESS, S.OPEN), _BUYER, "R1-67"),
    Transition(C.RESOLVE, UNFINISHED, (S.RESOLVED,), _SELLER, "R1-69, R3-43..R3-45"),
    Transition(C.FOLLOW_UP, _DONE, (S.FOLLOWED_UP,), _BOTH, "R2-25"),
    Transition(C.CLOSE, _DONE, (S.CLOSED,), _SELLER, "R2-25"),
    Transition(C.WITHDRAW, UNFINISHED, (S.CLOSED,), _BUYER, "R3-44"),
    Transition(
        C.REOPEN, (S.RESOLVED, S.FOLLOWED_UP, S.CLOSED), (S.IN_PROGRESS, S.OPEN), _BOTH, "R3-44"
    ),
)
BY_COMMAND: Mapping[TicketCommand, Transition] = {row.command: row for row in TRANSITIONS}


def possible(state: TicketState, side: TicketSide) -> list[TicketCommand]:
    """Return what a side can do with a ticket in a state, in the table's order."""
    return [row.command for row in TRANSITIONS if state in row.sources and side in row.sides]
