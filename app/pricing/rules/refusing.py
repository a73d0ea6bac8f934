"""Lines that get no price, and why: never a price of zero (Our rule 6)."""

from dataclasses import replace
from decimal import Decimal

from app.kernel.quantity import MAX_QUANTITY, FractionalPieces, QuantityOutOfRange, to_base
from app.pricing.rules.exact import times
from app.pricing.rules.losers import losers_of
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import RefusalCode, RefusedLine
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.terms import Terms
from app.pricing.rules.wording import shown


def base_quantity(line: RequestLine) -> Decimal | RefusedLine:
    """Count the line's base units, or refuse the line for a quantity that cannot be."""
    quantity = times(line.quantity, line.unit_factor) if _is_plain(line) else None
    if quantity is not None and quantity <= MAX_QUANTITY:
        return quantity
    try:
        quantity = to_base(line.quantity, line.unit_factor, divisible=line.divisible)
    except FractionalPieces as no:
        return refused(line, RefusalCode.FRACTIONAL_PIECES, str(no))
    except QuantityOutOfRange as no:
        return refused(line, RefusalCode.QUANTITY_OUT_OF_RANGE, str(no))
    if quantity <= 0:
        return refused(line, RefusalCode.QUANTITY_NOT_POSITIVE, "the quantity must be above zero")
    return quantity


def _is_plain(line: RequestLine) -> bool:
    """Tell whether both numbers are whole and above zero, which needs none of to_base's checks."""
    quantity, factor = line.quantity, line.unit_factor
    return (
        quantity.is_finite()
        and quantity.to_integral_value() == quantity > 0
        and factor.is_finite()
        and factor.to_integral_value() == factor > 0
    )


def refused(line: RequestLine, code: RefusalCode, reason: str) -> RefusedLine:
    """Leave a line without a price, and say why."""
    return RefusedLine(key=line.key, sku_id=line.sku_id, code=code, reason=reason, losers=())


def without_price(shelf: Shelf, terms: Terms) -> RefusedLine:
    """Refuse a line that no row prices, or none at its quantity; with all rows that cover it."""
    visible = terms.visible()
    if visible:
        code = RefusalCode.BELOW_LOWEST_BREAK
        reason = f"the lowest price starts at {shown(visible[0].from_quantity)} base units"
    else:
        code, reason = RefusalCode.NO_PRICE, "no valid price row covers this SKU for this buyer"
    return replace(refused(terms.line, code, reason), losers=losers_of(shelf, terms))
