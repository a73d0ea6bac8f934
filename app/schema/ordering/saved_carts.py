"""Carts, lists and templates kept under a name, and what they hold."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.ordering import models
from app.ordering.queries import saved_carts as queries
from app.ordering.rules.words import CartPurpose, CartSharing
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import optional_key_of
from app.schema.operation import query
from app.schema.orders.queries import CartLine
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request

for _words in (CartPurpose, CartSharing):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class SavedCart(relay.Node):
    """A cart, list or template of one relationship, for all who may work in it.

    The side on which it was made renames it, shares it or deletes it; whoever works in it fills it.
    """

    id: relay.NodeID[UUID]
    name: str
    purpose: CartPurpose
    sharing: CartSharing
    created_at: datetime
    changed_at: datetime
    is_mine: bool
    relationship_id: strawberry.Private[UUID]

    @list_size(20)
    @batch
    @staticmethod
    async def lines(carts: list["SavedCart"], info: Info) -> list[list[CartLine]]:
        """What stands in it, in the order it was put there."""
        async with info.context.read() as work:
            found = await queries.saved_cart_lines(work, [cart.id for cart in carts])
        return [[CartLine.of(wish) for wish in found.get(cart.id, [])] for cart in carts]

    @batch
    @staticmethod
    async def relationship(
        carts: list["SavedCart"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """Between whom it would be ordered, when the viewer may see the terms."""
        return await relationships_by_id(info, [cart.relationship_id for cart in carts])

    @classmethod
    def of(cls, row: models.SavedCart, viewer: UUID | None) -> "SavedCart":
        """Show a row to a membership."""
        return cls(
            id=row.id,
            name=row.name,
            purpose=CartPurpose(row.purpose),
            sharing=CartSharing(row.sharing),
            created_at=row.created_at,
            changed_at=row.changed_at,
            is_mine=row.membership_id == viewer,
            relationship_id=row.relationship_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["SavedCart | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await saved_carts_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class SavedCartFilterInput:
    """Which saved carts to show; all by default."""

    relationship_id: relay.GlobalID | None = None
    purpose: CartPurpose | None = None

    def value(self) -> queries.CartFilter:
        """Return the domain's filter."""
        relationship = optional_key_of(self.relationship_id, "TradingRelationship")
        return queries.CartFilter(relationship_id=relationship, purpose=self.purpose)


@strawberry.type
class SavedCartsQuery:
    """Questions about saved carts."""

    @query(queries.saved_carts)
    async def saved_carts(
        self,
        info: Info,
        filter: SavedCartFilterInput | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[SavedCart]:
        """The saved carts, lists and templates that the viewer works in, the newest first."""
        page = page_request(first, after)
        wanted = (filter or SavedCartFilterInput()).value()
        async with info.context.read() as work:
            found = await queries.saved_carts(work, wanted, page)
            viewer = work.actor.membership_id
        return connection(found, lambda row: SavedCart.of(row, viewer))


async def saved_carts_by_id(info: Info, ids: list[UUID]) -> list[SavedCart | None]:
    """Load saved carts in the order of the ids; null for what the viewer does not work in."""
    async with info.context.read() as work:
        found = await queries.saved_carts_by_id(work, ids)
        viewer = work.actor.membership_id
    return in_order(ids, found, lambda row: SavedCart.of(row, viewer))


async def load_saved_cart(info: Info, key: UUID) -> SavedCart:
    """Load a saved cart that has just been written."""
    (found,) = await saved_carts_by_id(info, [key])
    assert found is not None
    return found
