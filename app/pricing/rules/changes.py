"""The life of a price change as data: who may move it where, and what time makes of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.pricing.rules.change import ChangeSetStatus as Status


class ChangeSetState(StrEnum):
    """Where a price change stands, seen with time.

    APPROVED is never shown: what is approved is SCHEDULED until its first price begins, then
    ACTIVE, and SUPERSEDED once none of its prices is in force or still to come.
    """

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    AWAITING_GRANTOR = "AWAITING_GRANTOR"
    SCHEDULED = "SCHEDULED"
    ACTIVE = "ACTIVE"
    SUPERSEDED = "SUPERSEDED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    ROLLED_BACK = "ROLLED_BACK"


class ChangeSetAction(StrEnum):
    """What people do with a price change."""

    CHANGE = "CHANGE"
    SUBMIT = "SUBMIT"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    WITHDRAW = "WITHDRAW"
    ROLL_BACK = "ROLL_BACK"


TRANSITIONS: dict[tuple[Status, ChangeSetAction], Status] = {
    (Status.DRAFT, ChangeSetAction.CHANGE): Status.DRAFT,
    (Status.SUBMITTED, ChangeSetAction.CHANGE): Status.DRAFT,
    (Status.AWAITING_GRANTOR, ChangeSetAction.CHANGE): Status.DRAFT,
    (Status.REJECTED, ChangeSetAction.CHANGE): Status.DRAFT,
    (Status.DRAFT, ChangeSetAction.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, ChangeSetAction.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, ChangeSetAction.REJECT): Status.REJECTED,
    (Status.DRAFT, ChangeSetAction.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, ChangeSetAction.WITHDRAW): Status.WITHDRAWN,
    (Status.AWAITING_GRANTOR, ChangeSetAction.WITHDRAW): Status.WITHDRAWN,
    (Status.APPROVED, ChangeSetAction.ROLL_BACK): Status.ROLLED_BACK,
}
"""Every move of the seller's; a changed set is a draft again, and starts over (Our rule 9).

What is approved with prices outside bands of others is AWAITING_GRANTOR first: from there the
grantors lead it to APPROVED, when all of them agree, or to REJECTED.
"""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What time has made of an approved set: `has_effect` when it ever changed a price."""

    has_begun: bool
    has_effect: bool
    is_alive: bool


def after(status: Status, action: ChangeSetAction) -> Status | None:
    """Return the status that an action leads to; none where it is not possible."""
    return TRANSITIONS.get((status, action))


def actions_from(status: Status) -> Iterator[ChangeSetAction]:
    """Name what can be done with a set of that status, in the order of the actions."""
    return (action for action in ChangeSetAction if (status, action) in TRANSITIONS)


def state_of(status: Status, lifetime: Lifetime) -> ChangeSetState:
    """See a status with time: only what is approved is changed by it."""
    if status is not Status.APPROVED:
        return ChangeSetState(status.value)
    if lifetime.has_effect and not lifetime.is_alive:
        return ChangeSetState.SUPERSEDED
    return ChangeSetState.ACTIVE if lifetime.has_begun else ChangeSetState.SCHEDULED


def is_own(approver: UUID | None, hands: Collection[UUID | None]) -> bool:
    """Tell whether one of those who made, changed or submitted it would approve it (Our rule 9)."""
    return approver is not None and approver in hands
