"""From lines asked for to lines priced: checks, quote, and the rows of a draft (R3-50, R3-52)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.catalog.errors import NotListed
from app.catalog.operations import sku_facts
from app.catalog.rules import SkuFacts, pieces
from app.db.work import Work
from app.kernel.errors import DomainError, NotFound
from app.kernel.quantity import PackagingLevel
from app.orders.errors import LineRepeated, OrderEmpty, TooManyLines
from app.orders.models import Order, OrderLine, OrderQuote
from app.organisations.models import PriceInstant, TradingRelationship
from app.pricing.errors import NoPrice
from app.pricing.operations import LineRequest, quote_lines
from app.pricing.rules import Quote, QuotedLine
from app.tenants.operations import local_instant

MOST_LINES = 500
_NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH = 8
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LineWish:
    """What a buyer wants: a quantity of a SKU, in packaging units."""

    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal


async def priced(
    work: Work,
    relationship: TradingRelationship,
    wishes: Sequence[LineWish],
    requested_delivery_on: date | None,
) -> Quote:
    """Check the lines and quote them at the relationship's price instant.

    Raises refusals that point at `lines.N`: repeated, not listed, fractional, without a price.
    """
    await _check(work, wishes)
    requests = [
        LineRequest(str(place), wish.sku_id, wish.packaging_level, wish.quantity)
        for place, wish in enumerate(wishes)
    ]
    instant = await price_instant(work, relationship, requested_delivery_on)
    quote = await quote_lines(work, relationship, requests, instant)
    for refused in quote.refused:
        raise NoPrice(sku=str(refused.sku_id), reason=refused.reason).at(f"lines.{refused.key}")
    return quote


async def price_instant(
    work: Work, relationship: TradingRelationship, requested_delivery_on: date | None
) -> datetime:
    """Return the moment that decides the price (Our rule 7): placing, or the delivery day."""
    by_delivery = relationship.price_instant == PriceInstant.REQUESTED_DELIVERY
    if by_delivery and requested_delivery_on is not None:
        return await local_instant(work, requested_delivery_on)
    return work.now


async def write_lines(work: Work, order: Order, quote: Quote) -> list[OrderLine]:
    """Write the order's present revision: its lines and its quote; sets the order's totals."""
    order.net, order.tax, order.total = quote.net, quote.tax, quote.gross
    order.price_instant = quote.price_instant
    lines = [_line(order, place, line) for place, line in enumerate(quote.lines, start=1)]
    stored = OrderQuote(
        order_id=order.id,
        revision=order.revision,
        quote=quote.to_document(),
        quoted_at=work.now,
    )
    await work.save(*lines, stored)
    return lines


def new_number(work: Work) -> str:
    """Return a number that people can read out; no counter stands in the way of placing orders."""
    letters = "".join(secrets.choice(_NUMBER_LETTERS) for _ in range(_NUMBER_LENGTH))
    return f"{work.now:%y%m%d}-{letters}"


async def _check(work: Work, wishes: Sequence[LineWish]) -> None:
    if not wishes:
        raise OrderEmpty
    if len(wishes) > MOST_LINES:
        raise TooManyLines(MOST_LINES)
    known = await sku_facts(work, {wish.sku_id for wish in wishes})
    seen: set[tuple[UUID, PackagingLevel]] = set()
    for place, wish in enumerate(wishes):
        _check_one(f"lines.{place}", wish, known.get(wish.sku_id), seen)


def _check_one(
    path: str, wish: LineWish, sku: SkuFacts | None, seen: set[tuple[UUID, PackagingLevel]]
) -> None:
    if sku is None:
        raise NotFound("Sku").at(f"{path}.skuId")
    if not sku.is_listed:
        raise NotListed(sku=sku.name).at(f"{path}.skuId")
    if (wish.sku_id, wish.packaging_level) in seen:
        raise LineRepeated(sku=sku.name, level=wish.packaging_level).at(path)
    seen.add((wish.sku_id, wish.packaging_level))
    try:
        pieces(sku, wish.packaging_level, wish.quantity)
    except DomainError as wrong:
        raise wrong.at(f"{path}.{wrong.path}") from None


def _line(order: Order, position: int, quoted: QuotedLine) -> OrderLine:
    return OrderLine(
        order_id=order.id,
        revision=order.revision,
        position=position,
        sku_id=quoted.sku_id,
        packaging_level=quoted.packaging_level,
        unit_factor=quoted.unit_factor,
        quantity=quoted.quantity,
        unit_price=quoted.unit_price_display,
        net=quoted.net,
        tax=quoted.tax,
        gross=quoted.gross,
        tax_rate_percent=quoted.tax_rate * _HUNDRED,
        ordered=quoted.base_quantity,
        unallocated=quoted.base_quantity,
    )
