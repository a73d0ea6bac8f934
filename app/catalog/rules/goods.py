"""What a SKU is to those who price, store and order it, and how packs become pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from stdnum import ean

from app.catalog.errors import FractionalPieces, GtinWrong, NoSuchPackaging
from app.kernel import quantity as exact
from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel, QuantityOutOfRange

LONGEST_NAME = 200
LONGEST_CODE = 64
LONGEST_DESCRIPTION = 10_000
LONGEST_SHELF_LIFE_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Container:
    """What a packaging unit stands in and comes back in; `deposit` is for one, in `currency`."""

    container_id: UUID
    name: str
    deposit: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """A SKU with what its product, category and tax say of it.

    `category_path` runs from the nearest category to the root; `tax_rate_percent` 13 means 13 %;
    `packaging` gives the pieces in one unit of each level, smallest first; `containers` those
    levels whose units stand in something that comes back (P13). `draft_of` is the organisation
    that alone knows of it; none once it was ever listed. `has_quantity_rules` tells whether any
    seller has a rule in which quantities it sells it.
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
    containers: Mapping[PackagingLevel, Container] = field(
        default_factory=dict[PackagingLevel, Container]
    )
    draft_of: UUID | None = None
    has_quantity_rules: bool = False


def pieces(facts: SkuFacts, level: PackagingLevel, quantity: Decimal) -> Decimal:
    """Return how many pieces a quantity of packs holds, exactly.

    Raises `NoSuchPackaging`, `FractionalPieces`, or `Invalid` for a quantity that is not above zero
    or too large; the caller names the input path with `.at`.
    """
    factor = facts.packaging.get(level)
    if factor is None:
        raise NoSuchPackaging(facts.code, level.value, ", ".join(facts.packaging) or "none")
    if not quantity.is_finite() or quantity <= 0:
        raise Invalid("quantity", "must be more than zero")
    try:
        return exact.to_base(quantity, factor)
    except exact.FractionalPieces:
        raise FractionalPieces(facts.code, level.value, quantity) from None
    except QuantityOutOfRange:
        raise Invalid("quantity", f"must be at most {exact.MAX_QUANTITY} pieces") from None


@dataclass(frozen=True, slots=True)
class NewPackaging:
    """A pack to be: `factor` pieces in one unit; a piece has the factor 1."""

    level: PackagingLevel
    factor: Decimal
    gtin: str | None = None


@dataclass(frozen=True, slots=True)
class NewSku:
    """A SKU to be, with its packs."""

    code: str
    name: str
    tax_category_id: UUID
    shelf_life_days: int | None = None
    packaging: Sequence[NewPackaging] = ()


def checked_text(text: str, field: str, longest: int = LONGEST_NAME) -> str:
    """Return a text without blanks around it; raises `Invalid` when nothing or too much is left."""
    tidy = text.strip()
    if not 1 <= len(tidy) <= longest:
        raise Invalid(field, f"must have 1 to {longest} characters")
    return tidy


def checked_description(text: str, field: str) -> str:
    """Return a description without blanks around it; raises `Invalid` when it is too long."""
    if len(text) > LONGEST_DESCRIPTION:
        raise Invalid(field, f"must have at most {LONGEST_DESCRIPTION} characters")
    return text.strip()


def checked_sku(sku: NewSku, path: str) -> NewSku:
    """Return a SKU with tidy texts; raises `Invalid` or `GtinWrong` below the input's `path`."""
    days = sku.shelf_life_days
    if days is not None and not 1 <= days <= LONGEST_SHELF_LIFE_DAYS:
        raise Invalid(f"{path}.shelfLifeDays", f"must be 1 to {LONGEST_SHELF_LIFE_DAYS}")
    if len({unit.level for unit in sku.packaging}) < len(sku.packaging):
        raise Invalid(f"{path}.packaging", "must name each level once")
    return NewSku(
        code=checked_text(sku.code, f"{path}.code", LONGEST_CODE),
        name=checked_text(sku.name, f"{path}.name"),
        tax_category_id=sku.tax_category_id,
        shelf_life_days=days,
        packaging=[
            _checked_unit(unit, f"{path}.packaging.{place}")
            for place, unit in enumerate(sku.packaging)
        ],
    )


def _checked_unit(unit: NewPackaging, path: str) -> NewPackaging:
    if unit.level is PackagingLevel.PIECE and unit.factor != 1:
        raise Invalid(f"{path}.factor", "must be 1: the piece is the base unit")
    if not unit.factor > 0:
        raise Invalid(f"{path}.factor", "must be more than zero")
    try:
        factor = exact.checked_quantity(unit.factor)
    except QuantityOutOfRange:
        raise Invalid(f"{path}.factor", f"must be at most {exact.MAX_QUANTITY}") from None
    return NewPackaging(unit.level, factor, _checked_gtin(unit.gtin, path))


def _checked_gtin(gtin: str | None, path: str) -> str | None:
    if gtin is None:
        return None
    if not ean.is_valid(gtin):
        raise GtinWrong(gtin).at(f"{path}.gtin")
    return ean.compact(gtin)
