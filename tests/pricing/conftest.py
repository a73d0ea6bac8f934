"""One seller, one buyer, one SKU, and short ways to write price rows and questions."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.kernel.quantity import PackagingLevel
from app.pricing.rules import PriceRequest, RequestLine
from tests.support.books import (
    BRAND,
    BUYER,
    GROUP,
    LEVEL,
    PARENT_LEVEL,
    RELATIONSHIP,
    SELLER,
    SKU,
    TERRITORY,
    ListedRow,
    make_row,
)

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

CATEGORY, PARENT_CATEGORY = UUID(int=20), UUID(int=21)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
FACTORS = {
    PackagingLevel.PIECE: 1,
    PackagingLevel.INNER: 6,
    PackagingLevel.CASE: 24,
    PackagingLevel.PALLET: 960,
}


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
