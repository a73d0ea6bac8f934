"""Saved carts by id and by page, and what a cart costs now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.ordering.models import SavedCart
from app.ordering.operations.lines import Target, lines_in, lines_of
from app.ordering.operations.pricing import Paying, PricedCart, priced_cart
from app.ordering.operations.reach import ORDERING, found_cart, reachable
from app.ordering.rules.words import CartPurpose
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import LineWish
from app.rbac.guard import requires


@dataclass(frozen=True, slots=True, kw_only=True)
class CartFilter:
    """Which saved carts to show; all within reach by default."""

    relationship_id: UUID | None = None
    purpose: CartPurpose | None = None


@requires(*ORDERING)
async def saved_carts(work: Work, wanted: CartFilter, page: PageRequest) -> Page[SavedCart]:
    """Return the saved carts that the actor works in, the newest first."""
    statement = select(SavedCart).where(reachable(work))
    if wanted.relationship_id is not None:
        statement = statement.where(SavedCart.relationship_id == wanted.relationship_id)
    if wanted.purpose is not None:
        statement = statement.where(SavedCart.purpose == wanted.purpose)
    rows = await work.session.scalars(newest_first(statement, page, SavedCart.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(*ORDERING)
async def saved_carts_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, SavedCart]:
    """Return those of the saved carts that the actor works in, by id."""
    statement = select(SavedCart).where(SavedCart.id.in_(set(ids)), reachable(work))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(*ORDERING)
async def saved_cart_lines(work: Work, cart_ids: Collection[UUID]) -> Mapping[UUID, list[LineWish]]:
    """Return the lines of saved carts that were read before, by cart; one statement."""
    return await lines_of(work, cart_ids)


@requires(*ORDERING)
async def priced_own_cart(work: Work, relationship_id: UUID, paying: Paying) -> PricedCart:
    """Price the caller's own cart in a relationship now, and say what is missing (R1-11)."""
    relationship = await relationship_to_order_in(work, relationship_id)
    return await priced_cart(work, relationship, await lines_in(work, Target(relationship)), paying)


@requires(*ORDERING)
async def priced_saved_cart(work: Work, cart_id: UUID, paying: Paying) -> PricedCart:
    """Price a saved cart now, and say what is missing."""
    saved = await found_cart(work, cart_id)
    relationship = await relationship_to_order_in(work, saved.relationship_id)
    lines = await lines_in(work, Target(relationship, saved))
    return await priced_cart(work, relationship, lines, paying)
