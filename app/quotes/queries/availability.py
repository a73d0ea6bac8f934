"""Whether the seller has what its catalogue shows: in the words of the trade, not in pieces."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from app.db.work import Work
from app.inventory.operations import ForSale, free_stock_of
from app.pricing.operations.scope import ASKING
from app.quotes.queries.catalogue import CatalogueRow
from app.rbac.guard import requires


class AvailabilityState(StrEnum):
    """Whether an order of one of the SKU's smallest packaging unit would find goods now.

    IN_STOCK: the seller has as much that nobody else is promised, unexpired, and keeping as long
    as the buyer's terms ask. OUT_OF_STOCK: it has not; whether it may be ordered all the same is
    for the terms to say.
    """

    IN_STOCK = "IN_STOCK"
    OUT_OF_STOCK = "OUT_OF_STOCK"


@requires(*ASKING)
async def availability(work: Work, rows: Sequence[CatalogueRow]) -> list[AvailabilityState | None]:
    """Tell whether the sellers have the rows' goods now, in the order of rows; one statement.

    Rows are those that this work was answered, whose relationships are the actor's therefore. None
    where the relationship is not valid now: past customers learn nothing of the seller's stock.
    """
    wanted = list(_wanted(rows, work.now))
    free = iter(await free_stock_of(work, [each for each in wanted if each is not None]))
    return [
        None if each is None else _state(row, next(free))
        for row, each in zip(rows, wanted, strict=True)
    ]


def _wanted(rows: Sequence[CatalogueRow], now: datetime) -> Iterator[ForSale | None]:
    # As orders ask of what they reserve: the usual delivery, and the buyer's minimum from then on.
    for asked, group in groupby(rows, key=lambda row: row.asked):
        is_open, terms = asked.is_open(now), asked.relationship
        seller_id = terms.seller_id
        keeps_days = terms.delivery_days + terms.minimum_shelf_life_days
        for row in group:
            yield ForSale(seller_id, row.sku_id, keeps_days) if is_open else None


def _state(row: CatalogueRow, free: Decimal) -> AvailabilityState:
    covers = bool(row.offers) and free >= row.offers[0].pieces
    return AvailabilityState.IN_STOCK if covers else AvailabilityState.OUT_OF_STOCK
