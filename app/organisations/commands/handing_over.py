"""All customers of a colleague handed over to another, now or from an instant on (R3-38, R3-41)."""

from datetime import datetime
from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid
from app.organisations import locks
from app.organisations.models import AssignedRep, TerritoryRep
from app.organisations.operations.assigning import (
    begin_from,
    check_colleagues,
    end_from,
    of_own,
    take_back,
)
from app.organisations.rules import checked_instant
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 500


@requires(Permission.RELATIONSHIP_WRITE)
async def hand_over_customers(
    work: Work,
    from_id: UUID,
    to_id: UUID,
    reason: str | None = None,
    effective_at: datetime | None = None,
) -> int:
    """Let a colleague look after all customers of another, who may have left; returns how many.

    They are those whom the other looks after at that instant, as far as is known now, and their
    territories go along. It counts from `effective_at` on by itself, at once where none is given.
    A later handing over of the same person that is planned gives way. Who looks after a customer
    already goes on doing so. As many statements for one customer as for a thousand; doing so twice
    changes nothing. Raises `NotFound` for people outside the own organisation.
    """
    said, instant = _reason(reason), checked_instant(effective_at, work.now)
    if from_id == to_id:
        raise Invalid("toMembershipId", "must be somebody else")
    await check_colleagues(work, [from_id], "fromMembershipId", may_have_left=True)
    await check_colleagues(work, [to_id], "toMembershipId")
    await locks.own_reps(work)
    customers: list[UUID] = []
    for table in (TerritoryRep, AssignedRep):
        theirs = (table.membership_id == from_id) & of_own(work, table)
        await take_back(work, table, theirs, instant)
        theirs &= table.assigned_at <= instant
        taken = await end_from(work, table, theirs, instant, to_id)
        await begin_from(work, table, dict(taken), [to_id], instant)
        customers = sorted({key for key, _ in taken})
    after = {"membership_id": str(to_id)}
    if instant > work.now:
        after["from"] = instant.isoformat()
    before = {"membership_id": str(from_id)}
    for each in customers:
        what = "HAND_OVER_CUSTOMER", "trading_relationship", each
        record(work, *what, before=before, after=after, reason=said)
    return len(customers)


@requires(Permission.RELATIONSHIP_WRITE)
async def cancel_hand_over(work: Work, from_id: UUID, reason: str | None = None) -> int:
    """Take back what is planned of handing over somebody's customers; returns how many stay.

    What has come about stays so. Raises `NotFound` for people outside the own organisation.
    """
    said = _reason(reason)
    await check_colleagues(work, [from_id], "fromMembershipId", may_have_left=True)
    await locks.own_reps(work)
    kept: list[UUID] = []
    for table in (TerritoryRep, AssignedRep):
        theirs = (table.membership_id == from_id) & of_own(work, table)
        kept = sorted(await take_back(work, table, theirs, work.now))
    for each in kept:
        what = "CANCEL_HAND_OVER", "trading_relationship", each
        record(work, *what, after={"membership_id": str(from_id)}, reason=said)
    return len(kept)


def _reason(reason: str | None) -> str | None:
    said = (reason or "").strip() or None
    if said is not None and len(said) > LONGEST_REASON:
        raise Invalid("reason", f"must have at most {LONGEST_REASON} characters")
    return said
