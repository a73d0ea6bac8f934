"""From what is wanted to lines priced: checks, quote, and the rows of a draft (R3-50, R3-52)."""

import secrets
from collections.abc import Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.assortments.operations import facts_for
from app.catalog.errors import NotListed
from app.catalog.rules import SkuFacts, pieces
from app.db.tables import TenantOwned
from app.db.work import Work
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.errors import (
    CouponRefused,
    LineRepeated,
    OrderEmpty,
    PriceOutsideBand,
    TooManyCoupons,
    TooManyLines,
)
from app.orders.models import Order, OrderLine, OrderQuote
from app.orders.operations.discounts import authorities_of_givers
from app.orders.operations.documents import OrderDocument
from app.orders.operations.quantities import check_quantities
from app.orders.operations.wishes import LineDiscount, LineWish, OrderWish
from app.organisations.models import TradingRelationship
from app.pricing.errors import NoPrice
from app.quotes.operations import QuoteExtras, QuoteLine, price_instant, quote_lines
from app.quotes.rules import ManualPrice, Quote, QuotedLine, from_document, to_stored

MOST_LINES = 1_000
MOST_COUPONS = 20
_NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH = 8
_HUNDRED = Decimal(100)
_TO_BUYERS = "The seller cannot sell at this price; please ask the seller."

LaidOut = dict[type[TenantOwned], list[dict[str, Any]]]


async def priced(work: Work, relationship: TradingRelationship, wish: OrderWish) -> Quote:
    """Check the wish and quote it at the relationship's price instant, with all schemes.

    Raises refusals that point at `lines.N`: repeated, not listed, fractional, not sold in such
    quantities, without a price, at a price that may not be; `CouponRefused` at `couponCodes.N`.
    """
    known = await _check(work, relationship, wish)
    await check_quantities(work, relationship, wish, known)
    instant = await price_instant(work, relationship, wish.requested_delivery_on)
    extras = QuoteExtras(
        coupon_codes=wish.coupon_codes, points_to_redeem=wish.points_to_redeem, facts=known
    )
    authorities = await authorities_of_givers(work, relationship.seller_id, wish.lines)
    asked = [_asked(place, line, authorities) for place, line in enumerate(wish.lines)]
    quote = await quote_lines(work, relationship, asked, instant, extras)
    _refuse(work, relationship, quote)
    return quote


async def write_lines(work: Work, order: Order, wish: OrderWish, quote: Quote) -> list[OrderLine]:
    """Write the order's present revision: its lines and its quote; sets the order's totals."""
    laid_out = lay_out(work, order, wish, quote)
    lines = [OrderLine(**row) for row in laid_out.pop(OrderLine)]
    await work.write(*lines, beside=laid_out)
    return lines


def lay_out(work: Work, order: Order, wish: OrderWish, quote: Quote) -> LaidOut:
    """Make the rows of the order's present revision by table, and set the order's totals.

    Lines that were asked for come first, in their order, then those that schemes added.
    """
    _set_totals(order, quote)
    order.coupon_codes = list(wish.coupon_codes)
    order.points_to_redeem = wish.points_to_redeem
    asked = zip_longest(quote.lines, wish.lines)
    lines = [
        {**_line(order, place, line), **_discount(given)}
        for place, (line, given) in enumerate(asked, start=1)
    ]
    stored = {
        "order_id": order.id,
        "revision": order.revision,
        "quote": to_stored(quote),
        "quoted_at": work.now,
    }
    return {OrderLine: lines, OrderQuote: [stored]}


async def stands(work: Work, document: OrderDocument, quote: Quote) -> bool:
    """Whether a new quote says what the stored one does: every amount, gift and benefit.

    Stored quotes are never rewritten: where anything differs, a new revision is due.
    """
    order = document.order
    if list(map(figures_of, document.lines)) != list(map(figures_of, quote.lines)):
        return False
    statement = select(OrderQuote.quote).where(
        OrderQuote.order_id == order.id, OrderQuote.revision == order.revision
    )
    stored = from_document((await work.session.execute(statement)).scalar_one())
    return given_by(stored) == given_by(quote)


def figures_of(line: OrderLine | QuotedLine) -> tuple[object, ...]:
    """Return the goods of a line and all its amounts."""
    goods = (line.sku_id, line.packaging_level, line.quantity, line.is_free)
    return (*goods, line.net, line.tax, line.deposit)


def given_by(quote: Quote) -> tuple[object, ...]:
    """Return all that a quote gives beside its lines, and why somebody must approve it."""
    causes = [(cause.kind, cause.line_key) for cause in quote.approval_causes]
    return (quote.benefits, quote.coupons, quote.points_redeemed, causes)


def new_number(work: Work) -> str:
    """Return a number that people can read out; no counter stands in the way of placing orders."""
    letters = "".join(secrets.choice(_NUMBER_LETTERS) for _ in range(_NUMBER_LENGTH))
    return f"{work.now:%y%m%d}-{letters}"


async def _check(
    work: Work, relationship: TradingRelationship, wish: OrderWish
) -> dict[UUID, SkuFacts]:
    if not wish.lines:
        raise OrderEmpty
    if len(wish.lines) > MOST_LINES:
        raise TooManyLines(MOST_LINES)
    if len(wish.coupon_codes) > MOST_COUPONS:
        raise TooManyCoupons(MOST_COUPONS)
    if wish.points_to_redeem < 0:
        raise Invalid("pointsToRedeem", "must not be negative")
    known = await facts_for(work, relationship, {line.sku_id for line in wish.lines})
    seen: set[tuple[UUID, PackagingLevel]] = set()
    for place, line in enumerate(wish.lines):
        _check_one(f"lines.{place}", line, known.get(line.sku_id), seen)
    return known


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


def _asked(place: int, line: LineWish, authorities: Mapping[UUID, Decimal]) -> QuoteLine:
    manual = _by_hand(line.discount, authorities) if line.discount else None
    return QuoteLine(str(place), line.sku_id, line.packaging_level, line.quantity, manual)


def _by_hand(given: LineDiscount, authorities: Mapping[UUID, Decimal]) -> ManualPrice:
    giver = given.by_membership_id
    return ManualPrice(
        discount_percent=given.percent,
        reason=given.reason,
        by=given.by_name,
        authority_percent=authorities.get(giver) if giver else None,
    )


def _refuse(work: Work, relationship: TradingRelationship, quote: Quote) -> None:
    for refused in quote.refused:
        raise NoPrice(sku=str(refused.sku_id), reason=refused.reason).at(f"lines.{refused.key}")
    for place, coupon in enumerate(quote.coupons):
        if not coupon.is_accepted:
            raise CouponRefused(coupon.code, coupon.reason).at(f"couponCodes.{place}")
    for line in quote.blocked:
        is_seller = work.actor.organisation_id == relationship.seller_id
        outside = PriceOutsideBand(_why_outside(line) if is_seller else _TO_BUYERS)
        raise outside.at("lines" if line.is_free else f"lines.{line.key}")


def _why_outside(line: QuotedLine) -> str:
    return " ".join(guard.text for guard in line.guard_reasons if guard.verdict is line.guard)


def _set_totals(order: Order, quote: Quote) -> None:
    order.net, order.tax = quote.net, quote.tax
    order.deposits, order.total = quote.deposits, quote.total
    order.price_instant = quote.price_instant


def _discount(asked: LineWish | None) -> dict[str, Any]:
    given = asked.discount if asked else None
    return {
        "discount_percent": given.percent if given else None,
        "discount_reason": given.reason if given else None,
        "discounted_by_membership_id": given.by_membership_id if given else None,
        "discounted_by_name": given.by_name if given else None,
    }


def _line(order: Order, position: int, quoted: QuotedLine) -> dict[str, Any]:
    return {
        "id": new_id(),
        "order_id": order.id,
        "revision": order.revision,
        "position": position,
        "sku_id": quoted.sku_id,
        "packaging_level": quoted.packaging_level,
        "unit_factor": quoted.unit_factor,
        "quantity": quoted.quantity,
        "unit_price": quoted.unit_price_display,
        "net": quoted.net,
        "tax": quoted.tax,
        "gross": quoted.gross,
        "tax_rate_percent": quoted.tax_rate * _HUNDRED,
        "is_free": quoted.is_free,
        "deposit": quoted.deposit,
        "ordered": quoted.base_quantity,
        "unallocated": quoted.base_quantity,
    }
