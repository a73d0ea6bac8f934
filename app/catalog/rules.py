"""What a SKU is to those who price, store and order it, and how packs become pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.catalog.errors import FractionalPieces, NoSuchPackaging
from app.kernel import quantity as exact
from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel, QuantityOutOfRange


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """A SKU with what its product, category and tax say of it.

    `category_path` runs from the nearest category to the root; `tax_rate_percent` 13 means 13 %;
    `packaging` gives the pieces in one unit of each level, smallest first.
    """

    sku_id: UUID
    product_id: UUID
    code: str
    name: str
    brand_id: UUID
    category_path: tuple[UUID, ...]
    tax_category_id: UUID
    tax_rate_percent: Decimal
    is_listed: bool
    shelf_life_days: int | None
    packaging: Mapping[PackagingLevel, Decimal]


def pieces(facts: SkuFacts, level: PackagingLevel, quantity: Decimal) -> Decimal:
    """Return how many pieces a quantity of packs holds, exactly.

    Raises `NoSuchPackaging`, `FractionalPieces`, or `Invalid` for a quantity that is not above zero
    or too large; the caller names the input path with `.at`.
    """
    factor = facts.packaging.get(level)
    if factor is None:
        raise NoSuchPackaging(facts.code, level.value, ", ".join(facts.packaging) or "none")
    if not quantity > 0:
        raise Invalid("quantity", "must be more than zero")
    try:
        return exact.to_base(quantity, factor)
    except exact.FractionalPieces:
        raise FractionalPieces(facts.code, level.value, quantity) from None
    except QuantityOutOfRange:
        raise Invalid("quantity", f"must be at most {exact.MAX_QUANTITY} pieces") from None
