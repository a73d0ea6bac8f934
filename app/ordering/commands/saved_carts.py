"""Carts kept under a name: made, changed, filled, moved into one another, ordered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import delete, func, select

from app.audit.operations import record
from app.catalog.rules import checked_text
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.ordering import locks
from app.ordering.errors import TooManySavedCarts
from app.ordering.models import SavedCart
from app.ordering.operations.lines import (
    LineKey,
    Target,
    add_lines,
    empty,
    lines_in,
    set_line,
    take_out,
)
from app.ordering.operations.reach import (
    ORDERING,
    check_unused,
    found_cart,
    locked_cart,
    reachable,
)
from app.ordering.rules.words import LONGEST_NAME, MOST_SAVED, CartPurpose, CartSharing
from app.orders.errors import OrderEmpty
from app.orders.models import Order
from app.orders.operations.carts import open_cart
from app.orders.operations.documents import lines_of as lines_of_order
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.visibility import reachable as reachable_orders
from app.orders.operations.wishes import LineWish, OrderWish
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSavedCart:
    """A saved cart to be, with lines of its own, or those of another, the own cart or an order."""

    relationship_id: UUID
    name: str
    purpose: CartPurpose = CartPurpose.CART
    sharing: CartSharing = CartSharing.MINE
    lines: Sequence[LineWish] = ()
    copy_of: UUID | None = None
    of_own_cart: bool = False
    of_order: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChange:
    """What is to be different about a saved cart; none of a part leaves it as it is."""

    name: str | None = None
    purpose: CartPurpose | None = None
    sharing: CartSharing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartMove:
    """Lines to bring from one cart into another; a side that names none is the own cart.

    Without `keys` all of them go. What `keeps` stays where it was as well.
    """

    relationship_id: UUID
    from_id: UUID | None = None
    to_id: UUID | None = None
    keys: Sequence[LineKey] | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCartOrder:
    """A saved cart to order, with the total its orderer saw."""

    cart_id: UUID
    seen_total: Decimal
    wish: OrderWish
    key: str


@requires(*ORDERING)
async def create_saved_cart(work: Work, new: NewSavedCart, key: str) -> UUID:
    """Keep lines under a name, in a relationship that the actor may order in; returns its id."""
    name = checked_text(new.name, "name", LONGEST_NAME)

    async def command(cart_id: UUID) -> None:
        relationship = await relationship_to_order_in(work, new.relationship_id)
        lines = [*new.lines, *await _copied(work, new, relationship)]
        await _check_room(work, relationship.id)
        saved = SavedCart(
            id=cart_id,
            relationship_id=relationship.id,
            organisation_id=work.actor.own_organisation,
            membership_id=work.actor.membership_id,
            name=name,
            purpose=new.purpose,
            sharing=new.sharing,
            created_at=work.now,
            changed_at=work.now,
        )
        await work.save(saved)
        await add_lines(work, Target(relationship, saved), lines)
        _note(work, "CREATE_SAVED_CART", saved)

    return await once(work, key, "createSavedCart", _body(new), new_id(), command)


@requires(*ORDERING)
async def change_saved_cart(work: Work, cart_id: UUID, change: CartChange) -> UUID:
    """Rename a saved cart, or share it otherwise: its maker's organisation alone may.

    Raises `Invalid` where somebody else than its maker wants to keep it to themselves.
    """
    saved = await _own_side(work, cart_id)
    if change.name is not None:
        saved.name = checked_text(change.name, "name", LONGEST_NAME)
    if change.purpose is not None:
        saved.purpose = change.purpose
    if change.sharing is not None:
        is_maker = saved.membership_id == work.actor.membership_id
        if change.sharing is CartSharing.MINE and not is_maker:
            raise Invalid("sharing", "can be MINE for whoever made the cart alone")
        saved.sharing = change.sharing
    saved.changed_at = work.now
    _note(work, "CHANGE_SAVED_CART", saved)
    return cart_id


@requires(*ORDERING)
async def delete_saved_cart(work: Work, cart_id: UUID) -> SavedCart:
    """Delete a saved cart with its lines: its maker's organisation alone may.

    Raises `CartInUse` for one that a request or a standing order stands on.
    """
    saved = await _own_side(work, cart_id)
    await check_unused(work, saved)
    _note(work, "DELETE_SAVED_CART", saved)
    statement = delete(SavedCart).where(SavedCart.id == cart_id)
    await work.session.execute(statement.execution_options(synchronize_session=False))
    return saved


@requires(*ORDERING)
async def set_saved_cart_line(work: Work, cart_id: UUID, wish: LineWish) -> UUID:
    """Set the quantity of a SKU in a saved cart; zero takes it out."""
    saved = await locked_cart(work, cart_id)
    relationship = await relationship_to_order_in(work, saved.relationship_id)
    await set_line(work, Target(relationship, saved), wish)
    saved.changed_at = work.now
    return cart_id


@requires(*ORDERING)
async def move_cart_lines(work: Work, move: CartMove, key: str) -> UUID:
    """Bring lines from one cart into another of the same relationship; quantities add up.

    Raises `NotFound` for a cart out of reach or of another relationship, and `Invalid` for one
    cart into itself.
    """
    if move.from_id == move.to_id:
        raise Invalid("toSavedCartId", "must not be the cart that the lines come from")

    async def command(_relationship_id: UUID) -> None:
        relationship = await relationship_to_order_in(work, move.relationship_id)
        source, target = await _ends(work, move, relationship)
        lines = [
            line
            for line in await lines_in(work, source)
            if move.keys is None or (line.sku_id, line.packaging_level) in move.keys
        ]
        if lines and not move.keeps:
            await take_out(work, source, [(each.sku_id, each.packaging_level) for each in lines])
        for changed in (source.saved, target.saved):
            if changed is not None and lines:
                changed.changed_at = work.now
        await add_lines(work, target, lines)

    body = [move.relationship_id, move.from_id, move.to_id, move.keys, move.keeps]
    return await once(work, key, "moveCartLines", body, move.relationship_id, command)


@requires(*ORDERING)
async def order_saved_cart(work: Work, given: SavedCartOrder) -> UUID:
    """Order what stands in a saved cart; a cart is emptied, a list or template stays.

    Raises what placing an order raises, and `OrderEmpty`.
    """

    async def command(order_id: UUID) -> None:
        saved = await locked_cart(work, given.cart_id)
        relationship = await relationship_to_order_in(work, saved.relationship_id)
        target = Target(relationship, saved)
        lines = await lines_in(work, target)
        if not lines:
            raise OrderEmpty
        wish = replace(given.wish, relationship_id=relationship.id, lines=lines)
        await place(work, order_id, relationship, wish, given.seen_total)
        if saved.purpose == CartPurpose.CART:
            await empty(work, target)

    wish = given.wish
    body = [given.cart_id, given.seen_total, wish.channel, wish.delivery_mode, wish.note]
    body += [wish.requested_delivery_on, list(wish.coupon_codes), wish.points_to_redeem]
    return await once(work, given.key, "orderSavedCart", body, new_id(), command)


async def _copied(
    work: Work, new: NewSavedCart, relationship: TradingRelationship
) -> list[LineWish]:
    lines: list[LineWish] = []
    if new.copy_of is not None:
        other = await found_cart(work, new.copy_of, "copyOfId")
        if other.relationship_id != relationship.id:
            raise NotFound("SavedCart").at("copyOfId")
        lines += await lines_in(work, Target(relationship, other))
    if new.of_own_cart:
        lines += await lines_in(work, Target(relationship))
    if new.of_order is not None:
        lines += await _of_order(work, new.of_order, relationship)
    return lines


async def _of_order(
    work: Work, order_id: UUID, relationship: TradingRelationship
) -> list[LineWish]:
    statement = select(Order).where(
        Order.id == order_id,
        Order.relationship_id == relationship.id,
        reachable_orders(work, [Permission.ORDER_READ]),
    )
    order = await work.session.scalar(statement)
    if order is None:
        raise NotFound("Order").at("orderId")
    return [
        LineWish(line.sku_id, PackagingLevel(line.packaging_level), line.quantity)
        for line in await lines_of_order(work, order)
        if not line.is_free
    ]


async def _check_room(work: Work, relationship_id: UUID) -> None:
    kept = select(func.count(SavedCart.id)).where(
        SavedCart.relationship_id == relationship_id,
        SavedCart.organisation_id == work.actor.own_organisation,
    )
    if (await work.session.scalar(kept) or 0) >= MOST_SAVED:
        raise TooManySavedCarts(MOST_SAVED)


async def _own_side(work: Work, cart_id: UUID) -> SavedCart:
    saved = await locked_cart(work, cart_id)
    if saved.organisation_id != work.actor.own_organisation:
        raise NotFound("SavedCart").at("savedCartId")
    return saved


async def _ends(
    work: Work, move: CartMove, relationship: TradingRelationship
) -> tuple[Target, Target]:
    """Lock both carts, saved ones first and in the order of their ids."""
    ids = [each for each in (move.from_id, move.to_id) if each is not None]
    of_relationship = SavedCart.relationship_id == relationship.id
    found = await locks.saved_carts(work, ids, reachable(work) & of_relationship)
    for path, key in (("fromSavedCartId", move.from_id), ("toSavedCartId", move.to_id)):
        if key is not None and key not in found:
            raise NotFound("SavedCart").at(path)
    if len(ids) == 1:
        await open_cart(work, relationship.id)
    at = partial(Target, relationship)
    return (
        at(found[move.from_id] if move.from_id else None),
        at(found[move.to_id] if move.to_id else None),
    )


def _note(work: Work, action: str, saved: SavedCart) -> None:
    after = {"name": saved.name, "purpose": saved.purpose, "sharing": saved.sharing}
    record(work, action, "saved_cart", saved.id, after=after)


def _body(new: NewSavedCart) -> list[object]:
    lines = [[line.sku_id, line.packaging_level, line.quantity] for line in new.lines]
    return [
        new.relationship_id,
        new.name,
        new.purpose,
        new.sharing,
        lines,
        new.copy_of,
        new.of_own_cart,
        new.of_order,
    ]
