"""One row of a price list."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.quantity import PackagingLevel


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
