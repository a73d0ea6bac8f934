"""The answer: what every line costs, what changed it, who must approve, and in which context."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.kernel.later import Later, known
from app.kernel.money import FreeGoodsTax, TaxMode
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import LosingCandidate, NextBreak, PriceStep, RefusedLine, RuleProblem
from app.pricing.rules.guards import GuardKind, GuardVerdict
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.outcome import LosingScheme, Said, SchemeBenefit, SchemeHint
from app.quotes.rules.explanation import BreakApart, Explanation

NOTHING = Decimal(0)
"""No amount: what stands nowhere in a stored quote, being usual."""


class ApprovalCauseKind(StrEnum):
    """Why a person must approve what was quoted."""

    DISCOUNT_AUTHORITY = "DISCOUNT_AUTHORITY"
    PRICE_GUARD = "PRICE_GUARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCause:
    """One reason to ask for approval; `text` names no floor and no cost."""

    kind: ApprovalCauseKind
    line_key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedCoupon:
    """A code that was given, and whether it counts; why not, in `reason`."""

    code: str
    coupon_id: UUID | None
    scheme_id: UUID | None
    is_accepted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedGuard:
    """A limit that the line's net net price breaks; `limit` (4 decimals) is hidden if none.

    With the verdict PASS it is only a warning.
    """

    kind: GuardKind
    verdict: GuardVerdict
    source_id: UUID
    granted_by_own: bool
    limit: Decimal | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedContainer:
    """Containers that come with a line and are to come back: `amount` = quantity x deposit.

    Units of `packaging_level` stand in them; none in quotes of the first releases.
    """

    container_id: UUID
    name: str
    quantity: Decimal
    deposit: Decimal
    amount: Decimal
    packaging_level: PackagingLevel | None = None


@dataclass(frozen=True, kw_only=True)
class LineFigures:
    """All of a quoted line but the story of its price.

    `price_amount` is what the price lists say, `discount` everything taken off it by hand, by
    schemes, points and cash discount: both hold tax if `tax_inclusive`. net + tax = gross, each
    rounded to the currency; `deposit` is none of them. `manual_authority` is how far, in percent,
    `manual_by` might go when the quote was made. A line `free_of` a scheme was added by it:
    its `list_value` is what it would cost. `free_quantity` counts base units of the line that are
    free though ordered. `seller_tax` is tax on free goods that the seller bears (P9).
    `unit_price_display` is per unit ordered with 4 decimals and for the eye only. `brand_id` and
    `category_path` are those of the day; none in quotes of the first releases.
    """

    key: str
    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal
    unit_factor: Decimal
    base_quantity: Decimal
    unit_price_display: Decimal
    tax_inclusive: bool
    tax_rate: Decimal
    tax_category_id: UUID | None
    price_amount: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    is_promotable: bool = True
    manual_percent: Decimal | None = None
    manual_reason: str = ""
    manual_by: str = ""
    manual_authority: Decimal | None = None
    free_of: UUID | None = None
    free_quantity: Decimal = NOTHING
    list_value: Decimal | None = None
    seller_tax: Decimal = NOTHING
    deposit: Decimal = NOTHING
    containers: tuple[QuotedContainer, ...] = ()
    guard: GuardVerdict = GuardVerdict.PASS
    guard_reasons: tuple[QuotedGuard, ...] = ()
    brand_id: UUID | None = None
    category_path: tuple[UUID, ...] = ()

    @property
    def is_free(self) -> bool:
        """Tell whether a scheme added the line."""
        return self.free_of is not None


@dataclass(frozen=True, kw_only=True)
class QuotedLine(LineFigures):
    """A priced line, or a free one, with the whole story of its price."""

    explanation: Explanation = field(repr=False)

    @property
    def steps(self) -> tuple[PriceStep, ...]:
        """What each rule did, from zero to gross: each step's after is the next one's before."""
        return self.explanation.told.steps

    @property
    def losers(self) -> tuple[LosingCandidate, ...]:
        """Prices that did not count, and why, from the strongest to the weakest."""
        return self.explanation.told.losers

    @property
    def next_break(self) -> NextBreak | None:
        """The nearest quantity that lowers the price."""
        told = self.explanation
        return told.next_break if isinstance(told, BreakApart) else told.told.next_break


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBefore:
    """What was used of a scheme before this quote."""

    scheme_id: UUID
    use: SchemeUse


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteContext:
    """What the quote depended on beside lists and schemes, to compute it again years later.

    `known_at` is the instant whose knowledge of prices and schemes counted, and `bands_advise`
    tells whether bands of others only advised; both are none in quotes of the first releases.
    """

    known_at: datetime | None = None
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channel: str | None = None
    fallback_allowed: bool = False
    inherits_prices: bool = False
    membership_tier_id: UUID | None = None
    is_first_order: bool = False
    uses: tuple[UsedBefore, ...] = ()
    value_per_point: Decimal | None = None
    cash_discount_percent: Decimal = NOTHING
    free_goods_tax: FreeGoodsTax = FreeGoodsTax.DISCOUNT
    bands_advise: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a basket costs: priced lines in the order asked, then free ones; refused lines apart.

    Totals count the lines: net + tax = gross, gross + deposits = total. `seller_tax` is the tax on
    free goods that the seller bears, and in no total.
    """

    seller_id: UUID
    buyer_id: UUID
    relationship_id: UUID | None
    currency: str
    price_instant: datetime
    tax_mode: TaxMode
    lines: tuple[QuotedLine, ...]
    refused: tuple[RefusedLine, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    deposits: Decimal
    total: Decimal
    seller_tax: Decimal = NOTHING
    coupons: tuple[QuotedCoupon, ...] = ()
    points_redeemed: int = 0
    points_earned: int = 0
    problems: tuple[RuleProblem, ...] = ()
    approval_causes: tuple[ApprovalCause, ...] = ()
    context: QuoteContext = QuoteContext()
    said: Later[Said] = field(default=known(Said()), repr=False)

    @property
    def benefits(self) -> tuple[SchemeBenefit, ...]:
        """All that schemes gave, and purchases that count towards schemes over a period."""
        return self.said.told.benefits

    @property
    def hints(self) -> tuple[SchemeHint, ...]:
        """What is missing for the next step of schemes."""
        return self.said.told.hints

    @property
    def losing_schemes(self) -> tuple[LosingScheme, ...]:
        """Schemes that cover the goods and gave nothing, and why."""
        return self.said.told.losing_schemes

    @property
    def blocked(self) -> tuple[QuotedLine, ...]:
        """Lines whose price a guard forbids: an order with one cannot be placed."""
        return tuple(line for line in self.lines if line.guard is GuardVerdict.BLOCK)
