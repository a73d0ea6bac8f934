"""Which saved carts an actor reaches: said here and nowhere else (F2)."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.ordering import locks
from app.ordering.errors import CartInUse
from app.ordering.models import OrderRequest, SavedCart, StandingOrder
from app.ordering.rules.words import CartSharing
from app.organisations.models import TradingRelationship
from app.organisations.operations import own_customers
from app.rbac.permissions import Permission

ORDERING = (Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
"""Whoever holds one of these may order in some relationship."""


def orderable(work: Work) -> Select[UUID]:
    """Select the relationships that the actor may order in: as a buyer, or for its customers."""
    actor, own = work.actor, work.actor.own_organisation
    sides: list[ColumnElement[bool]] = []
    if actor.may(Permission.ORDER_PLACE):
        sides.append(TradingRelationship.buyer_id == own)
    if actor.may(Permission.ORDER_PLACE_FOR_CUSTOMER):
        sells = TradingRelationship.seller_id == own
        is_narrow = actor.scope_of(Permission.ORDER_PLACE_FOR_CUSTOMER) is Scope.ASSIGNED
        looked_after = TradingRelationship.id.in_(own_customers(work))
        sides.append(and_(sells, looked_after) if is_narrow else sells)
    return select(TradingRelationship.id).where(
        TradingRelationship.tenant_id == work.tenant_id, or_(false(), *sides)
    )


def reachable(work: Work) -> ColumnElement[bool]:
    """Hold `SavedCart` rows to those that the actor may look into and change."""
    own, me = work.actor.own_organisation, work.actor.membership_id
    is_of_house = and_(SavedCart.organisation_id == own, SavedCart.sharing != CartSharing.MINE)
    is_shared = SavedCart.sharing == CartSharing.BOTH_SIDES
    return and_(
        or_(SavedCart.membership_id == me, is_of_house, is_shared),
        SavedCart.relationship_id.in_(orderable(work)),
    )


async def locked_cart(work: Work, cart_id: UUID, path: str = "savedCartId") -> SavedCart:
    """Lock a saved cart that the actor reaches; raises `NotFound`."""
    found = (await locks.saved_carts(work, [cart_id], reachable(work))).get(cart_id)
    if found is None:
        raise NotFound("SavedCart").at(path)
    return found


async def found_cart(work: Work, cart_id: UUID, path: str = "savedCartId") -> SavedCart:
    """Return a saved cart that the actor reaches; raises `NotFound`."""
    statement = select(SavedCart).where(SavedCart.id == cart_id, reachable(work))
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("SavedCart").at(path)
    return found


async def check_unused(work: Work, saved: SavedCart) -> None:
    """Raise `CartInUse` for a cart that a request or standing order stands on; one statement."""
    asked = exists().where(
        OrderRequest.tenant_id == work.tenant_id, OrderRequest.cart_id == saved.id
    )
    stands = exists().where(
        StandingOrder.tenant_id == work.tenant_id, StandingOrder.cart_id == saved.id
    )
    if await work.session.scalar(select(or_(asked, stands))):
        raise CartInUse(saved.name)
