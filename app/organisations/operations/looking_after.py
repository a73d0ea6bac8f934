"""Who looks after whom at an instant: the one place that decides (R3-38, R3-41)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, literal, or_, select

from app.db.tables import table_of
from app.db.work import Work
from app.organisations.models import AssignedRep

_rep = table_of(AssignedRep).c


def assigned_at(rep: Any, instant: Any) -> ColumnElement[bool]:
    """Hold assignments, or their columns, to those that count at an instant (half-open)."""
    return and_(rep.assigned_at <= instant, or_(rep.until.is_(None), rep.until > instant))


def customers_of(
    tenant: ColumnElement[UUID], member: ColumnElement[UUID], instant: ColumnElement[datetime]
) -> Select[UUID]:
    """Select the relationships that somebody looks after at an instant."""
    return select(_rep.relationship_id).where(
        _rep.tenant_id == tenant, _rep.membership_id == member, assigned_at(_rep, instant)
    )


def own_customers(work: Work) -> Select[UUID]:
    """Select the relationships that the actor looks after now."""
    member = literal(work.actor.membership_id, Uuid())
    return customers_of(literal(work.tenant_id), member, literal(work.now))


def reps_at(
    tenant: ColumnElement[UUID],
    relationship: ColumnElement[UUID],
    instant: ColumnElement[datetime],
) -> Select[UUID]:
    """Select the memberships that look after a customer at an instant."""
    return select(_rep.membership_id).where(
        _rep.tenant_id == tenant, _rep.relationship_id == relationship, assigned_at(_rep, instant)
    )


async def present_reps(work: Work, relationship_id: UUID) -> Sequence[UUID]:
    """Return who looks after a customer now, in an order that stays; one statement."""
    statement = reps_at(literal(work.tenant_id), literal(relationship_id), literal(work.now))
    return (await work.session.scalars(statement.order_by(_rep.membership_id))).all()
