"""Goods that schemes add: lines of their own, at their own list value, free (step 9, P7)."""

from dataclasses import replace
from decimal import Decimal

from app.catalog.rules import SkuFacts
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import PriceBook, PricedLine, RequestLine, RuleProblem, price_lines
from app.promotions.rules.outcome import FreeLine, Promoted
from app.promotions.rules.words import FreeGoodsKind
from app.quotes.rules.draft import Draft
from app.quotes.rules.request import QuoteRequest

_PERCENT = Decimal(100)


def added_lines(
    request: QuoteRequest, book: PriceBook, promoted: Promoted
) -> tuple[list[Draft], list[RuleProblem]]:
    """Make a line of every exclusive gift, valued at the price it would have alone.

    A gift of which nothing is known is a problem, as is one without a price: it is still given, and
    has no value.
    """
    added = [free for free in promoted.free_lines if free.kind is FreeGoodsKind.EXCLUSIVE]
    if not added:
        return [], []
    names = {each.scheme_id: each.name for each in promoted.benefits}
    known = [free for free in added if free.sku_id in request.goods]
    problems = [
        _unknown(free, names[free.scheme_id]) for free in added if free.sku_id not in request.goods
    ]
    lines = tuple(
        _line(free, request.goods[free.sku_id], number)
        for number, free in enumerate(known, start=1)
    )
    answers = price_lines(replace(request.prices, lines=lines), book)
    drafts: list[Draft] = []
    for free, line, answer in zip(known, lines, answers, strict=True):
        priced = answer if isinstance(answer, PricedLine) else None
        drafts.append(_draft(free, line, request.goods[free.sku_id], priced))
        if priced is None:
            problems.append(_without_price(free, names[free.scheme_id], request.goods[free.sku_id]))
    return drafts, problems


def _line(free: FreeLine, sku: SkuFacts, number: int) -> RequestLine:
    factor = sku.packaging.get(free.packaging_level)
    is_piece = free.packaging_level is PackagingLevel.PIECE
    return RequestLine(
        key=f"free-{number}",
        sku_id=free.sku_id,
        quantity=free.quantity,
        unit_factor=Decimal(1) if factor is None and is_piece else factor or Decimal(1),
        packaging_level=free.packaging_level,
        brand_id=sku.brand_id,
        category_path=sku.category_path,
        tax_rate=sku.tax_rate_percent / _PERCENT,
        tax_category_id=sku.tax_category_id,
    )


def _draft(free: FreeLine, line: RequestLine, sku: SkuFacts, priced: PricedLine | None) -> Draft:
    value = priced.amount if priced else Decimal(0)
    return Draft(
        line=line,
        sku=sku,
        base_quantity=free.base_quantity,
        price_amount=value,
        amount=value - value,
        priced=priced,
        free=free,
        free_value=value,
    )


def _unknown(free: FreeLine, name: str) -> RuleProblem:
    reason = f"nothing is known of its gift {free.sku_id}"
    return RuleProblem(free.scheme_id, name, reason)


def _without_price(free: FreeLine, name: str, sku: SkuFacts) -> RuleProblem:
    reason = f"its gift {sku.name} has no price, and so no value for tax and claims"
    return RuleProblem(free.scheme_id, name, reason)
