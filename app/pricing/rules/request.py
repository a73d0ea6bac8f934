"""The question: who asks whom, when, for how much of what."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.kernel.money import TaxMode, currency_exponent
from app.kernel.period import utc_instant
from app.kernel.quantity import PackagingLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One SKU in one unit; quantity counts that unit, unit_factor its base units.

    category_path goes from the SKU's own category up to the root. tax_rate is a fraction (0.13),
    never percent. divisible says that the base unit may be cut (weight, volume).
    """

    key: str
    sku_id: UUID
    quantity: Decimal
    unit_factor: Decimal = Decimal(1)
    packaging_level: PackagingLevel = PackagingLevel.PIECE
    brand_id: UUID | None = None
    category_path: tuple[UUID, ...] = ()
    tax_rate: Decimal = Decimal(0)
    tax_category_id: UUID | None = None
    divisible: bool = False

    def __post_init__(self) -> None:
        if not (self.tax_rate.is_finite() and 0 <= self.tax_rate <= 1):
            raise ValueError(f"tax rate {self.tax_rate} is not a fraction between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRequest:
    """Lines of one buyer to one seller in one currency at one instant (kept in UTC).

    level_ids and territory_ids begin with the buyer's own and go up through the parents.
    fallback_allowed lets the seller's purchase price plus margin answer where no list does, and
    inherits_prices the base lists of organisations further up the chain where the seller has none.
    """

    seller_id: UUID
    buyer_id: UUID
    relationship_id: UUID | None
    currency: str
    price_instant: datetime
    lines: tuple[RequestLine, ...]
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channel: str | None = None
    tax_mode: TaxMode = TaxMode.PER_LINE
    fallback_allowed: bool = False
    inherits_prices: bool = False

    def __post_init__(self) -> None:
        currency_exponent(self.currency)
        object.__setattr__(self, "price_instant", utc_instant(self.price_instant))
        if len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError("line keys must differ")
