"""A line between its price and its tax: the place where promotions come in."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.pricing.rules.ladder import Ladder, Rung
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import PriceStep
from app.pricing.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line after steps 1 to 5: a rounded amount, with tax or not, and how it came about.

    counted is the quantity of the SKU on all lines, in base units; exact_unit_price is per base
    unit. Promotions change amount and add steps between here and the tax.
    """

    line: RequestLine
    terms: Terms
    ladder: Ladder
    rung: Rung
    base_quantity: Decimal
    counted: Decimal
    exact_unit_price: Fraction
    amount: Decimal
    steps: tuple[PriceStep, ...] = ()
