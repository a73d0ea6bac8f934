"""What a buyer must sell."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.ordering.queries import must_sell as queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query


@strawberry.type
class MustSell:
    """A SKU that the buyer should carry; `ordered` is in pieces, in the days asked about."""

    ordered: Decimal
    is_in_cart: bool
    is_missing: bool
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(goods: list["MustSell"], info: Info) -> list[Sku | None]:
        """What it should carry."""
        return await skus_by_id(info, [each.sku_id for each in goods])


@strawberry.type
class MustSellQuery:
    """The question what a buyer must sell."""

    @list_size(20)
    @query(queries.must_sell)
    async def must_sell(
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        history_days: int = 28,
        only_missing: bool = False,  # noqa: FBT001, FBT002  # an argument of the API
    ) -> list[MustSell]:
        """What the buyer should carry by its seller's must-sell lists, by product name; up to 500.

        Missing is what neither the caller's cart has nor any order of the last days.
        """
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.must_sell(work, key, history_days)
        return [
            MustSell(
                ordered=each.ordered,
                is_in_cart=each.is_in_cart,
                is_missing=each.is_missing,
                sku_id=each.sku_id,
            )
            for each in found
            if each.is_missing or not only_missing
        ]
