"""In which quantities a SKU is sold: at least, at most, and in steps of how many pieces."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from app.kernel.errors import Invalid


class QuantityLimit(StrEnum):
    """Which part of a rule a quantity breaks."""

    MINIMUM = "MINIMUM"
    MAXIMUM = "MAXIMUM"
    MULTIPLE = "MULTIPLE"


@dataclass(frozen=True, slots=True)
class QuantityTerms:
    """Limits of one SKU in one order, in pieces over all its lines; none where there is none."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    multiple: Decimal | None = None

    def __bool__(self) -> bool:
        """Tell whether there is any limit."""
        return any(each is not None for each in (self.minimum, self.maximum, self.multiple))


def checked(terms: QuantityTerms, path: str) -> QuantityTerms:
    """Return terms that some quantity fits; raises `Invalid` below the input's `path`."""
    named = (("minimum", terms.minimum), ("maximum", terms.maximum), ("multiple", terms.multiple))
    for name, value in named:
        if value is not None and not (value.is_finite() and value > 0):
            raise Invalid(f"{path}.{name}", "must be more than zero")
    lowest, highest = _bounds(terms)
    if highest is not None and lowest > highest:
        raise Invalid(f"{path}.maximum", "leaves no quantity that fits the minimum and multiple")
    return terms


def broken(quantity: Decimal, terms: QuantityTerms) -> QuantityLimit | None:
    """Tell which limit a quantity above zero breaks first, if any."""
    if terms.minimum is not None and quantity < terms.minimum:
        return QuantityLimit.MINIMUM
    if terms.maximum is not None and quantity > terms.maximum:
        return QuantityLimit.MAXIMUM
    if terms.multiple is not None and quantity % terms.multiple:
        return QuantityLimit.MULTIPLE
    return None


def nearest(quantity: Decimal, rule: QuantityTerms) -> Decimal:
    """Return the good quantity nearest to a wanted one, of two equally near the larger."""
    lowest, highest = _bounds(rule)
    if quantity <= lowest:
        return lowest
    if highest is not None and quantity >= highest:
        return highest
    step = rule.multiple
    if step is None:
        return quantity
    below = _steps(quantity, step, ROUND_FLOOR)
    above = below if below == quantity else below + step
    return below if quantity - below < above - quantity else above


def _bounds(terms: QuantityTerms) -> tuple[Decimal, Decimal | None]:
    step = terms.multiple
    lowest, highest = terms.minimum or step or Decimal(0), terms.maximum
    if step is None:
        return lowest, highest
    lowest = _steps(lowest, step, ROUND_CEILING)
    return lowest, None if highest is None else _steps(highest, step, ROUND_FLOOR)


def _steps(quantity: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (quantity / step).to_integral_value(rounding) * step
