"""What may be claimed for benefits that others pay for, and what a price drop gives back."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.promotions import queries
from app.promotions.queries import ClaimSide
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import cost, list_size
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import Organisation, organisations_by_id


@strawberry.type
class ClaimableBenefit:
    """What one scheme gave in a period, between the own organisation and one neighbour.

    It names neither buyers nor orders, nor anybody beyond the neighbour.
    """

    scheme_name: str
    currency: str
    money: Decimal
    goods: Decimal = strawberry.field(description="Pieces of the SKU.")
    neighbour_id: strawberry.Private[UUID]
    goods_sku_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def neighbour(
        totals: list["ClaimableBenefit"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who is claimed from, or who claims."""
        return await organisations_by_id(info, [each.neighbour_id for each in totals])

    @batch
    @staticmethod
    async def goods_sku(
        totals: list["ClaimableBenefit"],
        info: Info,
    ) -> list[Sku | None]:
        """The SKU that was free, if any."""
        return await skus_by_id(info, [each.goods_sku_id for each in totals])

    @classmethod
    def of(cls, total: queries.ClaimableTotal) -> "ClaimableBenefit":
        """Show a sum."""
        return cls(
            scheme_name=total.scheme_name,
            currency=total.currency,
            money=total.money,
            goods=total.goods,
            neighbour_id=total.neighbour_id,
            goods_sku_id=total.goods_sku_id,
        )


@strawberry.type
class PriceProtection:
    """A buyer's own price for one unit at two instants, and the credit for stock it holds."""

    currency: str
    old_price: Decimal | None
    new_price: Decimal | None
    eligible: Decimal = strawberry.field(description="The quantity that is credited.")
    credit: Decimal | None = strawberry.field(
        description="Nothing for a rise; null where there is no price at one of the instants."
    )

    @classmethod
    def of(cls, found: queries.Protected) -> "PriceProtection":
        """Show a comparison."""
        return cls(
            currency=found.currency,
            old_price=found.old_price,
            new_price=found.new_price,
            eligible=found.eligible,
            credit=found.credit,
        )


@strawberry.input
class PriceProtectionInput:
    """A SKU in a packaging unit, two instants, and the stock in that unit as it was counted."""

    relationship_id: relay.GlobalID
    sku_id: relay.GlobalID
    packaging_level: PackagingLevel
    before: datetime
    after: datetime
    on_hand: Decimal
    in_transit: Decimal = Decimal(0)
    bought_within_window: Decimal | None = strawberry.field(
        default=None, description="Of what is on hand; null where the agreement has no window."
    )

    def asked(self) -> queries.ProtectionAsked:
        """Return what the query understands; raises `NotFound`."""
        return queries.ProtectionAsked(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            sku_id=key_of(self.sku_id, "Sku"),
            packaging_level=self.packaging_level,
            before=self.before,
            after=self.after,
            on_hand=self.on_hand,
            in_transit=self.in_transit,
            bought_within_window=self.bought_within_window,
        )


@strawberry.type
class ClaimsQuery:
    """Questions about claims and price protection."""

    @cost(20)
    @list_size(50)
    @query(queries.claimable_benefits)
    async def claimable_benefits(
        self, info: Info, side: ClaimSide, first_day: date, last_day: date
    ) -> list[ClaimableBenefit]:
        """What may be claimed from the level above, or will be claimed by the one below.

        Sums by scheme and neighbour over days of the network's zone, the last one included.
        """
        async with info.context.read() as work:
            found = await queries.claimable_benefits(work, side, first_day, last_day)
        return [ClaimableBenefit.of(each) for each in found]

    @cost(50)
    @query(queries.price_protection)
    async def price_protection(self, info: Info, input: PriceProtectionInput) -> PriceProtection:
        """What a price drop gives back on goods that a buyer still holds."""
        asked = input.asked()
        async with info.context.read() as work:
            return PriceProtection.of(await queries.price_protection(work, asked))
