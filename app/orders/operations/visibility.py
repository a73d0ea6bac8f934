"""Which orders an actor reaches: the branch line of orders, drawn here and nowhere else (F2).

Every table in these conditions names its tenant. Statements that are built once hold them for
`ANYBODY`, whose parameters `viewer_in` fills in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from app.db.reading import TENANT
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.orders.models import Order
from app.orders.rules.transitions import Side
from app.organisations.models import OrganisationAncestry, TradingRelationship
from app.organisations.operations import SHOWS_ORDERS, customers_of, visible_below_of
from app.rbac.permissions import Permission

_order, _terms = table_of(Order).c, table_of(TradingRelationship)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at orders, and when: values, or parameters that stand for them."""

    tenant: ColumnElement[UUID]
    own: ColumnElement[UUID]
    member: ColumnElement[UUID]
    now: ColumnElement[datetime]

    @property
    def sells(self) -> ColumnElement[bool]:
        """Select the own organisation's sales."""
        return _order.seller_id == self.own

    @property
    def buys(self) -> ColumnElement[bool]:
        """Select the own organisation's purchases."""
        return _order.buyer_id == self.own

    @property
    def placed(self) -> ColumnElement[bool]:
        """Select what the person has placed."""
        return _order.placed_by_membership_id == self.member

    @property
    def is_told(self) -> ColumnElement[bool]:
        """Leave out what another party drafts and never submitted."""
        return or_(_order.submitted_at.is_not(None), _order.placed_by_organisation_id == self.own)

    @property
    def assigned(self) -> Select[Any]:
        """Select the relationships that the person looks after."""
        return customers_of(self.tenant, self.member, self.now)

    @property
    def sellers_below(self) -> Select[Any]:
        """Select the visible sellers below who show upstream the orders of any relationship."""
        shows = and_(
            _terms.c.tenant_id == self.tenant, _terms.c.upstream_visibility == SHOWS_ORDERS
        )
        sellers = select(_terms.c.seller_id).where(shows).distinct().subquery()
        visible = visible_below_of(self.tenant, self.own, self.now)
        return select(sellers.c.seller_id).where(sellers.c.seller_id.in_(visible))

    @property
    def is_shown_upstream(self) -> ColumnElement[bool]:
        """Hold orders to those whose relationship lets upstream see them.

        One look-up for an order at a time: as a join it might read the orders of all of them.
        """
        terms = _terms.alias()
        shown = select(terms.c.upstream_visibility).where(
            terms.c.tenant_id == self.tenant, terms.c.id == _order.relationship_id
        )
        return and_(
            shown.correlate(table_of(Order)).scalar_subquery() == SHOWS_ORDERS, self.stood_above
        )

    @property
    def stood_above(self) -> ColumnElement[bool]:
        """Leave out orders of the time before a move put the own organisation above their seller.

        They were shown to those who stood there then, and to nobody who came later.
        """
        pair = table_of(OrganisationAncestry).alias()
        since = select(pair.c.since).where(
            pair.c.tenant_id == self.tenant,
            pair.c.ancestor_id == self.own,
            pair.c.descendant_id == _order.seller_id,
        )
        came = since.correlate(table_of(Order)).scalar_subquery()
        return func.coalesce(came <= _order.submitted_at, true())


ANYBODY = Viewer(
    TENANT,
    bindparam("own_organisation", type_=Uuid()),
    bindparam("own_membership", type_=Uuid()),
    bindparam("now", type_=DateTime(timezone=True)),
)


def viewer_in(work: Work) -> dict[str, Any]:
    """Return what stands for `ANYBODY` in this work, besides its tenant."""
    return {
        "own_organisation": work.actor.organisation_id,
        "own_membership": work.actor.membership_id,
        "now": work.now,
    }


def sight_of(work: Work) -> Scope:
    """Return how far the actor sees orders; the permission must be held."""
    return work.actor.scope_of(Permission.ORDER_READ)


def readable(scope: Scope, viewer: Viewer = ANYBODY) -> ColumnElement[bool]:
    """Select the orders that ORDER_READ shows in a scope.

    Own sales and purchases; in BRANCH scope also sales of visible organisations below, whose
    relationship lets upstream see them, from the instant on since which the own organisation stands
    above. What was never submitted is seen by the party that drafts
    it only.
    """
    if scope is Scope.TENANT:
        return true()
    seen = _own(scope, viewer)
    if scope is Scope.BRANCH:
        below = _order.seller_id.in_(viewer.sellers_below)
        seen = or_(seen, and_(viewer.is_shown_upstream, below))
    return and_(seen, viewer.is_told)


def reachable(work: Work, permissions: Iterable[Permission]) -> ColumnElement[bool]:
    """Select the orders that the actor may change with any of the permissions it holds."""
    if work.actor.is_system:
        return true()
    viewer = Viewer(
        literal(work.tenant_id),
        literal(work.actor.own_organisation),
        literal(work.actor.membership_id, Uuid()),
        literal(work.now),
    )
    held = {
        work.actor.scope_of(permission) for permission in permissions if work.actor.may(permission)
    }
    return and_(or_(false(), *(_own(scope, viewer) for scope in sorted(held))), viewer.is_told)


def side_of(work: Work, order: Order) -> Side | None:
    """Say on which side of the order the actor stands; none for those who only look on."""
    own = work.actor.organisation_id
    if own == order.seller_id:
        return Side.SELLER
    return Side.BUYER if own == order.buyer_id else None


def _own(scope: Scope, viewer: Viewer) -> ColumnElement[bool]:
    if scope is Scope.OWN:
        return viewer.placed
    if scope is Scope.ASSIGNED:
        return and_(viewer.sells, _order.relationship_id.in_(viewer.assigned))
    return or_(viewer.sells, viewer.buys)
