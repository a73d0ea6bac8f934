"""Sums of stock over warehouses, and until when it keeps (R3-21)."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request

DAYS = (30, 90, 180)


@strawberry.type
class ExpiryBand:
    """Pieces that are good for less than `untilDays`, and not in the band before.

    0 is what has expired; without days it is what keeps longer, or for ever.
    """

    until_days: int | None
    pieces: Decimal

    @classmethod
    def of(cls, band: queries.ExpiryBand) -> "ExpiryBand":
        """Show a band."""
        return cls(until_days=band.until_days, pieces=band.pieces)


@strawberry.type
class StockTotal:
    """What there is of a SKU in all own warehouses together, in pieces.

    `inTransit` lies in none of them, and is not in the other sums; `warehouses` have some.
    """

    warehouses: int
    on_hand: Decimal
    reserved: Decimal
    held: Decimal
    free: Decimal
    in_transit: Decimal
    sku_id: strawberry.Private[UUID]
    expiry_bands: list[ExpiryBand] = sized(5)

    @batch
    @staticmethod
    async def sku(found: list["StockTotal"], info: Info) -> list[Sku | None]:
        """What it is."""
        return await skus_by_id(info, [each.sku_id for each in found])

    @classmethod
    def of(cls, total: queries.StockTotal) -> "StockTotal":
        """Show sums."""
        return cls(
            warehouses=total.warehouses,
            on_hand=total.on_hand,
            reserved=total.reserved,
            held=total.held,
            free=total.on_hand - total.reserved - total.held,
            in_transit=total.in_transit,
            sku_id=total.sku_id,
            expiry_bands=[ExpiryBand.of(each) for each in total.bands],
        )


@strawberry.type
class StockTotalsQuery:
    """Questions about stock as a whole."""

    @query(queries.stock_totals)
    async def stock_totals(  # noqa: PLR0913, PLR0917  # the field's arguments, by name in the API
        self,
        info: Info,
        warehouse_id: relay.GlobalID | None = None,
        expiry_days: list[int] | None = None,
        organisation_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockTotal]:  # pyright: ignore[reportInvalidTypeArguments]  # no id
        """What there is of each SKU over all own warehouses, or in one, by bands of expiry.

        `expiryDays` bound the bands, 30, 90 and 180 unless told. `organisationId` asks for an
        organisation below that agreed to it by a `BranchConsent`; none are there of any other.
        """
        page, place = page_request(first, after), optional_key_of(warehouse_id, "Warehouse")
        whose = optional_key_of(organisation_id, "Organisation")
        days = DAYS if expiry_days is None else tuple(expiry_days)
        async with info.context.read() as work:
            found = await queries.stock_totals(work, page, days, place, whose)
        return connection(found, StockTotal.of)
