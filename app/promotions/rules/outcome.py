"""What schemes did to a basket, and what they did not, with the reason.

Records of which a quote holds dozens are named tuples: made in a quarter of a dataclass's time.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.later import Later, known
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.words import BenefitKind, FreeGoodsKind, Lane, Measure, SchemeLossCode

NOTHING = Decimal(0)
"""No amount of what a scheme may give."""


class SchemeStep(NamedTuple):
    """What one scheme did to a line's amount; before is the after of the step above it."""

    line_key: str
    lane: Lane
    benefit: BenefitKind
    scheme_id: UUID
    version_id: UUID
    before: Decimal
    after: Decimal
    reason: str


class FreeLine(NamedTuple):
    """Goods that a scheme gives; INCLUSIVE ones are already in the line `of_line_key`.

    `quantity` counts `packaging_level`, `base_quantity` base units: both whole.
    """

    scheme_id: UUID
    version_id: UUID
    kind: FreeGoodsKind
    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal
    base_quantity: Decimal
    of_line_key: str | None
    reason: str


class SchemeBenefit(NamedTuple):
    """All that one scheme gave to this basket: what budgets count and claims will ask for.

    `money` is the reduction in the basket's currency (an inclusive gift's value too), `goods` base
    units, `points` whole points, `rebate` what accrues off the invoice. `qualifying_amount` and
    `qualifying_quantity` are what this basket adds to the buyer's purchases. `funded_money` is
    what `funder_id` will be claimed for, of money; goods are claimed by `funded_percent`. A
    scheme that only counts purchases so far stands here with nothing given.
    """

    scheme_id: UUID
    version_id: UUID
    name: str
    benefit: BenefitKind
    money: Decimal = NOTHING
    goods: Decimal = NOTHING
    goods_sku_id: UUID | None = None
    points: int = 0
    rebate: Decimal = NOTHING
    qualifying_amount: Decimal = NOTHING
    qualifying_quantity: Decimal = NOTHING
    funder_id: UUID | None = None
    funded_percent: Decimal = NOTHING
    funded_money: Decimal = NOTHING
    is_claimable: bool = False

    @property
    def is_given(self) -> bool:
        """Tell whether the buyer got something: only then is it a use of the scheme."""
        return bool(self.money or self.goods or self.points or self.rebate)


class SchemeHint(NamedTuple):
    """What is missing for the next tier: so much more of the measure gives this benefit."""

    scheme_id: UUID
    name: str
    measure: Measure
    missing: Decimal
    benefit: BenefitKind
    next_benefit: Decimal
    text: str


class SchemeOffer(NamedTuple):
    """What a scheme offers, in the buyer's words; `valid_until` is the first instant without."""

    name: str
    text: str
    valid_until: datetime | None


class LosingScheme(NamedTuple):
    """A scheme that covers the basket's goods and gave nothing, or left lines alone, and why."""

    scheme_id: UUID
    version_id: UUID
    name: str
    code: SchemeLossCode
    reason: str


@dataclass(slots=True)
class Loss:
    """Why a scheme gives nothing; nobody changes it."""

    code: SchemeLossCode
    reason: str


class Said(NamedTuple):
    """What was given, what a buyer could still reach, and what gave nothing; each by scheme."""

    hints: tuple[SchemeHint, ...] = ()
    losing_schemes: tuple[LosingScheme, ...] = ()
    benefits: tuple[SchemeBenefit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The outcome for a basket: steps in the order in which they happened, all sorted else by id.

    `amounts` give each line's amount after all steps, never below zero, `points` what is earned.
    `failed` are the losers whose rule failed, `touching` all schemes that ask for the basket's
    goods, in their order; both tell nothing that losers and benefits do not, and so do not count
    in equality. What is `said` costs nothing until it is asked for.
    """

    amounts: dict[str, Decimal]
    steps: tuple[SchemeStep, ...] = ()
    free_lines: tuple[FreeLine, ...] = ()
    points: int = 0
    failed: tuple[LosingScheme, ...] = field(default=(), compare=False)
    touching: tuple[UUID, ...] = field(default=(), compare=False)
    said: Later[Said] = field(default=known(Said()), repr=False)

    @property
    def benefits(self) -> tuple[SchemeBenefit, ...]:
        """All that was given, by scheme, and purchases that count towards schemes over a period."""
        return self.said.told.benefits

    @property
    def hints(self) -> tuple[SchemeHint, ...]:
        """What is missing for the next step of schemes, by scheme."""
        return self.said.told.hints

    @property
    def losers(self) -> tuple[LosingScheme, ...]:
        """Schemes that cover the goods and gave nothing, by scheme."""
        return self.said.told.losing_schemes
