"""One row of a price list."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.price_list import SOURCES_OF_LIST_PRICE, ListTerms, PriceKind


class PriceRow(NamedTuple):
    """A price from a threshold on, valid or not; only its own bounds of time are written here.

    amount is per unit of packaging_level, whose exact number of base units is unit_factor; without
    a level it is per base unit, and without a factor the SKU's own factor of that level counts.
    percent_of_list (88 is 88 %) stands instead of an amount. from_quantity counts base units and
    is the only bound of a break. Scope is an SKU, a brand within a category, a category with all
    below it, or, with none set, everything.
    """

    entry_id: UUID
    list_id: UUID
    sku_id: UUID | None
    brand_id: UUID | None
    category_id: UUID | None
    packaging_level: PackagingLevel | None
    unit_factor: Decimal | None
    from_quantity: Decimal
    amount: Decimal | None
    percent_of_list: Decimal | None
    valid_from: datetime
    valid_until: datetime | None


def checked_row(row: PriceRow, terms: ListTerms) -> PriceRow:
    """Pass the row on, or fail with ValueError if it says nothing clear.

    For rows from people and files; rows of the database have passed the same checks there.
    """
    _check_price(row, terms.kind)
    _check_scope(row)
    if row.valid_until is not None and row.valid_until <= row.valid_from:
        raise ValueError("a row ends after it begins")
    return row


def _check_price(row: PriceRow, kind: PriceKind) -> None:
    if (row.amount is None) == (row.percent_of_list is None):
        raise ValueError("a price row has either an amount or a percentage of the list price")
    is_source = kind in (*SOURCES_OF_LIST_PRICE, PriceKind.PURCHASE_PLUS_MARGIN)
    if row.percent_of_list is not None and is_source:
        raise ValueError(f"a {kind} row cannot be a percentage of the list price")
    numbers = (row.amount, row.percent_of_list, row.from_quantity)
    if any(number is not None and not (number.is_finite() and number >= 0) for number in numbers):
        raise ValueError("prices, percentages and thresholds are finite and not negative")
    if row.unit_factor is not None and not row.unit_factor > 0:
        raise ValueError("a unit holds more than nothing")


def _check_scope(row: PriceRow) -> None:
    if row.sku_id is not None and (row.brand_id or row.category_id) is not None:
        raise ValueError("a row for an SKU names neither brand nor category")
    if row.brand_id is not None and row.category_id is None:
        raise ValueError("a row for a brand names a category too")
