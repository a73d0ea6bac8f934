"""One row of a price list, carried together with what its list says."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel


class PriceKind(StrEnum):
    """Whom a price list speaks to; members stand from the strongest to the weakest (Our rule 1).

    Lists of a group, a territory and a channel are equally strong.
    """

    CONTRACT = "CONTRACT"
    BUYER = "BUYER"
    LEVEL = "LEVEL"
    GROUP = "GROUP"
    TERRITORY = "TERRITORY"
    CHANNEL = "CHANNEL"
    BASE = "BASE"
    PURCHASE_PLUS_MARGIN = "PURCHASE_PLUS_MARGIN"


class Combination(StrEnum):
    """Whether weaker lists may add breaks to the ladder of this one (Our rule 2)."""

    BY_BREAK = "BY_BREAK"
    REPLACE = "REPLACE"


class ContractRule(StrEnum):
    """Whether a contract always counts, or only when it is not dearer (Our rule 2)."""

    CONTRACT_WINS = "CONTRACT_WINS"
    LOWEST_WINS = "LOWEST_WINS"


class BreakType(StrEnum):
    """Whether the break reached prices every unit, or only the units from its threshold on."""

    ALL_UNITS = "ALL_UNITS"
    GRADUATED = "GRADUATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCandidate:
    """A price row that may answer, valid or not; quote tells why it does not.

    amount is per unit of packaging_level, whose exact number of base units is unit_factor; without
    a level it is per base unit, and without a factor the SKU's own factor of that level counts.
    percent_of_list (88 is 88 %) stands instead of an amount. from_quantity counts base units and
    is the only bound of a break. An audience id that is set must match the buyer. Scope is an SKU,
    a brand within a category, a category with all below it, or, with none set, everything.
    """

    entry_id: UUID
    list_id: UUID
    list_name: str
    kind: PriceKind
    seller_id: UUID
    currency: str
    list_period: Period
    entry_period: Period | None = None
    approved: bool = True
    priority: int = 0
    amount: Decimal | None = None
    percent_of_list: Decimal | None = None
    margin_percent: Decimal = Decimal(0)
    packaging_level: PackagingLevel | None = None
    unit_factor: Decimal | None = None
    from_quantity: Decimal = Decimal(0)
    tax_inclusive: bool = False
    sku_id: UUID | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None
    relationship_id: UUID | None = None
    level_id: UUID | None = None
    group_id: UUID | None = None
    territory_id: UUID | None = None
    channel: str | None = None
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS

    def __post_init__(self) -> None:
        self._check_price()
        self._check_scope()
        if self.kind in _AUDIENCE_OF_KIND and getattr(self, _AUDIENCE_OF_KIND[self.kind]) is None:
            raise ValueError(f"a {self.kind} list must name its {_AUDIENCE_OF_KIND[self.kind]}")

    @property
    def start(self) -> datetime:
        """The instant from which both the list and the row are valid."""
        if self.entry_period is None:
            return self.list_period.start
        return max(self.list_period.start, self.entry_period.start)

    @property
    def ladder_key(self) -> tuple[object, ...]:
        """Rows with the same key are the breaks of one ladder."""
        return (self.list_id, self.sku_id, self.brand_id, self.category_id, self.packaging_level)

    def _check_price(self) -> None:
        if (self.amount is None) == (self.percent_of_list is None):
            raise ValueError("a price row has either an amount or a percentage of the list price")
        if self.percent_of_list is not None and self.kind in _SOURCES_OF_LIST_PRICE:
            raise ValueError(f"a {self.kind} row cannot be a percentage of the list price")
        numbers = (self.amount, self.percent_of_list, self.from_quantity, self.margin_percent)
        if any(
            number is not None and not (number.is_finite() and number >= 0) for number in numbers
        ):
            raise ValueError("prices, percentages and thresholds are finite and not negative")
        if self.unit_factor is not None and self.unit_factor <= 0:
            raise ValueError("a unit holds more than nothing")

    def _check_scope(self) -> None:
        if self.sku_id is not None and (self.brand_id or self.category_id) is not None:
            raise ValueError("a row for an SKU names neither brand nor category")
        if self.brand_id is not None and self.category_id is None:
            raise ValueError("a row for a brand names a category too")


_SOURCES_OF_LIST_PRICE = (PriceKind.BASE, PriceKind.PURCHASE_PLUS_MARGIN)
_AUDIENCE_OF_KIND = {
    PriceKind.CONTRACT: "relationship_id",
    PriceKind.BUYER: "relationship_id",
    PriceKind.LEVEL: "level_id",
    PriceKind.GROUP: "group_id",
    PriceKind.TERRITORY: "territory_id",
    PriceKind.CHANNEL: "channel",
}
