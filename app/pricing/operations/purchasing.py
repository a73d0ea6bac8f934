"""What a seller itself pays: the cost that margins are reckoned from (step 11)."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.pricing.operations.audience import Enquiry
from app.pricing.operations.books import book_for
from app.pricing.operations.lines import Facts, LineRequest, request_line
from app.pricing.rules import PricedLine, price_lines


async def purchase_prices(  # noqa: PLR0913  # a price depends on this much
    work: Work,
    seller_id: UUID,
    currency: str,
    facts: Facts,
    instant: datetime,
    *,
    known_at: datetime | None = None,
) -> dict[UUID, Fraction]:
    """Return what the seller pays for one unit of each SKU, per piece and without tax.

    Its longest-standing purchase in the currency decides, at the price of one of the largest
    packaging unit; SKUs without a price are absent. One statement where it buys nothing, else one
    more than a question for prices has.
    """
    terms = await work.session.scalar(_purchase(seller_id, currency, instant))
    if terms is None or not facts:
        return {}
    lines = tuple(
        request_line(sku, LineRequest(f"{sku_id} {level}", sku_id, level, Decimal(1)))
        for sku_id, sku in facts.items()
        for level in [*sku.packaging][-1:]
    )
    request, book = await book_for(work, terms, Enquiry(facts, lines, instant, known_at=known_at))
    answers = price_lines(request, book)
    priced = [answer for answer in answers if isinstance(answer, PricedLine)]
    return {answer.line.sku_id: _without_tax(answer) for answer in priced}


def _purchase(seller_id: UUID, currency: str, instant: datetime) -> Select[TradingRelationship]:
    terms = TradingRelationship
    return (
        select(terms)
        .where(
            terms.buyer_id == seller_id,
            terms.currency == currency,
            terms.valid_from <= instant,
            or_(terms.valid_until.is_(None), terms.valid_until > instant),
        )
        .order_by(terms.valid_from, terms.id)
        .limit(1)
    )


def _without_tax(priced: PricedLine) -> Fraction:
    price = priced.exact_unit_price
    return price / (1 + Fraction(priced.line.tax_rate)) if priced.tax_inclusive else price
