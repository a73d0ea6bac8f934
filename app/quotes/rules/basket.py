"""What a question hands on to schemes: priced lines of one buyer, and who that is."""

from collections.abc import Sequence
from decimal import Decimal

from app.catalog.rules import SkuFacts
from app.pricing.rules import PricedLine, RequestLine
from app.promotions.rules.basket import Basket, BasketLine
from app.promotions.rules.book import SchemeBook
from app.quotes.rules.draft import Draft
from app.quotes.rules.request import QuoteRequest


def draft_of(request: QuoteRequest, priced: PricedLine) -> Draft:
    """Begin a line at the price of the lists."""
    return Draft(
        line=priced.line,
        sku=request.goods[priced.line.sku_id],
        base_quantity=priced.base_quantity,
        price_amount=priced.amount,
        amount=priced.amount,
        priced=priced,
    )


def basket_of(request: QuoteRequest, drafts: Sequence[Draft], schemes: SchemeBook) -> Basket:
    """Return what schemes look at: the lines as they are after discounts by hand."""
    prices = request.prices
    codes = (each.scheme_id for each in request.coupons if each.is_accepted)
    gifts = (request.goods.get(sku_id) for sku_id in schemes.gift_sku_ids)
    return Basket(
        currency=prices.currency,
        lines=tuple(
            [
                _line(each.line, each.sku, each.base_quantity, each.amount, each.is_promotable)
                for each in drafts
            ]
        ),
        relationship_id=prices.relationship_id,
        level_ids=prices.level_ids,
        group_ids=prices.group_ids,
        territory_ids=prices.territory_ids,
        channel=prices.channel,
        membership_tier_id=request.membership_tier_id,
        is_first_order=request.is_first_order,
        coupon_scheme_ids=frozenset(scheme_id for scheme_id in codes if scheme_id),
        uses=request.uses,
        gift_packs={sku.sku_id: sku.packaging for sku in gifts if sku},
    )


def line_alone(priced: PricedLine, sku: SkuFacts) -> BasketLine:
    """Return a line at the price of the lists as schemes look at it."""
    return _line(priced.line, sku, priced.base_quantity, priced.amount, priced.is_promotable)


def _line(
    line: RequestLine,
    sku: SkuFacts,
    base_quantity: Decimal,
    amount: Decimal,
    is_promotable: bool,  # noqa: FBT001  # as the lists say
) -> BasketLine:
    return BasketLine(
        key=line.key,
        sku_id=line.sku_id,
        brand_id=line.brand_id,
        category_path=line.category_path,
        packaging_level=line.packaging_level,
        unit_factor=line.unit_factor,
        base_quantity=base_quantity,
        amount=amount,
        is_promotable=is_promotable,
        packs=sku.packaging,
    )
