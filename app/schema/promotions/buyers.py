"""Promotions as a buyer sees them: no funding, no budget, no other buyers."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.promotions import models, queries
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    Measure,
    PointsCause,
)
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.promotions.terms import SchemeTier
from app.schema.promotions.types import Coupon, MembershipTier, membership_tiers_by_id


@strawberry.type
class SchemeForMe:
    """A scheme in force that speaks to a buyer: what it gives from when on, and what was used.

    A basket shows by itself what is missing for its own tiers; `missing` is for schemes that count
    purchases over time.
    """

    name: str
    texts: list[str] = strawberry.field(description="One sentence a tier, the lowest first.")
    benefit: BenefitKind
    measure: Measure
    calculation: Calculation
    currency: str
    tiers: list[SchemeTier] = sized(5)
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    needs_coupon: bool
    is_cumulative: bool
    uses: int = strawberry.field(description="Own orders that it gave something to.")
    uses_left: int | None = strawberry.field(description="For this buyer; null without a limit.")
    money: Decimal = strawberry.field(description="What it has given this buyer, in currency.")
    goods: Decimal = strawberry.field(description="Pieces that it has given this buyer.")
    purchased_amount: Decimal = strawberry.field(description="Own purchases, net, since it began.")
    purchased_quantity: Decimal = strawberry.field(description="Own purchases in pieces.")
    missing: Decimal | None = strawberry.field(
        description="What is missing to the next tier, as it is measured."
    )

    @classmethod
    def of(cls, found: queries.OfferedScheme) -> "SchemeForMe":
        """Show a scheme to its buyer."""
        terms, use, period = found.scheme.terms, found.use, found.scheme.period
        limit = terms.limits.uses_per_buyer
        return cls(
            name=found.scheme.name,
            texts=list(found.texts),
            benefit=terms.benefit,
            measure=terms.measure,
            calculation=terms.calculation,
            currency=terms.currency,
            tiers=[SchemeTier.of(tier) for tier in terms.tiers],
            valid_from=period.start,
            valid_until=period.end,
            needs_coupon=terms.needs_coupon,
            is_cumulative=terms.is_cumulative,
            uses=use.buyer_uses,
            uses_left=None if limit is None else max(0, limit - use.buyer_uses),
            money=use.buyer_money,
            goods=use.buyer_goods,
            purchased_amount=use.purchased_amount,
            purchased_quantity=use.purchased_quantity,
            missing=found.missing,
        )


@strawberry.type
class PointsEntry:
    """One movement of points; the balance is their sum."""

    cause: PointsCause
    points: int
    reason: str
    recorded_at: datetime
    order_id: relay.GlobalID | None

    @classmethod
    def of(cls, row: models.PointsEntry) -> "PointsEntry":
        """Show a movement."""
        return cls(
            cause=PointsCause(row.cause),
            points=row.points,
            reason=row.reason,
            recorded_at=row.recorded_at,
            order_id=relay.GlobalID("Order", str(row.order_id)) if row.order_id else None,
        )


@strawberry.type
class BuyerStanding:
    """How a buyer stands with a seller; money is in the relationship's currency."""

    orders_placed: int
    points: int = strawberry.field(description="Those that can still be spent.")
    value_per_point: Decimal | None = strawberry.field(
        description="Null where the seller has no points programme in this currency."
    )
    spent: Decimal = strawberry.field(description="Net purchases within the last 365 days.")
    missing_for_next_tier: Decimal | None
    next_tier: MembershipTier | None
    relationship_id: strawberry.Private[UUID]
    tier_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        standings: list["BuyerStanding"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The relationship of seller and buyer."""
        return await relationships_by_id(info, [each.relationship_id for each in standings])

    @batch
    @staticmethod
    async def membership_tier(
        standings: list["BuyerStanding"],
        info: Info,
    ) -> list[MembershipTier | None]:
        """The tier that the buyer is in, counted when an order was last placed or given back."""
        return await membership_tiers_by_id(info, [each.tier_id for each in standings])

    @strawberry.field
    async def points_entries(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[PointsEntry]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Movements of points, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.points_entries_of(work, self.relationship_id, page)
        return connection(found, PointsEntry.of)

    @classmethod
    def of(cls, found: queries.BuyerAccount) -> "BuyerStanding":
        """Show a standing."""
        above = found.next_tier
        return cls(
            orders_placed=found.orders_placed,
            points=found.points,
            value_per_point=found.value_per_point,
            spent=found.spent,
            missing_for_next_tier=above.threshold - found.spent if above else None,
            next_tier=MembershipTier.of(above) if above else None,
            relationship_id=found.relationship.id,
            tier_id=found.tier_id,
        )


@strawberry.type
class BuyersQuery:
    """Questions of a buyer, or of the seller's people who look after it."""

    @cost(10)
    @list_size(20)
    @query(queries.schemes_for_me)
    async def schemes_for_me(
        self, info: Info, relationship_id: relay.GlobalID
    ) -> list[SchemeForMe]:
        """The schemes in force that speak to this buyer now, in the order in which they work."""
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.schemes_for_me(work, key)
        return [SchemeForMe.of(each) for each in found]

    @query(queries.my_coupons)
    async def my_coupons(
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Coupon]:
        """Coupons given to this buyer alone that may still be used, in the order of issue."""
        page, key = page_request(first, after), key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.my_coupons(work, key, page)
        return connection(found, Coupon.of)

    @query(queries.buyer_standing)
    async def buyer_standing(self, info: Info, relationship_id: relay.GlobalID) -> BuyerStanding:
        """Orders, points and membership tier of a buyer with its seller."""
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            return BuyerStanding.of(await queries.buyer_standing(work, key))
