"""Price bands: within what an organisation, or the level below it, may sell."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.pricing import commands, models, queries
from app.pricing.rules.change import BandAudience, OutsideBand
from app.schema.batch import batch, given, in_order
from app.schema.catalog import Category, Sku, categories_by_id, skus_by_id
from app.schema.context import Info
from app.schema.customer_classes import CustomerLevel, levels_by_id
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import (
    Organisation,
    TradingRelationship,
    organisations_by_id,
    relationships_by_id,
)
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

for _words in (BandAudience, OutsideBand):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class PriceBand(relay.Node):
    """Limits of a selling price, seen by who granted them and by whom they bind.

    Prices are per piece, or per `packagingLevel`, without tax, in `currency`. It is for a SKU, for
    a category with all below it, or for everything.
    """

    id: relay.NodeID[UUID]
    audience: BandAudience | None = strawberry.field(
        description="Whose prices it binds. For the grantor only."
    )
    currency: str
    packaging_level: PackagingLevel | None = strawberry.field(
        description="The unit that its prices are for; null means a piece."
    )
    floor: Decimal | None = strawberry.field(
        description="The lowest selling price; null where there is none, or it is not to be seen."
    )
    ceiling: Decimal | None = strawberry.field(description="The highest selling price.")
    minimum_margin_percent: Decimal | None = strawberry.field(
        description="How much of the selling price must stay over the own purchase price."
    )
    recommended_retail_price: Decimal | None
    maximum_retail_price: Decimal | None
    outside: OutsideBand
    is_floor_visible: bool | None = strawberry.field(
        description="Whether those it binds see the floor. For the grantor only."
    )
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    grantor_id: strawberry.Private[UUID]
    relationship_id: strawberry.Private[UUID | None]
    level_id: strawberry.Private[UUID | None]
    sku_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def grantor(
        bands: list["PriceBand"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who set it."""
        return await organisations_by_id(info, [band.grantor_id for band in bands])

    @batch
    @staticmethod
    async def relationship(
        bands: list["PriceBand"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The customer that it binds, when it is for one."""
        return await relationships_by_id(info, [band.relationship_id for band in bands])

    @batch
    @staticmethod
    async def level(
        bands: list["PriceBand"],
        info: Info,
    ) -> list[CustomerLevel | None]:
        """The customer level that it binds. For the grantor only."""
        return await levels_by_id(info, [band.level_id for band in bands])

    @batch
    @staticmethod
    async def sku(
        bands: list["PriceBand"],
        info: Info,
    ) -> list[Sku | None]:
        """The SKU, when it is for one."""
        return await skus_by_id(info, [band.sku_id for band in bands])

    @batch
    @staticmethod
    async def category(
        bands: list["PriceBand"],
        info: Info,
    ) -> list[Category | None]:
        """The category, when it is for one and all below it."""
        return await categories_by_id(info, [band.category_id for band in bands])

    @classmethod
    def of(cls, row: models.PriceBand, viewer_id: UUID | None) -> "PriceBand":
        """Show a band to a person of the organisation `viewer_id`, which it binds or who set it."""
        is_grantor = row.grantor_id == viewer_id
        return cls(
            id=row.id,
            audience=BandAudience(row.audience) if is_grantor else None,
            currency=row.currency,
            packaging_level=PackagingLevel(row.packaging_level) if row.packaging_level else None,
            floor=row.floor if is_grantor or row.is_floor_visible else None,
            ceiling=row.ceiling,
            minimum_margin_percent=row.minimum_margin_percent,
            recommended_retail_price=row.recommended_retail_price,
            maximum_retail_price=row.maximum_retail_price,
            outside=OutsideBand(row.outside),
            is_floor_visible=row.is_floor_visible if is_grantor else None,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            grantor_id=row.grantor_id,
            relationship_id=row.relationship_id,
            level_id=row.level_id if is_grantor else None,
            sku_id=row.sku_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceBand | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await price_bands_by_id(info, [UUID(key) for key in node_ids])


async def price_bands_by_id(info: Info, ids: Sequence[UUID | None]) -> list[PriceBand | None]:
    """Load bands in the order of `ids`; null where the viewer neither set it nor is bound."""
    async with info.context.read() as work:
        found = await queries.price_bands_by_id(work, given(ids))
        return in_order(ids, found, _shown_to(work))


GrantPriceBandResult = Annotated[PriceBand | Refusal, strawberry.union("GrantPriceBandResult")]
ChangePriceBandResult = Annotated[PriceBand | Refusal, strawberry.union("ChangePriceBandResult")]
EndPriceBandResult = Annotated[PriceBand | Refusal, strawberry.union("EndPriceBandResult")]


@strawberry.input
class BandLimitsInput:
    """What a band says: at least one limit; what is left out is not limited."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    minimum_margin_percent: Decimal | None = None
    recommended_retail_price: Decimal | None = None
    maximum_retail_price: Decimal | None = None
    outside: OutsideBand = OutsideBand.REFUSE
    is_floor_visible: bool = False

    def limits(self) -> commands.BandLimits:
        """Return what the command understands."""
        return commands.BandLimits(
            floor=self.floor,
            ceiling=self.ceiling,
            minimum_margin_percent=self.minimum_margin_percent,
            recommended_retail_price=self.recommended_retail_price,
            maximum_retail_price=self.maximum_retail_price,
            outside=self.outside,
            is_floor_visible=self.is_floor_visible,
        )


@strawberry.input
class GrantPriceBandInput:
    """A band to grant: from now without `validFrom`, for good without `validUntil`, its last day.

    A RELATIONSHIP band names its customer, a LEVEL band its level. Without a SKU or a category it
    is for everything, and may limit the margin only.
    """

    idempotency_key: str
    audience: BandAudience
    limits: BandLimitsInput
    relationship_id: relay.GlobalID | None = None
    level_id: relay.GlobalID | None = None
    sku_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None
    currency: str | None = strawberry.field(
        default=None, description="The customer's without one, or else the network's."
    )
    packaging_level: PackagingLevel | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def new(self) -> commands.NewBand:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return commands.NewBand(
            audience=self.audience,
            limits=self.limits.limits(),
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
            level_id=optional_key_of(self.level_id, "CustomerLevel"),
            sku_id=optional_key_of(self.sku_id, "Sku"),
            category_id=optional_key_of(self.category_id, "Category"),
            currency=self.currency,
            packaging_level=self.packaging_level,
            first_day=self.valid_from,
            last_day=self.valid_until,
        )


@strawberry.input
class ChangePriceBandInput:
    """What a band says from a day on, all of it; from now without `validFrom`."""

    price_band_id: relay.GlobalID
    limits: BandLimitsInput
    valid_from: date | None = None
    valid_until: date | None = None


@strawberry.input
class EndPriceBandInput:
    """The last day of a band in the network's zone; without one it ends at once."""

    price_band_id: relay.GlobalID
    last_day: date | None = None


@strawberry.type
class PriceBandQuery:
    """Questions about price bands."""

    @query(queries.price_bands)
    async def price_bands(
        self,
        info: Info,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[PriceBand]:
        """The bands that the own organisation set for itself or for buyers, the newest first."""
        page, sku = page_request(first, after), optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            return connection(await queries.price_bands(work, page, sku), _shown_to(work))

    @query(queries.granted_price_bands)
    async def granted_price_bands(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[PriceBand]:
        """The bands from above within which the own organisation sets its selling prices."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.granted_price_bands(work, page), _shown_to(work))


@strawberry.type
class PriceBandMutation:
    """Changes of price bands."""

    @mutation(commands.grant_price_band)
    async def grant_price_band(
        self, info: Info, input: GrantPriceBandInput
    ) -> GrantPriceBandResult:
        """Bound the own selling prices, or those of customers; the same key does it once."""
        new = input.new()
        row = await info.context.write(
            lambda work: commands.grant_price_band(work, new, input.idempotency_key)
        )
        return PriceBand.of(row, row.grantor_id)

    @mutation(commands.change_price_band)
    async def change_price_band(
        self, info: Info, input: ChangePriceBandInput
    ) -> ChangePriceBandResult:
        """Let a band say something else from a day on; what it said until then stays known."""
        band_id = key_of(input.price_band_id, "PriceBand")
        change = commands.BandChange(
            limits=input.limits.limits(), first_day=input.valid_from, last_day=input.valid_until
        )
        row = await info.context.write(
            lambda work: commands.change_price_band(work, band_id, change)
        )
        return PriceBand.of(row, row.grantor_id)

    @mutation(commands.end_price_band)
    async def end_price_band(self, info: Info, input: EndPriceBandInput) -> EndPriceBandResult:
        """Let a band end after a day, or at once."""
        band_id = key_of(input.price_band_id, "PriceBand")
        row = await info.context.write(
            lambda work: commands.end_price_band(work, band_id, input.last_day)
        )
        return PriceBand.of(row, row.grantor_id)


def _shown_to(work: Work) -> Callable[[models.PriceBand], PriceBand]:
    return lambda row: PriceBand.of(row, work.actor.organisation_id)
