"""How long what was sent by e-mail is good, and how an invitation stands: no rows and no clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.errors import Invalid, Refused
from app.people.errors import InvitationExpired, InvitationUsed, LinkNotValid

MOST_DAYS = 60
USUAL_DAYS = 14


class InvitationState(StrEnum):
    """Where an invitation stands; one that waits past its expiry is shown as expired."""

    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


def expiry(days: int | None, now: datetime) -> datetime:
    """Return until when an invitation is good, the usual time unless it is said."""
    good_for = USUAL_DAYS if days is None else days
    if not 1 <= good_for <= MOST_DAYS:
        raise Invalid("days", f"must be 1 to {MOST_DAYS}")
    return now + timedelta(days=good_for)


def shown_state(state: str, expires_at: datetime, now: datetime) -> InvitationState:
    """Return how an invitation stands at an instant; the moment of expiry is expired."""
    stored = InvitationState(state)
    is_over = stored is InvitationState.WAITING and expires_at <= now
    return InvitationState.EXPIRED if is_over else stored


def why_not(state: InvitationState, *, is_last: bool) -> Refused | None:
    """Return why an invitation cannot be accepted, or none; `is_last` is its last sending."""
    if state is InvitationState.ACCEPTED:
        return InvitationUsed()
    if state is InvitationState.WITHDRAWN or not is_last:
        return LinkNotValid()
    return InvitationExpired() if state is InvitationState.EXPIRED else None
