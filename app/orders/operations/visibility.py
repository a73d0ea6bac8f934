"""Which orders an actor reaches: the branch line of orders, drawn here and nowhere else (F2)."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.db.work import Work
from app.kernel.actor import Scope
from app.orders.models import Order
from app.orders.rules.transitions import Side
from app.organisations.models import AssignedRep, TradingRelationship, UpstreamVisibility
from app.organisations.operations import visible_below
from app.rbac.permissions import Permission


def readable(work: Work) -> ColumnElement[bool]:
    """Select the orders that ORDER_READ shows.

    Own sales and purchases; in BRANCH scope also sales of visible organisations below, whose
    relationship lets upstream see them. What was never submitted is seen by the party that drafts
    it only.
    """
    scope = work.actor.scope_of(Permission.ORDER_READ)
    if scope is Scope.TENANT:
        return true()
    seen = _own(work, scope)
    if scope is Scope.BRANCH:
        seen = or_(seen, _granted_below(work))
    return and_(seen, _not_a_strangers_draft(work))


def reachable(work: Work, permissions: Iterable[Permission]) -> ColumnElement[bool]:
    """Select the orders that the actor may change with any of the permissions it holds."""
    if work.actor.is_system:
        return true()
    held = [permission for permission in permissions if work.actor.may(permission)]
    reaches = [_own(work, work.actor.scope_of(permission)) for permission in held]
    return and_(or_(false(), *reaches), _not_a_strangers_draft(work))


def side_of(work: Work, order: Order) -> Side | None:
    """Say on which side of the order the actor stands; none for those who only look on."""
    own = work.actor.organisation_id
    if own == order.seller_id:
        return Side.SELLER
    return Side.BUYER if own == order.buyer_id else None


def _own(work: Work, scope: Scope) -> ColumnElement[bool]:
    organisation = work.actor.own_organisation
    if scope is Scope.OWN:
        return Order.placed_by_membership_id == work.actor.membership_id
    if scope is Scope.ASSIGNED:
        return and_(Order.seller_id == organisation, _assigned(work))
    return or_(Order.seller_id == organisation, Order.buyer_id == organisation)


def _assigned(work: Work) -> ColumnElement[bool]:
    assigned = select(AssignedRep.relationship_id).where(
        AssignedRep.membership_id == work.actor.membership_id
    )
    return Order.relationship_id.in_(assigned)


def _granted_below(work: Work) -> ColumnElement[bool]:
    open_to_upstream = select(TradingRelationship.id).where(
        TradingRelationship.upstream_visibility == UpstreamVisibility.ORDERS
    )
    return and_(
        Order.seller_id.in_(visible_below(work)),
        Order.relationship_id.in_(open_to_upstream),
    )


def _not_a_strangers_draft(work: Work) -> ColumnElement[bool]:
    return or_(
        Order.submitted_at.is_not(None),
        Order.placed_by_organisation_id == work.actor.own_organisation,
    )
