"""Which goods an assortment holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.catalog.rules import SkuFacts


class AssortmentPurpose(StrEnum):
    """What a list of goods is for: all that is sold to somebody, or what they should carry."""

    SOLD = "SOLD"
    MUST_SELL = "MUST_SELL"


@dataclass(frozen=True, slots=True)
class Selection:
    """Goods named one by one, by their brand, or by a category with all below it."""

    sku_ids: frozenset[UUID] = frozenset()
    brand_ids: frozenset[UUID] = frozenset()
    category_ids: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether anything is named."""
        return bool(self.sku_ids or self.brand_ids or self.category_ids)

    def __or__(self, other: "Selection") -> "Selection":
        """Return the goods of both."""
        return Selection(
            self.sku_ids | other.sku_ids,
            self.brand_ids | other.brand_ids,
            self.category_ids | other.category_ids,
        )

    def holds(self, sku: SkuFacts) -> bool:
        """Tell whether a SKU is among them."""
        by_kind = sku.sku_id in self.sku_ids or sku.brand_id in self.brand_ids
        return by_kind or not self.category_ids.isdisjoint(sku.category_path)


@dataclass(frozen=True, slots=True)
class Given:
    """Goods that somebody is given for a time, in a half-open period."""

    purpose: AssortmentPurpose
    goods: Selection
    valid_from: datetime
    valid_until: datetime | None


def goods_at(
    given: Sequence[Given], purpose: AssortmentPurpose, instant: datetime
) -> Selection | None:
    """Return all that is given for a purpose at an instant; none where nothing is given."""
    found: Selection | None = None
    for each in given:
        ends = each.valid_until
        if each.purpose is not purpose or each.valid_from > instant:
            continue
        if ends is None or instant < ends:
            found = each.goods if found is None else found | each.goods
    return found
