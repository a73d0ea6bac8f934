"""Who looks after customers and territories: now, then, and as planned (R3-38)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, column, func, or_, select, values

from app.db.work import Work
from app.organisations.models import AssignedRep, Territory, TerritoryRep, TradingRelationship
from app.organisations.operations import assigned_at, visible_relationships
from app.organisations.operations.assigning import of_own
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class RepRow:
    """A person who looks after a customer or territory, from when on and until when."""

    membership_id: UUID
    name: str
    assigned_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PlannedHandOver:
    """That somebody's customers go to a colleague at an instant, and how many."""

    from_id: UUID
    to_id: UUID
    from_name: str
    to_name: str
    effective_at: datetime
    customers: int


@requires(Permission.RELATIONSHIP_WRITE)
async def customers_looked_after(work: Work, membership_id: UUID) -> int:
    """Return how many of the own organisation's customers somebody looks after; one statement.

    None for who is not of the own organisation.
    """
    statement = select(func.count()).where(
        AssignedRep.membership_id == membership_id,
        assigned_at(AssignedRep, work.now),
        of_own(work, AssignedRep),
    )
    return (await work.session.execute(statement)).scalar_one()


@requires(Permission.RELATIONSHIP_WRITE)
async def planned_hand_overs(work: Work) -> Sequence[PlannedHandOver]:
    """Return what the own organisation has planned to hand over, the next first; one statement."""
    follower = Membership.__table__.alias("follower")
    rows = await work.session.execute(
        select(
            AssignedRep.membership_id,
            AssignedRep.followed_by_id,
            Membership.name,
            follower.c.name,
            AssignedRep.until,
            func.count(),
        )
        .join(Membership, Membership.id == AssignedRep.membership_id)
        .join(
            follower,
            (follower.c.tenant_id == AssignedRep.tenant_id)
            & (follower.c.id == AssignedRep.followed_by_id),
        )
        .where(AssignedRep.until > work.now, of_own(work, AssignedRep))
        .group_by(
            AssignedRep.membership_id,
            AssignedRep.followed_by_id,
            Membership.name,
            follower.c.name,
            AssignedRep.until,
        )
        .order_by(AssignedRep.until, Membership.name, AssignedRep.membership_id)
    )
    return [PlannedHandOver(*row) for row in rows]


@requires()
async def reps_of(
    work: Work, relationship_ids: Collection[UUID], at: datetime | None = None
) -> dict[UUID, list[RepRow]]:
    """Return who looks after each customer of the own organisation at an instant, by name.

    Now if none is given; one statement.
    """
    rows = await work.session.execute(
        select(AssignedRep.relationship_id, *_SHOWN)
        .join(Membership, Membership.id == AssignedRep.membership_id)
        .where(
            AssignedRep.relationship_id.in_(set(relationship_ids)),
            assigned_at(AssignedRep, at or work.now),
            _customers(work),
            Membership.key_prefix.is_(None),
        )
        .order_by(Membership.name, AssignedRep.membership_id)
    )
    return _grouped(rows)


@requires()
async def reps_of_orders(
    work: Work, orders: Mapping[UUID, tuple[UUID, datetime]]
) -> dict[UUID, list[RepRow]]:
    """Return who looked after the customer of each order at its time; one statement.

    Given are relationship and instant of each order. Empty to everyone but the seller.
    """
    if not orders:
        return {}
    asked = values(
        column("order_id", Uuid()),
        column("relationship_id", Uuid()),
        column("instant", DateTime(timezone=True)),
        name="asked",
    ).data([(key, *about) for key, about in orders.items()])
    rows = await work.session.execute(
        select(asked.c.order_id, *_SHOWN)
        .join(Membership, Membership.id == AssignedRep.membership_id)
        .join(asked, asked.c.relationship_id == AssignedRep.relationship_id)
        .where(
            assigned_at(AssignedRep, asked.c.instant),
            _customers(work),
            Membership.key_prefix.is_(None),
        )
        .order_by(Membership.name, AssignedRep.membership_id)
    )
    return _grouped(rows)


@requires()
async def reps_of_territories(
    work: Work, territory_ids: Collection[UUID]
) -> dict[UUID, list[RepRow]]:
    """Return who looks after each own territory now or will, the earliest first; one statement."""
    rows = await work.session.execute(
        select(
            TerritoryRep.territory_id,
            TerritoryRep.membership_id,
            Membership.name,
            TerritoryRep.assigned_at,
            TerritoryRep.until,
        )
        .join(Membership, Membership.id == TerritoryRep.membership_id)
        .join(Territory, Territory.id == TerritoryRep.territory_id)
        .where(
            TerritoryRep.territory_id.in_(set(territory_ids)),
            Territory.seller_id == work.actor.own_organisation,
            or_(TerritoryRep.until.is_(None), TerritoryRep.until > work.now),
        )
        .order_by(TerritoryRep.assigned_at, Membership.name, TerritoryRep.membership_id)
    )
    return _grouped(rows)


_SHOWN = AssignedRep.membership_id, Membership.name, AssignedRep.assigned_at, AssignedRep.until


def _customers(work: Work) -> ColumnElement[bool]:
    return AssignedRep.relationship_id.in_(
        select(TradingRelationship.id).where(
            TradingRelationship.tenant_id == work.tenant_id,
            TradingRelationship.seller_id == work.actor.own_organisation,
            visible_relationships(work),
        )
    )


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[RepRow]]:
    found: dict[UUID, list[RepRow]] = {}
    for owner_id, *rep in rows:
        found.setdefault(owner_id, []).append(RepRow(*rep))
    return found
