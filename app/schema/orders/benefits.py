"""What trade schemes gave to orders."""

from decimal import Decimal
from uuid import UUID

import strawberry

from app.orders.operations import benefits
from app.promotions.rules.words import BenefitKind
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.organisations import Organisation, organisations_by_id

strawberry.enum(BenefitKind, description=BenefitKind.__doc__)


@strawberry.type
class OrderBenefit:
    """What one scheme gave to an order: money in its currency, goods in pieces, points.

    `rebate` accrues off the invoice. Who pays for it, and how much will be claimed, only the
    seller sees.
    """

    name: str
    benefit: BenefitKind
    money: Decimal
    goods: Decimal
    points: int
    rebate: Decimal
    is_given_back: bool
    funded_money: Decimal | None
    is_claimable: bool | None
    goods_sku_id: strawberry.Private[UUID | None]
    funder_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def goods_sku(given: list["OrderBenefit"], info: Info) -> list[Sku | None]:
        """What is free."""
        return await skus_by_id(info, [item.goods_sku_id for item in given])

    @batch
    @staticmethod
    async def funder(given: list["OrderBenefit"], info: Info) -> list[Organisation | None]:
        """Who will be claimed for it; for the seller only."""
        return await organisations_by_id(info, [item.funder_id for item in given])

    @classmethod
    def of(cls, benefit: benefits.OrderBenefit) -> "OrderBenefit":
        """Show a benefit."""
        return cls(
            name=benefit.name,
            benefit=benefit.benefit,
            money=benefit.money,
            goods=benefit.goods,
            points=benefit.points,
            rebate=benefit.rebate,
            is_given_back=benefit.is_given_back,
            funded_money=benefit.funded_money,
            is_claimable=benefit.is_claimable,
            goods_sku_id=benefit.goods_sku_id,
            funder_id=benefit.funder_id,
        )
