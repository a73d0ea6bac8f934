"""Everything that may price a line: the seller's lists, and what the seller itself pays."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.db.work import Work
from app.kernel.period import Period
from app.organisations.models import Organisation, TradingRelationship
from app.organisations.operations import level_path
from app.pricing.operations.lines import Facts, LineRequest, request_line
from app.pricing.operations.rows import listed_prices
from app.pricing.rules import (
    LadderRung,
    PriceCandidate,
    PriceKind,
    PriceRequest,
    RequestLine,
    TaxMode,
    offers,
)

MOST_LEVELS_UP = 5
"""How many sellers further up a fallback price is looked for."""

NO_LIST = UUID(int=0)
"""Stands where a price comes from no list: the seller's purchase price plus margin."""

FALLBACK_NAME = "Purchase price plus margin"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What stays the same however far up the chain prices are looked for."""

    facts: Facts
    lines: tuple[RequestLine, ...]
    instant: datetime
    tax_mode: TaxMode = TaxMode.PER_LINE
    of_all_time: bool = False


@dataclass(frozen=True, slots=True)
class _Purchase:
    relationship: TradingRelationship
    margin_percent: Decimal


async def request_for(
    work: Work, relationship: TradingRelationship, enquiry: Enquiry
) -> PriceRequest:
    """Say who asks whom; one statement where the buyer has a level."""
    level = relationship.level_id
    return PriceRequest(
        seller_id=relationship.seller_id,
        buyer_id=relationship.buyer_id,
        relationship_id=relationship.id,
        currency=relationship.currency,
        price_instant=enquiry.instant,
        lines=enquiry.lines,
        level_ids=tuple(await level_path(work, level)) if level else (),
        tax_mode=enquiry.tax_mode,
        fallback_allowed=relationship.allows_fallback_price,
    )


async def candidates_for(
    work: Work, relationship: TradingRelationship, enquiry: Enquiry, levels_up: int = 0
) -> tuple[PriceRequest, list[PriceCandidate]]:
    """Read the question and its candidates: two statements, and three more a level of fallback."""
    request = await request_for(work, relationship, enquiry)
    rows = await listed_prices(work, request, enquiry.facts, of_all_time=enquiry.of_all_time)
    if relationship.allows_fallback_price and levels_up < MOST_LEVELS_UP:
        rows += await _fallback(work, relationship, enquiry, levels_up + 1)
    return request, rows


async def _fallback(
    work: Work, relationship: TradingRelationship, enquiry: Enquiry, levels_up: int
) -> list[PriceCandidate]:
    purchase = await _purchase_of(work, relationship, enquiry.instant)
    if purchase is None:
        return []
    alone = Enquiry(enquiry.facts, _single_units(enquiry), enquiry.instant)
    request, rows = await candidates_for(work, purchase.relationship, alone, levels_up)
    answers = offers(request, rows)
    return [
        _with_margin(purchase, line, rung)
        for line in alone.lines
        for rung in answers[line.key].breaks
    ]


async def _purchase_of(
    work: Work, relationship: TradingRelationship, instant: datetime
) -> _Purchase | None:
    """Find the seller's longest-standing purchase in that currency; none without a set margin."""
    statement = (
        select(TradingRelationship, Organisation.standard_margin_percent)
        .join(Organisation, Organisation.id == TradingRelationship.buyer_id)
        .where(
            TradingRelationship.buyer_id == relationship.seller_id,
            TradingRelationship.currency == relationship.currency,
            TradingRelationship.valid_from <= instant,
            or_(
                TradingRelationship.valid_until.is_(None),
                TradingRelationship.valid_until > instant,
            ),
            Organisation.standard_margin_percent.is_not(None),
        )
        .order_by(TradingRelationship.valid_from, TradingRelationship.id)
        .limit(1)
    )
    found = (await work.session.execute(statement)).first()
    return _Purchase(found[0], found[1] or Decimal(0)) if found else None


def _single_units(enquiry: Enquiry) -> tuple[RequestLine, ...]:
    asked = dict.fromkeys((line.sku_id, line.packaging_level) for line in enquiry.lines)
    return tuple(
        request_line(
            enquiry.facts[sku_id], LineRequest(f"{sku_id} {level}", sku_id, level, Decimal(1))
        )
        for sku_id, level in asked
    )


def _with_margin(purchase: _Purchase, line: RequestLine, rung: LadderRung) -> PriceCandidate:
    terms = purchase.relationship
    return PriceCandidate(
        entry_id=rung.entry_id,
        list_id=NO_LIST,
        list_name=FALLBACK_NAME,
        kind=PriceKind.PURCHASE_PLUS_MARGIN,
        seller_id=terms.buyer_id,
        currency=terms.currency,
        list_period=Period(terms.valid_from, terms.valid_until),
        amount=rung.unit_price,
        margin_percent=purchase.margin_percent,
        packaging_level=line.packaging_level,
        unit_factor=line.unit_factor,
        from_quantity=rung.from_quantity,
        tax_inclusive=rung.tax_inclusive,
        sku_id=line.sku_id,
        break_type=rung.break_type,
    )
