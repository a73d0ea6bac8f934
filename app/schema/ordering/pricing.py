"""What a cart costs now, and what stands between it and an order."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry import relay

from app.kernel.errors import Invalid
from app.ordering.operations.pricing import Paying
from app.ordering.operations.pricing import PricedCart as Priced
from app.ordering.queries import saved_carts as queries
from app.ordering.rules import gaps
from app.schema.batch import batch
from app.schema.budgets import CartBudget
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.delivery_days import DeliveryDay, next_deliveries
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.orders.queries import CartLine
from app.schema.quotes.quotes import Quote

strawberry.enum(gaps.CartGapKind, description=gaps.CartGapKind.__doc__)


@strawberry.type
class CartGap:
    """One thing that is missing; nothing can be ordered while one that `isBlocking` is there.

    `missingQuantity` counts the line's packaging units, `missingAmount` is money without tax.
    """

    kind: gaps.CartGapKind
    is_blocking: bool
    line: int | None = strawberry.field(
        description="The place of the line among `lines`, from 0; null for the whole cart."
    )
    missing_quantity: Decimal | None
    missing_amount: Decimal | None
    text: str

    @classmethod
    def of(cls, gap: gaps.CartGap) -> "CartGap":
        """Show what is missing."""
        return cls(
            kind=gap.kind,
            is_blocking=gap.is_blocking,
            line=gap.place,
            missing_quantity=gap.missing_quantity,
            missing_amount=gap.missing_amount,
            text=gap.text,
        )


@strawberry.type
class PricedCart:
    """A cart with what it costs now; the keys of the quote's lines are their places in `lines`.

    Lines that cannot be priced stay out of the quote, and are named among the gaps.
    """

    relationship_id: relay.GlobalID
    lines: list[CartLine] = sized(20)
    quote: Quote | None
    gaps: list[CartGap] = sized(10)
    budgets: list[CartBudget] = sized(
        2,
        description="The buyer's budgets that bind the viewer; none for the seller's people.",
    )
    is_orderable: bool = strawberry.field(
        description="Whether nothing stands in the way of ordering it as it is."
    )

    @batch
    @staticmethod
    async def next_delivery(carts: list["PricedCart"], info: Info) -> list[DeliveryDay | None]:
        """The earliest day for which it could be ordered now, where the seller has a calendar."""
        return await next_deliveries(info, [cart.relationship_id for cart in carts])

    @classmethod
    def of(cls, priced: Priced) -> "PricedCart":
        """Show a priced cart."""
        missing = [CartGap.of(gap) for gap in priced.gaps]
        return cls(
            relationship_id=relay.GlobalID("TradingRelationship", str(priced.relationship_id)),
            lines=[CartLine.of(wish) for wish in priced.lines],
            quote=Quote.of(priced.quote) if priced.quote else None,
            gaps=missing,
            budgets=[CartBudget.of(each) for each in priced.budgets],
            is_orderable=priced.quote is not None and not any(gap.is_blocking for gap in missing),
        )


@strawberry.input
class PricedCartInput:
    """Which cart: a saved one, or the caller's own in a relationship; and how it will be paid."""

    relationship_id: relay.GlobalID | None = None
    saved_cart_id: relay.GlobalID | None = None
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0
    requested_delivery_on: date | None = None

    def paying(self) -> Paying:
        """Return what else the price depends on."""
        return Paying(
            coupon_codes=tuple(self.coupon_codes),
            points_to_redeem=self.points_to_redeem,
            requested_delivery_on=self.requested_delivery_on,
        )


@strawberry.type
class PricedCartQuery:
    """The question what a cart costs."""

    @cost(60)
    @list_size(20, of=("lines",))
    @query(queries.priced_own_cart)
    async def priced_cart(self, info: Info, input: PricedCartInput) -> PricedCart:
        """A cart priced at this moment, with what is missing or would make it cheaper (R1-11)."""
        if (input.relationship_id is None) == (input.saved_cart_id is None):
            raise Invalid("savedCartId", "or relationshipId must be given, and not both")
        async with info.context.read() as work:
            if input.saved_cart_id is not None:
                key = key_of(input.saved_cart_id, "SavedCart")
                return PricedCart.of(await queries.priced_saved_cart(work, key, input.paying()))
            assert input.relationship_id is not None
            key = key_of(input.relationship_id, "TradingRelationship")
            return PricedCart.of(await queries.priced_own_cart(work, key, input.paying()))
