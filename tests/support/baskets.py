"""Short ways to write whole baskets: SKUs, lists, schemes, and what is asked of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.catalog.rules import Container, SkuFacts
from app.kernel.money import TaxMode
from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import (
    ListTerms,
    PriceBook,
    PriceKind,
    PriceRequest,
    PriceRow,
    RequestLine,
)
from app.promotions.rules.basket import Scheme
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.terms import SchemeTerms, SchemeTier
from app.promotions.rules.words import BenefitKind, Calculation, Lane, Measure
from app.quotes.rules import Quote, QuoteRequest, from_document, to_document
from app.quotes.rules.waterfall import quote

SELLER, BUYER, RELATIONSHIP, LEVEL, BRAND, CATEGORY, TAX = map(
    UUID, (f"{n:032x}" for n in range(1, 8))
)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
YEAR = Period(datetime(2026, 1, 1, tzinfo=UTC))
BOTTLE = Container(UUID(int=71), "Bottle", Decimal("0.50"), "CNY")
CRATE = Container(UUID(int=72), "Crate", Decimal("8.00"), "CNY")
PACKS = {PackagingLevel.PIECE: "1", PackagingLevel.INNER: "6", PackagingLevel.CASE: "24"}


def a_sku(number: int = 1, **changes: Any) -> SkuFacts:
    """Make a SKU taxed at 13 %: inner 6, case 24."""
    values: dict[str, Any] = {
        "sku_id": UUID(int=100 + number),
        "product_id": UUID(int=200 + number),
        "code": f"SKU-{number}",
        "name": f"Drink {number}",
        "brand_id": BRAND,
        "category_path": (CATEGORY,),
        "tax_category_id": TAX,
        "tax_rate_percent": Decimal(13),
        "is_listed": True,
        "shelf_life_days": None,
        "packaging": MappingProxyType({level: Decimal(size) for level, size in PACKS.items()}),
        **changes,
    }
    return SkuFacts(**values)


def a_list(number: int = 1, **changes: Any) -> ListTerms:
    """Make a base list of the seller, for this year and on."""
    kind = changes.get("kind", PriceKind.BASE)
    values: dict[str, Any] = {
        "list_id": UUID(int=1000 + number),
        "name": f"{kind} {number}",
        "kind": kind,
        "seller_id": SELLER,
        "currency": "CNY",
        "period": YEAR,
        **changes,
    }
    return ListTerms(**values)


def a_row(terms: ListTerms, sku: SkuFacts | None, price: str | None, **changes: Any) -> PriceRow:
    """Make a row of a list for a SKU, or for everything."""
    values: dict[str, Any] = {
        "entry_id": UUID(int=changes.pop("entry", 1) + 10_000 * terms.list_id.int),
        "list_id": terms.list_id,
        "sku_id": sku.sku_id if sku else None,
        "brand_id": None,
        "category_id": None,
        "packaging_level": None,
        "unit_factor": None,
        "from_quantity": Decimal(0),
        "amount": None if price is None else Decimal(price),
        "percent_of_list": None,
        "valid_from": YEAR.start,
        "valid_until": None,
        **changes,
    }
    if values["packaging_level"] and sku:
        values["unit_factor"] = sku.packaging[values["packaging_level"]]
    return PriceRow(**values)


def prices(*rows: tuple[SkuFacts, str], **of_list: Any) -> PriceBook:
    """Make one base list with a price per piece for each SKU."""
    terms = a_list(**of_list)
    found = [a_row(terms, sku, price, entry=n) for n, (sku, price) in enumerate(rows)]
    return PriceBook([terms], found)


def case_price(sku: SkuFacts, price: str, **of_list: Any) -> PriceBook:
    """Make one base list with a price per case."""
    terms = a_list(**of_list)
    return PriceBook([terms], [a_row(terms, sku, price, packaging_level=PackagingLevel.CASE)])


def a_line(
    sku: SkuFacts, quantity: str, unit: str = "PIECE", key: str | None = None
) -> RequestLine:
    """Ask for so many units of a SKU."""
    level = PackagingLevel(unit)
    return RequestLine(
        key=key or f"{sku.code} {unit}",
        sku_id=sku.sku_id,
        quantity=Decimal(quantity),
        unit_factor=sku.packaging[level],
        packaging_level=level,
        brand_id=sku.brand_id,
        category_path=sku.category_path,
        tax_rate=sku.tax_rate_percent / 100,
        tax_category_id=sku.tax_category_id,
    )


def a_request(
    skus: Sequence[SkuFacts], lines: Sequence[RequestLine], **changes: Any
) -> QuoteRequest:
    """Ask as the buyer at noon of 15 June 2026 UTC; prices known then."""
    at = changes.pop("price_instant", NOON)
    request = PriceRequest(
        seller_id=SELLER,
        buyer_id=BUYER,
        relationship_id=RELATIONSHIP,
        currency="CNY",
        price_instant=at,
        lines=tuple(lines),
        level_ids=(LEVEL,),
        tax_mode=changes.pop("tax_mode", TaxMode.PER_LINE),
    )
    return QuoteRequest(
        prices=request, goods={sku.sku_id: sku for sku in skus}, known_at=NOON, **changes
    )


def a_scheme(number: int, off: str, /, **changes: Any) -> Scheme:
    """Make a scheme of percent off every line; so much `off` from a `threshold` of nothing."""
    tiers = changes.pop("tiers", ((changes.pop("threshold", "0"), off),))
    values: dict[str, Any] = {
        "lane": Lane.LINE,
        "benefit": BenefitKind.PERCENT_OFF,
        "measure": Measure.AMOUNT,
        "calculation": Calculation.STEP,
        "tiers": tuple(SchemeTier(threshold=Decimal(a), benefit=Decimal(b)) for a, b in tiers),
        "currency": "CNY",
        **changes,
    }
    return Scheme(
        scheme_id=UUID(int=5000 + number),
        version_id=UUID(int=6000 + number),
        name=f"Scheme {number}",
        period=YEAR,
        terms=SchemeTerms(**values),
    )


def quoted(request: QuoteRequest, book: PriceBook, *schemes: Scheme) -> Quote:
    """Quote a basket."""
    return quote(request, book, SchemeBook(schemes))


def with_lines(request: QuoteRequest, lines: Sequence[RequestLine]) -> QuoteRequest:
    """Ask the same for other lines."""
    return replace(request, prices=replace(request.prices, lines=tuple(lines)))


def stored(told: Quote) -> Quote:
    """Write a quote as an order keeps it, and read it back."""
    return from_document(json.loads(json.dumps(to_document(told))))


def money(*amounts: str) -> tuple[Decimal, ...]:
    """Write amounts short."""
    return tuple(map(Decimal, amounts))
