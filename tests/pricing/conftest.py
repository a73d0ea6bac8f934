"""One seller, one buyer, one SKU, and short ways to write price rows and questions."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import PriceCandidate, PriceKind, PriceRequest, RequestLine

Row = Callable[..., PriceCandidate]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

SELLER, BUYER, RELATIONSHIP, LEVEL, PARENT_LEVEL, GROUP, TERRITORY, SKU, BRAND = (
    UUID(int=number) for number in range(1, 10)
)
CATEGORY, PARENT_CATEGORY = UUID(int=20), UUID(int=21)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
AUDIENCE: dict[PriceKind, dict[str, Any]] = {
    PriceKind.CONTRACT: {"relationship_id": RELATIONSHIP},
    PriceKind.BUYER: {"relationship_id": RELATIONSHIP},
    PriceKind.LEVEL: {"level_id": LEVEL},
    PriceKind.GROUP: {"group_id": GROUP},
    PriceKind.TERRITORY: {"territory_id": TERRITORY},
    PriceKind.CHANNEL: {"channel": "WHOLESALE"},
}
FACTORS = {
    PackagingLevel.PIECE: 1,
    PackagingLevel.INNER: 6,
    PackagingLevel.CASE: 24,
    PackagingLevel.PALLET: 960,
}


def make_row(entry: int, price: str | None = None, /, **changes: Any) -> PriceCandidate:
    """Make a base-list row for the SKU; its list carries the entry's hundreds as its id."""
    kind = changes.get("kind", PriceKind.BASE)
    number = 1000 + entry // 100
    values: dict[str, Any] = {
        "entry_id": UUID(int=10_000 + entry),
        "list_id": UUID(int=number),
        "list_name": f"{kind} {number}",
        "kind": kind,
        "seller_id": SELLER,
        "currency": "CNY",
        "list_period": Period(datetime(2026, 1, 1, tzinfo=UTC)),
        "amount": None if price is None else Decimal(price),
        "sku_id": SKU,
        **AUDIENCE.get(kind, {}),
        **changes,
    }
    return PriceCandidate(**values)


def make_line(quantity: str, unit: str = "PIECE", /, **changes: Any) -> RequestLine:
    """Make a line of the SKU: inner 6, case 24, pallet 960; untaxed unless told."""
    level = PackagingLevel(unit)
    values: dict[str, Any] = {
        "key": f"{quantity} {unit}",
        "sku_id": SKU,
        "quantity": Decimal(quantity),
        "unit_factor": Decimal(FACTORS[level]),
        "packaging_level": level,
        "brand_id": BRAND,
        "category_path": (CATEGORY, PARENT_CATEGORY),
        **changes,
    }
    return RequestLine(**values)


def make_request(*lines: RequestLine, **changes: Any) -> PriceRequest:
    """Make a question of the buyer, at noon of 15 June 2026 UTC."""
    values: dict[str, Any] = {
        "seller_id": SELLER,
        "buyer_id": BUYER,
        "relationship_id": RELATIONSHIP,
        "currency": "CNY",
        "price_instant": NOON,
        "lines": lines,
        "level_ids": (LEVEL, PARENT_LEVEL),
        "group_ids": (GROUP,),
        "territory_ids": (TERRITORY,),
        "channel": "WHOLESALE",
        **changes,
    }
    return PriceRequest(**values)


@pytest.fixture(scope="session")
def row() -> Row:
    """Make a price row."""
    return make_row


@pytest.fixture(scope="session")
def line() -> Line:
    """Make a line."""
    return make_line


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Make a question."""
    return make_request
