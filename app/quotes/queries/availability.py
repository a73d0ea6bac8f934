"""Whether the seller has what its catalogue shows: in the words of the trade, not in pieces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from app.db.work import Work
from app.inventory.operations import ForSale, bands_of, free_stock_of
from app.organisations.models import ShownStock
from app.pricing.operations.scope import ASKING
from app.quotes.operations.keeping import kept_days, lives_for
from app.quotes.operations.stocked import tells_stock
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


@dataclass(frozen=True, slots=True)
class Available:
    """What a buyer may know of a row's goods: in numbers, or in bands."""

    state: AvailabilityState
    band: str | None = None
    pieces: Decimal | None = None


@requires(*ASKING)
async def availability(work: Work, rows: Sequence[CatalogueRow]) -> list[Available | None]:
    """Tell whether the sellers have the rows' goods now, in the order of rows; one statement.

    One more where a seller tells in bands, and where a share of shelf lives is asked. Rows are
    those that this work was answered, whose relationships are the actor's therefore. None where
    the relationship is not valid now, or tells nothing of stock: past customers learn nothing.
    """
    terms = [row.asked.relationship for row in rows]
    lives = await lives_for(work, terms, {row.sku_id for row in rows})
    wanted = list(_wanted(rows, work.now, lives))
    free = iter(await free_stock_of(work, [each for each in wanted if each is not None]))
    banding = {each.seller_id for each in terms if each.shown_stock == ShownStock.BANDED}
    bands = await bands_of(work, banding) if banding else {}
    return [
        None if each is None else _told(row, next(free), bands)
        for row, each in zip(rows, wanted, strict=True)
    ]


def _wanted(
    rows: Sequence[CatalogueRow], now: datetime, lives: Mapping[UUID, int]
) -> Iterator[ForSale | None]:
    # As orders ask of what they reserve: the usual delivery, and the buyer's minimum from then on.
    for asked, group in groupby(rows, key=lambda row: row.asked):
        terms = asked.relationship
        is_told = asked.is_open(now) and tells_stock(terms)
        seller_id = terms.seller_id
        for row in group:
            keeps_days = terms.delivery_days + kept_days(terms, lives.get(row.sku_id))
            yield ForSale(seller_id, row.sku_id, keeps_days) if is_told else None


def _told(
    row: CatalogueRow, free: Decimal, bands: Mapping[UUID, Sequence[tuple[Decimal, str]]]
) -> Available:
    terms, state = row.asked.relationship, _state(row, free)
    if terms.shown_stock == ShownStock.EXACT:
        return Available(state, pieces=free)
    if terms.shown_stock == ShownStock.BANDED:
        names = [name for least, name in bands.get(terms.seller_id, ()) if free >= least]
        return Available(state, band=names[-1] if names else None)
    return Available(state)


def _state(row: CatalogueRow, free: Decimal) -> AvailabilityState:
    covers = bool(row.offers) and free >= row.offers[0].pieces
    return AvailabilityState.IN_STOCK if covers else AvailabilityState.OUT_OF_STOCK
