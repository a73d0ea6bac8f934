"""Prices that sellers below would set outside the bands of the own organisation."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.pricing import commands, models, queries
from app.pricing.queries.outside import BandRequest
from app.schema.approvals import StepStatus
from app.schema.batch import batch, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.pricing.impact import GuardKind
from app.schema.refusals import Refusal


@strawberry.type
class PriceOutsideBand(relay.Node):
    """One proposed price outside the own band, as it was when the own organisation was asked.

    The price is per `packagingLevel`, a piece when that is null; `grantedLimit` is per piece
    without tax in the same currency, or for a MARGIN a percent.
    """

    id: relay.NodeID[UUID]
    packaging_level: PackagingLevel | None
    price: Decimal
    currency: str
    is_tax_inclusive: bool
    begins_at: datetime = strawberry.field(
        description="When it would count; from the last agreement if that is later."
    )
    kind: GuardKind
    granted_limit: Decimal
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(prices: list["PriceOutsideBand"], info: Info) -> list[Sku | None]:
        """What it would be the price of; null where the viewer may not see the product."""
        return await skus_by_id(info, [price.sku_id for price in prices])

    @classmethod
    def of(cls, row: models.PriceOutsideBand) -> "PriceOutsideBand":
        """Show a price."""
        return cls(
            id=row.id,
            packaging_level=PackagingLevel(row.packaging_level) if row.packaging_level else None,
            price=row.amount,
            currency=row.currency,
            is_tax_inclusive=row.is_tax_inclusive,
            begins_at=row.begins_at,
            kind=GuardKind(row.kind),
            granted_limit=row.granted_limit,
            sku_id=row.sku_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceOutsideBand | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.prices_outside_band_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class PriceBandRequest(relay.Node):
    """What a seller asks of the own organisation, which granted it a band, and why.

    It says nothing of other prices of the seller's change.
    """

    id: relay.NodeID[UUID]
    change_set_id: relay.GlobalID = strawberry.field(
        description="What the decision names; the change itself is the seller's to see."
    )
    name: str = strawberry.field(description="What the seller calls its change.")
    because: str
    requested_at: datetime
    seller_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def seller(requests: list["PriceBandRequest"], info: Info) -> list[Organisation | None]:
        """Who would set the prices."""
        return await organisations_by_id(info, [each.seller_id for each in requests])

    @batch
    @staticmethod
    async def prices(
        requests: list["PriceBandRequest"],
        info: Info,
        first: int = FIRST,
        after: str | None = None,
    ) -> list[relay.Connection[PriceOutsideBand]]:
        """The prices outside the own band, and no others."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.prices_outside_band_of(work, [each.id for each in requests], page)
        return [connection(found[each.id], PriceOutsideBand.of) for each in requests]

    @classmethod
    def of(cls, found: BandRequest) -> "PriceBandRequest":
        """Show a request."""
        step = found.step
        return cls(
            id=step.id,
            change_set_id=relay.GlobalID("PriceChangeSet", str(step.subject_id)),
            name=found.set_name,
            because=step.because,
            requested_at=step.requested_at,
            seller_id=found.seller_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceBandRequest | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.price_band_requests_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class PricesOutsideBandDecision:
    """What the own organisation decided; whether others agree is not said."""

    change_set_id: relay.GlobalID
    name: str
    status: StepStatus
    reason: str | None
    decided_at: datetime

    @classmethod
    def of(cls, made: commands.GrantorDecision) -> "PricesOutsideBandDecision":
        """Show a decision."""
        return cls(
            change_set_id=relay.GlobalID("PriceChangeSet", str(made.set_id)),
            name=made.set_name,
            status=made.status,
            reason=made.reason,
            decided_at=made.decided_at,
        )


@strawberry.input
class ApprovePricesOutsideBandInput:
    """The seller's change whose prices outside the own band may be set."""

    change_set_id: relay.GlobalID
    reason: str | None = None


@strawberry.input
class RejectPricesOutsideBandInput:
    """The seller's change whose prices outside the own band may not be set, and why."""

    change_set_id: relay.GlobalID
    reason: str


DecidePricesOutsideBandResult = Annotated[
    PricesOutsideBandDecision | Refusal, strawberry.union("DecidePricesOutsideBandResult")
]


@strawberry.type
class PriceOutsideBandQuery:
    """Questions about what the own organisation is asked as a grantor."""

    @query(queries.prices_outside_band)
    async def prices_outside_band(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[PriceBandRequest]:
        """What waits for the own organisation's agreement, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.prices_outside_band(work, page)
        return connection(found, PriceBandRequest.of)


@strawberry.type
class PriceOutsideBandMutation:
    """Decisions of a grantor."""

    @mutation(commands.approve_prices_outside_band)
    async def approve_prices_outside_band(
        self, info: Info, input: ApprovePricesOutsideBandInput
    ) -> DecidePricesOutsideBandResult:
        """Agree to what lies outside the own band; prices change once all grantors have agreed."""
        key = key_of(input.change_set_id, "PriceChangeSet")
        made = await info.context.write(
            lambda work: commands.approve_prices_outside_band(work, key, input.reason)
        )
        return PricesOutsideBandDecision.of(made)

    @mutation(commands.reject_prices_outside_band)
    async def reject_prices_outside_band(
        self, info: Info, input: RejectPricesOutsideBandInput
    ) -> DecidePricesOutsideBandResult:
        """Say no: the seller's change is rejected as a whole, with the reason."""
        key = key_of(input.change_set_id, "PriceChangeSet")
        made = await info.context.write(
            lambda work: commands.reject_prices_outside_band(work, key, input.reason)
        )
        return PricesOutsideBandDecision.of(made)
