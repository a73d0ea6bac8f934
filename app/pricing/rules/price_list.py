"""What a price list says of itself: to whom it speaks, when, and how its prices combine."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.kernel.period import Period
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.exact import HUNDRED, ZERO, percent


class PriceKind(StrEnum):
    """Whom a price list speaks to; members stand from the strongest to the weakest (Our rule 1).

    Lists of a group, a territory and a channel are equally strong. INHERITED is a base list of an
    organisation further up the chain, which answers only where no nearer one prices the item.
    """

    CONTRACT = "CONTRACT"
    BUYER = "BUYER"
    LEVEL = "LEVEL"
    GROUP = "GROUP"
    TERRITORY = "TERRITORY"
    CHANNEL = "CHANNEL"
    BASE = "BASE"
    INHERITED = "INHERITED"
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
class Derivation:
    """How a list makes its prices from those of its parent (Our rule 3).

    A row's amount, per the unit of that row, is multiplied by percent (100 leaves it as it is),
    raised by amount, rounded half up to a multiple, then lifted to the floor and lowered to the
    ceiling, in this order. One that only multiplies does so whichever unit the amount is for.
    """

    parent_id: UUID
    percent: Decimal = HUNDRED
    amount: Decimal = ZERO
    multiple: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    share: Decimal = field(init=False, repr=False, compare=False)
    only_multiplies: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers = (self.percent, self.amount, self.multiple, self.floor, self.ceiling)
        if any(number is not None and not number.is_finite() for number in numbers):
            raise ValueError("a derivation has finite numbers")
        if self.percent < 0 or (self.floor or ZERO) < 0 or (self.ceiling or ZERO) < 0:
            raise ValueError("percentage, floor and ceiling of a derivation are not negative")
        if self.multiple is not None and self.multiple <= 0:
            raise ValueError("prices are rounded to a multiple above zero")
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError("the floor of a derivation lies above its ceiling")
        others = (self.multiple, self.floor, self.ceiling)
        only_multiplies = not self.amount and all(number is None for number in others)
        object.__setattr__(self, "share", percent(self.percent))
        object.__setattr__(self, "only_multiplies", only_multiplies)

    @property
    def may_fall_below_zero(self) -> bool:
        """Tell whether some parent's price could become negative."""
        return self.amount < 0 and self.floor is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """One price list in one version: what holds for every row of it.

    An audience id that is set must match the buyer. Lines priced by a list that is not promotable
    are left alone by schemes. distance counts how far up the chain the owner of an INHERITED list
    stands: 1 is the seller's own seller. margin_percent is added to the rows of a
    PURCHASE_PLUS_MARGIN list.
    """

    list_id: UUID
    name: str
    kind: PriceKind
    seller_id: UUID
    currency: str
    period: Period
    is_tax_inclusive: bool = False
    relationship_id: UUID | None = None
    level_id: UUID | None = None
    group_id: UUID | None = None
    territory_id: UUID | None = None
    channel: str | None = None
    priority: int = 0
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS
    break_basis: BreakBasis = BreakBasis.SKU
    is_promotable: bool = True
    margin_percent: Decimal = ZERO
    derivation: Derivation | None = None
    distance: int = 0

    def __post_init__(self) -> None:
        audience = _AUDIENCE_OF_KIND.get(self.kind)
        if audience is not None and getattr(self, audience) is None:
            raise ValueError(f"a {self.kind} list must name its {audience}")
        if not (self.margin_percent.is_finite() and self.margin_percent >= 0):
            raise ValueError("a margin is finite and not negative")
        if (self.kind is PriceKind.INHERITED) != (self.distance > 0):
            raise ValueError("an INHERITED list, and no other, says how far up its owner stands")
        if self.break_type is BreakType.GRADUATED and self.break_basis not in _GRADUATED_BASES:
            raise ValueError(f"GRADUATED breaks cannot count by {self.break_basis}")


SOURCES_OF_LIST_PRICE = (PriceKind.BASE, PriceKind.INHERITED)
"""The kinds whose prices are the list price that a percentage is taken of."""

_GRADUATED_BASES = (BreakBasis.LINE, BreakBasis.SKU)
_AUDIENCE_OF_KIND = {
    PriceKind.CONTRACT: "relationship_id",
    PriceKind.BUYER: "relationship_id",
    PriceKind.LEVEL: "level_id",
    PriceKind.GROUP: "group_id",
    PriceKind.TERRITORY: "territory_id",
    PriceKind.CHANNEL: "channel",
}
