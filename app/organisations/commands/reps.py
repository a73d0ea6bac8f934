"""Who looks after a customer, or all of a territory, from an instant on (R3-38)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations import locks
from app.organisations.models import (
    AssignedRep,
    Territory,
    TerritoryRep,
    TradingRelationship,
    unended_at,
)
from app.organisations.operations.assigning import begin_from, check_colleagues, end_from
from app.organisations.operations.customers import locked_by_seller
from app.organisations.rules import as_noted, checked_instant
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_REPS = 20


@requires(Permission.RELATIONSHIP_WRITE)
async def assign_rep(
    work: Work, relationship_id: UUID, membership_id: UUID, effective_at: datetime | None = None
) -> TradingRelationship:
    """Let a colleague look after a customer from an instant on; doing so twice changes nothing.

    At once where no instant is given. Raises `NotFound` for foreign relationships and for people
    outside the own organisation.
    """
    instant = checked_instant(effective_at, work.now)
    relationship = await locked_by_seller(work, relationship_id, must_be_open=True)
    await check_colleagues(work, [membership_id], "membershipId")
    await locks.own_reps(work)
    if await begin_from(work, AssignedRep, {relationship_id: None}, [membership_id], instant):
        _note(work, "ASSIGN_REP", relationship_id, {}, _said(membership_id, instant, work))
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def unassign_rep(
    work: Work, relationship_id: UUID, membership_id: UUID, effective_at: datetime | None = None
) -> TradingRelationship:
    """Let a colleague look after a customer no longer from an instant on, and not later either.

    So it takes back what is planned too. Doing so twice changes nothing.
    """
    instant = checked_instant(effective_at, work.now)
    relationship = await locked_by_seller(work, relationship_id)
    await locks.own_reps(work)
    this = (AssignedRep.relationship_id == relationship_id) & (
        AssignedRep.membership_id == membership_id
    )
    ahead = select(AssignedRep.assigned_at).where(this, AssignedRep.assigned_at > instant)
    is_planned = await work.session.scalar(ahead.limit(1)) is not None
    if await end_from(work, AssignedRep, this, instant) or is_planned:
        _note(work, "UNASSIGN_REP", relationship_id, _said(membership_id, instant, work), {})
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def assign_territory(
    work: Work,
    territory_id: UUID,
    membership_ids: Sequence[UUID],
    effective_at: datetime | None = None,
) -> Territory:
    """Say who looks after the customers of an own territory from an instant on, and nobody else.

    It moves the customers that are in it, and counts for those who join it. Who was named for one
    customer stays. What was planned for later gives way. As many statements for one customer as for
    a thousand; doing so twice changes nothing. Raises `NotFound` for what is not the own
    organisation's.
    """
    instant, wanted = checked_instant(effective_at, work.now), list(dict.fromkeys(membership_ids))
    if len(wanted) > MOST_REPS:
        raise Invalid("membershipIds", f"must name at most {MOST_REPS} people")
    territory = (await locks.own_territories(work)).get(territory_id)
    if territory is None:
        raise NotFound("Territory").at("territoryId")
    await check_colleagues(work, wanted, "membershipIds")
    await locks.own_reps(work)
    others = TerritoryRep.membership_id.not_in(wanted)
    left = await end_from(
        work, TerritoryRep, (TerritoryRep.territory_id == territory_id) & others, instant
    )
    begun = await begin_from(work, TerritoryRep, {territory_id: None}, wanted, instant)
    by_it = AssignedRep.territory_id == territory_id
    await end_from(work, AssignedRep, by_it & AssignedRep.membership_id.not_in(wanted), instant)
    in_it = select(TradingRelationship.id).where(
        TradingRelationship.territory_id == territory_id, unended_at(work.now)
    )
    customers = (await work.session.scalars(in_it)).all()
    by_territory = dict.fromkeys(customers, territory_id)
    await begin_from(work, AssignedRep, by_territory, wanted, instant)
    if left or begun:
        after = {"membership_ids": sorted(map(str, wanted)), "from": instant.isoformat()}
        record(work, "ASSIGN_TERRITORY", "territory", territory_id, after=after)
    return territory


def _said(membership_id: UUID, instant: datetime, work: Work) -> dict[str, object]:
    said: dict[str, object] = {"membership_id": membership_id}
    return said | ({"from": instant.isoformat()} if instant > work.now else {})


def _note(
    work: Work,
    action: str,
    relationship_id: UUID,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    record(
        work,
        action,
        "trading_relationship",
        relationship_id,
        before=as_noted(before),
        after=as_noted(after),
    )
