"""What is asked for, as the packages above write it down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.quantity import PackagingLevel
from app.quotes.rules import ManualPrice


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """So many packaging units of a SKU; `key` names the line in the answer and is its own."""

    key: str
    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal
    manual: ManualPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteExtras:
    """All that may be asked beside lines and an instant.

    Without `known_at` prices and schemes count as they are known now. Change sets and drafts of
    schemes are laid over them. `seller_side` also explains prices that are not valid yet or no
    longer. `facts` are those of SKUs that the caller has just read itself.
    """

    coupon_codes: Sequence[str] = ()
    points_to_redeem: int = 0
    known_at: datetime | None = None
    change_set_ids: Collection[UUID] = ()
    draft_scheme_ids: Collection[UUID] = ()
    seller_side: bool = False
    facts: Mapping[UUID, SkuFacts] = field(default_factory=dict[UUID, SkuFacts])
