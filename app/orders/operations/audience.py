"""Who of a party is told of an order: people whose rights reach it, and nobody else (R1-64)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, false, literal, or_, select

from app.db.work import Work
from app.kernel.actor import Scope
from app.orders.models import Order
from app.organisations.operations import reps_at
from app.rbac.models import Membership
from app.rbac.operations import reaches
from app.rbac.permissions import Permission


async def sellers_people(
    work: Work, order: Order, permissions: Sequence[Permission]
) -> Sequence[UUID]:
    """Return who sells an order: its reps, and who holds one of the permissions; by id.

    All of them may read it: in scopes that reach what is assigned only, for the customer's reps
    alone. One statement.
    """
    reps = reps_at(literal(work.tenant_id), literal(order.relationship_id), literal(work.now))
    is_rep = Membership.id.in_(reps)
    near = {Scope.ASSIGNED: is_rep, Scope.OWN: _placed(order)}
    named = or_(is_rep, *(reaches(work, each, near) for each in permissions))
    return await _people(work, order.seller_id, named, reaches(work, Permission.ORDER_READ, near))


async def buyers_people(
    work: Work, order: Order, permission: Permission = Permission.ORDER_READ
) -> Sequence[UUID]:
    """Return whose permission reaches an order that their organisation buys; one statement."""
    near = {Scope.ASSIGNED: false(), Scope.OWN: _placed(order)}
    may = reaches(work, permission, near)
    return await _people(work, order.buyer_id, may, reaches(work, Permission.ORDER_READ, near))


def _placed(order: Order) -> ColumnElement[bool]:
    placed_by = order.placed_by_membership_id
    return false() if placed_by is None else Membership.id == literal(placed_by)


async def _people(
    work: Work, organisation_id: UUID, *conditions: ColumnElement[bool]
) -> Sequence[UUID]:
    statement = (
        select(Membership.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            Membership.key_prefix.is_(None),
            *conditions,
        )
        .order_by(Membership.id)
    )
    return (await work.session.scalars(statement)).all()
