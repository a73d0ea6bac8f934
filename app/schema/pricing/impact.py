"""What a price change would do, before it is submitted: prices, customers, margin, bands."""

from decimal import Decimal
from uuid import UUID

import strawberry

from app.orders.operations.touched import Touched
from app.orders.queries import touched_trade
from app.pricing import queries
from app.pricing.operations import impact as pricing
from app.pricing.operations.bands import BandConflict
from app.pricing.rules.guards import GuardKind
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.pricing.bands import OutsideBand

strawberry.enum(GuardKind, description=GuardKind.__doc__)


@strawberry.type
class PriceRise:
    """A row that gets dearer; `before` and `after` are amounts, or percents of the list price."""

    row_id: strawberry.Private[UUID]
    before: Decimal
    after: Decimal
    percent: Decimal


@strawberry.type
class PriceBandConflict:
    """A row outside a band; the limit is null where the seller may not see it."""

    position: int
    kind: GuardKind
    limit: Decimal | None
    outside: OutsideBand
    is_advisory: bool
    text: str

    @classmethod
    def of(cls, found: BandConflict) -> "PriceBandConflict":
        """Show a conflict."""
        return cls(
            position=found.position,
            kind=found.kind,
            limit=found.limit,
            outside=found.outside,
            is_advisory=found.is_advisory,
            text=found.text,
        )


@strawberry.type
class PriceChangeImpact:
    """What a change does to prices; for an approved one, what it did when it was approved.

    Percents are of the price before; margins are percent of the price over what the seller itself
    pays, over one piece of every row, and null where that is not known.
    """

    new_rows: int
    changed_rows: int
    removed_rows: int
    equal_rows: int
    dearer_rows: int
    cheaper_rows: int
    smallest_percent: Decimal | None
    median_percent: Decimal | None
    largest_percent: Decimal | None
    largest_rises: list[PriceRise] = sized(10)
    price_lists: int = strawberry.field(description="Lists whose prices move, derived ones too.")
    customers: int = strawberry.field(description="Customers to whom those lists speak.")
    open_carts: int = strawberry.field(description="Their carts with goods that it touches.")
    open_orders: int = strawberry.field(
        description="Their drafts and submitted orders with goods that it touches."
    )
    margin_before: Decimal | None
    margin_after: Decimal | None
    band_conflicts: list[PriceBandConflict] = sized(10)

    @classmethod
    def of(cls, found: pricing.Impact, trade: Touched) -> "PriceChangeImpact":
        """Show an impact."""
        return cls(
            new_rows=found.added,
            changed_rows=found.changed,
            removed_rows=found.removed,
            equal_rows=found.equal,
            dearer_rows=found.dearer,
            cheaper_rows=found.cheaper,
            smallest_percent=found.least,
            median_percent=found.median,
            largest_percent=found.most,
            largest_rises=[_rise(each) for each in found.rises],
            price_lists=found.reach.lists,
            customers=len(found.reach.relationship_ids),
            open_carts=trade.carts,
            open_orders=trade.orders,
            margin_before=found.margin_before,
            margin_after=found.margin_after,
            band_conflicts=[PriceBandConflict.of(each) for each in found.conflicts],
        )


async def impacts_of(info: Info, set_ids: list[UUID]) -> list[PriceChangeImpact | None]:
    """Load impacts in the order of the sets; null for any but the viewer's own."""
    async with info.context.read() as work:
        found = await queries.price_change_impacts(work, set_ids)
        trade = await touched_trade(work, {key: each.reach for key, each in found.items()})
    return [
        PriceChangeImpact.of(found[key], trade.get(key, Touched())) if key in found else None
        for key in set_ids
    ]


def _rise(found: pricing.Rise) -> PriceRise:
    return PriceRise(
        row_id=found.row_id, before=found.before, after=found.after, percent=found.percent
    )
