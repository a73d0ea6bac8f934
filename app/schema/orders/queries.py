"""Questions about carts, orders and shortages."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.orders import queries
from app.orders.operations.wishes import LineWish
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand, Side, Transition
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.delivery_days import DeliveryDay, next_deliveries
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.orders.inputs import checked_reference
from app.schema.orders.lines import Shortage
from app.schema.orders.types import Order
from app.schema.paging import FIRST, connection, page_request


@strawberry.input
class OrderFilterInput:
    """Which orders to show; everything visible by default."""

    side: Side = Side.EITHER
    states: list[OrderState] | None = None
    relationship_id: relay.GlobalID | None = None
    buyer_reference: str | None = None

    def value(self) -> queries.OrderFilter:
        """Return the domain's filter."""
        relationship = optional_key_of(self.relationship_id, "TradingRelationship")
        reference = checked_reference(self.buyer_reference)
        return queries.OrderFilter(self.side, self.states or (), relationship, reference)


@strawberry.type
class OrderTransition:
    """One row of the state machine's table, as it is enforced (R2-31)."""

    command: OrderCommand
    from_states: list[OrderState]
    to_states: list[OrderState]
    permissions: list[str]
    side: Side
    obstacle: str | None = strawberry.field(
        description="What is said when a condition beyond the state does not hold."
    )
    is_automatic: bool

    @classmethod
    def of(cls, row: Transition) -> "OrderTransition":
        """Show a row."""
        return cls(
            command=row.command,
            from_states=list(row.sources),
            to_states=list(row.targets),
            permissions=[permission.value for permission in row.permissions],
            side=row.side,
            obstacle=row.obstacle or None,
            is_automatic=row.is_automatic,
        )


@strawberry.type
class CartLine:
    """A quantity of a SKU that the caller means to order."""

    packaging_level: PackagingLevel
    quantity: Decimal
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(lines: list["CartLine"], info: Info) -> list[Sku | None]:
        """What is meant to be ordered."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, wish: LineWish) -> "CartLine":
        """Show a line."""
        return cls(packaging_level=wish.packaging_level, quantity=wish.quantity, sku_id=wish.sku_id)


@strawberry.type
class Cart:
    """What the caller means to order in one relationship; `pricedCart` tells what it costs."""

    relationship_id: relay.GlobalID
    lines: list[CartLine] = sized(20)

    @batch
    @staticmethod
    async def next_delivery(carts: list["Cart"], info: Info) -> list[DeliveryDay | None]:
        """The earliest day for which it could be ordered now, where the seller has a calendar."""
        return await next_deliveries(info, [cart.relationship_id for cart in carts])


async def load_cart(info: Info, relationship_id: UUID) -> Cart:
    """Load the caller's cart."""
    async with info.context.read() as work:
        wishes = await queries.cart(work, relationship_id)
    return Cart(
        relationship_id=relay.GlobalID("TradingRelationship", str(relationship_id)),
        lines=[CartLine.of(wish) for wish in wishes],
    )


@strawberry.type
class OrdersQuery:
    """Questions about carts, orders and shortages."""

    @query(queries.order)
    async def order(self, info: Info, id: relay.GlobalID) -> Order:
        """One order that the viewer may see."""
        async with info.context.read() as work:
            return Order.of(await queries.order(work, key_of(id, "Order")))

    @query(queries.orders)
    async def orders(
        self,
        info: Info,
        filter: OrderFilterInput | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Order]:
        """The orders that the viewer may see, the newest first."""
        page = page_request(first, after)
        wanted = (filter or OrderFilterInput()).value()
        async with info.context.read() as work:
            return connection(await queries.orders(work, wanted, page), Order.of)

    @cost(20)
    @query(queries.cart)
    async def cart(self, info: Info, relationship_id: relay.GlobalID) -> Cart:
        """The caller's own cart in a relationship, empty when nothing is in it."""
        return await load_cart(info, key_of(relationship_id, "TradingRelationship"))

    @query(queries.shortages)
    async def shortages(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Shortage]:
        """The own organisation's open shortages, the oldest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.shortages(work, page), Shortage.of)

    @list_size(60)
    @query(queries.order_transitions)
    async def order_transitions(self, info: Info) -> list[OrderTransition]:
        """The order's whole state machine, as it is enforced."""
        async with info.context.read() as work:
            return [OrderTransition.of(row) for row in await queries.order_transitions(work)]
