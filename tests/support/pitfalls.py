"""Goods, gifts and guards that the tests of known pitfalls share."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.pricing.rules.change import OutsideBand
from app.pricing.rules.guards import Guard
from app.promotions.rules.terms import Gift
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.support.baskets import a_line, a_request, a_scheme, a_sku

TAXED = a_sku(1)
TEA = a_sku(2, tax_rate_percent=Decimal(0))
CUP = a_sku(3, tax_rate_percent=Decimal(0))


def tea(quantity: str, unit: str = "PIECE", **more):
    return a_request([TEA, CUP], [a_line(TEA, quantity, unit, "0")], **more)


def gifts(number: int = 1, free: str = "1", /, **changes):
    """Ten pieces give one of the same, again and again, on top."""
    values = {
        "threshold": "10",
        "lane": Lane.FREE_GOODS,
        "benefit": BenefitKind.FREE_GOODS,
        "measure": Measure.QUANTITY,
        "calculation": Calculation.RECURRING,
        "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE),
    }
    return a_scheme(number, free, **values | changes)


def guard(floor: str, outside: OutsideBand = OutsideBand.REFUSE, **more) -> Guard:
    return Guard(
        sku_id=TEA.sku_id,
        source_id=UUID(int=9),
        outside=outside,
        granted_by_own=not more.get("is_advisory", False),
        floor=Fraction(floor),
        **more,
    )
