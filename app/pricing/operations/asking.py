"""Ask what a buyer pays: the one way for catalogue, cart, order and simulation (F5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.money import AmountOutOfRange
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.operations.audience import Enquiry
from app.pricing.operations.books import book_for
from app.pricing.operations.lines import Facts, LineRequest, asked_lines, request_line
from app.pricing.rules import LadderRung, Offer, Quote, TaxMode, offers, quote
from app.tenants.operations import tenant_of

OfferKey = tuple[UUID, PackagingLevel]


async def quote_lines(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[LineRequest],
    instant: datetime,
) -> Quote:
    """Price all lines at an instant, in a number of statements that no line adds to (F5).

    A line without a price is refused inside the quote (Our rule 6). Raises `NotFound` at
    `lines.2.skuId` and `NoSuchPackaging` at `lines.2.packagingLevel`. The caller has made sure
    that the relationship may be asked about, and is open.
    """
    return await _quote(work, relationship, lines, instant, of_all_time=False)


async def explain_lines(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[LineRequest],
    instant: datetime,
) -> Quote:
    """Price like `quote_lines`; the losers also name rows not valid yet, or no longer."""
    return await _quote(work, relationship, lines, instant, of_all_time=True)


async def own_prices(
    work: Work, relationship: TradingRelationship, facts: Facts, instant: datetime
) -> Mapping[OfferKey, Offer]:
    """Price one of each packaging unit of the SKUs, each alone; takes what `sku_facts` gave."""
    asked = [(sku_id, level) for sku_id, sku in facts.items() for level in sku.packaging]
    return await _offers(work, relationship, facts, asked, instant)


async def ladders(
    work: Work,
    relationship: TradingRelationship,
    sku_ids: Iterable[UUID],
    level: PackagingLevel,
    instant: datetime,
) -> dict[UUID, tuple[LadderRung, ...]]:
    """Show every break a buyer can reach, thresholds in pieces, prices a packaging unit.

    Empty for SKUs that are unknown, not packed that way, or without any price.
    """
    asked = list(sku_ids)
    facts = await sku_facts(work, asked)
    packed = [(sku_id, level) for sku_id, sku in facts.items() if level in sku.packaging]
    found = await _offers(work, relationship, facts, packed, instant)
    return {
        sku_id: found[sku_id, level].breaks if (sku_id, level) in found else () for sku_id in asked
    }


async def _quote(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[LineRequest],
    instant: datetime,
    *,
    of_all_time: bool,
) -> Quote:
    facts = await sku_facts(work, [line.sku_id for line in lines])
    asked = asked_lines(facts, lines)
    mode = TaxMode((await tenant_of(work)).tax_mode)
    enquiry = Enquiry(facts, asked, instant, mode, of_all_time)
    request, book = await book_for(work, relationship, enquiry)
    try:
        return quote(request, book)
    except AmountOutOfRange as too_large:
        raise Invalid("lines", str(too_large)) from too_large


async def _offers(
    work: Work,
    relationship: TradingRelationship,
    facts: Facts,
    asked: Sequence[OfferKey],
    instant: datetime,
) -> dict[OfferKey, Offer]:
    lines = {
        key: request_line(facts[key[0]], LineRequest(f"{key[0]} {key[1]}", *key, Decimal(1)))
        for key in asked
    }
    enquiry = Enquiry(facts, tuple(lines.values()), instant)
    request, book = await book_for(work, relationship, enquiry)
    answers = offers(request, book)
    return {key: answers[line.key] for key, line in lines.items()}
