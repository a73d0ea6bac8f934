"""Compute a stored quote again from history: the proof that nothing of the past was rewritten."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from app.catalog.operations import SkuFacts, sku_facts
from app.catalog.rules import Container
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.operations import Asker, Audience, Enquiry, book_of
from app.pricing.rules.guards import Guard
from app.promotions.operations import offered
from app.quotes.operations.asking import asked, gift_lines, guards_for, made
from app.quotes.operations.lines import QuoteLine
from app.quotes.rules import (
    ManualPrice,
    PointsWish,
    Quote,
    QuoteContext,
    QuotedLine,
    QuoteRequest,
)

_PERCENT = Decimal(100)


async def recompute(work: Work, stored: Quote) -> Quote:
    """Return the quote as it comes out today at its instant, as prices were known when it was made.

    Buyer, standing, discounts by hand, coupons and what was used of schemes are those of the
    stored quote; brand, categories, tax rates, packs and containers of its goods too. Lines that
    were refused are not asked again. Raises `NotFound` when the relationship is not there.
    """
    known = select(TradingRelationship).where(TradingRelationship.id == stored.relationship_id)
    relationship = await work.session.scalar(known)
    if relationship is None:
        raise NotFound("TradingRelationship")
    context, instant = stored.context, stored.price_instant
    paid = [line for line in stored.lines if not line.is_free]
    offer = await offered(work, relationship, instant, known_at=context.known_at)
    gifts = offer.book.gift_sku_ids
    facts = dict(await sku_facts(work, {line.sku_id for line in paid} | gifts))
    for line in stored.lines:
        if line.sku_id in facts:
            facts[line.sku_id] = _as_sold(facts[line.sku_id], line, stored.currency)
    lines = (*asked(facts, [_line(line) for line in paid]), *gift_lines(facts, gifts))
    enquiry = Enquiry(facts, lines, instant, stored.tax_mode, known_at=context.known_at)
    prices, book = await book_of(work, _asker(relationship, stored), enquiry)
    guards = await guards_for(work, relationship, facts, instant, context.known_at)
    request = QuoteRequest(
        prices=replace(
            prices,
            lines=prices.lines[: len(paid)],
            level_ids=context.level_ids,
            group_ids=context.group_ids,
            territory_ids=context.territory_ids,
        ),
        goods=facts,
        known_at=context.known_at or work.now,
        manual={line.key: manual for line in paid if (manual := _manual(line))},
        uses={each.scheme_id: each.use for each in context.uses},
        membership_tier_id=context.membership_tier_id,
        is_first_order=context.is_first_order,
        coupons=stored.coupons,
        points=PointsWish(
            asked=stored.points_redeemed,
            balance=stored.points_redeemed,
            value_per_point=context.value_per_point,
        ),
        cash_discount_percent=context.cash_discount_percent,
        free_goods_tax=context.free_goods_tax,
        guards=_guards_then(guards.by_sku, context),
        bands_advise=bool(context.bands_advise),
        purchase_prices=guards.purchase_prices,
    )
    return made(request, book, offer)


def _asker(relationship: TradingRelationship, stored: Quote) -> Asker:
    context = stored.context
    return Asker(
        seller_id=stored.seller_id,
        buyer_id=stored.buyer_id,
        currency=stored.currency,
        audience=Audience(
            relationship_id=relationship.id,
            level_ids=context.level_ids,
            group_ids=context.group_ids,
            territory_ids=context.territory_ids,
            channel=context.channel,
            is_whole=True,
        ),
        allows_fallback_price=context.fallback_allowed,
        inherits_prices=context.inherits_prices,
    )


def _line(line: QuotedLine) -> QuoteLine:
    return QuoteLine(line.key, line.sku_id, line.packaging_level, line.quantity)


def _manual(line: QuotedLine) -> ManualPrice | None:
    if line.manual_percent is None:
        return None
    return ManualPrice(
        discount_percent=line.manual_percent,
        reason=line.manual_reason,
        by=line.manual_by,
        authority_percent=line.manual_authority,
    )


def _guards_then(
    found: Mapping[UUID, tuple[Guard, ...]], context: QuoteContext
) -> Mapping[UUID, tuple[Guard, ...]]:
    """Let the guards of others bind or advise as they did when the quote was made."""
    advise = context.bands_advise
    if advise is None:
        return found
    return {
        sku_id: tuple(
            replace(each, is_advisory=advise and not each.granted_by_own) for each in guards
        )
        for sku_id, guards in found.items()
    }


def _as_sold(sku: SkuFacts, line: QuotedLine, currency: str) -> SkuFacts:
    packaging = {**sku.packaging, line.packaging_level: line.unit_factor}
    return replace(
        sku,
        brand_id=line.brand_id or sku.brand_id,
        category_path=line.category_path or sku.category_path,
        packaging=MappingProxyType(packaging),
        containers=_containers_of(sku, line, currency),
        tax_rate_percent=line.tax_rate * _PERCENT,
        tax_category_id=line.tax_category_id or sku.tax_category_id,
    )


def _containers_of(
    sku: SkuFacts, line: QuotedLine, currency: str
) -> Mapping[PackagingLevel, Container]:
    """Return the containers that the line came in, and those of today that it says nothing of."""
    if any(each.packaging_level is None for each in line.containers):
        return sku.containers
    levels = list(PackagingLevel)
    told = levels[: levels.index(line.packaging_level) + 1]
    found = {
        level: container
        for level, container in sku.containers.items()
        if level not in told or container.currency != currency
    }
    for each in line.containers:
        level = each.packaging_level or line.packaging_level
        found[level] = Container(each.container_id, each.name, each.deposit, currency)
    return {level: found[level] for level in levels if level in found}
