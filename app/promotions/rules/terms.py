"""What a trade scheme says, in one version, as data that JSON can hold."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
    ReturnRule,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductScope:
    """Which SKUs are meant: any named one, any of a brand, any below a category; all if empty."""

    sku_ids: tuple[UUID, ...] = ()
    brand_ids: tuple[UUID, ...] = ()
    category_ids: tuple[UUID, ...] = ()
    excluded_sku_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Which buyers are meant; each named dimension must fit, and one of its members is enough.

    `level_ids`, `territory_ids` hold their children too. `channels` are words of SalesChannel.
    """

    relationship_ids: tuple[UUID, ...] = ()
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channels: tuple[str, ...] = ()
    membership_tier_ids: tuple[UUID, ...] = ()
    first_order_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Goods that must all be in the basket: the parts of a mixed basket or a bundle.

    `minimum` counts as the terms' measure does.
    """

    scope: ProductScope
    minimum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeTier:
    """From a threshold on, a benefit: percent, an amount off, a price per unit, units or points.

    Only the lower bound is written: gaps and overlaps cannot be. A FIXED_PRICE is per unit of the
    terms' `packaging_level`, or per base unit without one; free goods count units of the gift's
    packaging level.
    """

    threshold: Decimal
    benefit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What is free, and how: without a SKU, the one that was bought.

    Several SKUs bought together give their own kind in proportion, by largest remainder.
    """

    kind: FreeGoodsKind
    sku_id: UUID | None = None
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Who will be claimed for the benefit, and for how much of it; the rest the seller bears."""

    organisation_id: UUID
    percent: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a scheme stops; none means no limit.

    Money is in the scheme's currency, goods in base units of what is free. `uses` count orders.
    """

    uses_per_buyer: int | None = None
    money_per_buyer: Decimal | None = None
    goods_per_buyer: Decimal | None = None
    uses: int | None = None
    money: Decimal | None = None
    goods: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeTerms:
    """The whole of a scheme's version but its name, period and status.

    Tiers stand by rising threshold. `is_cumulative` counts the buyer's purchases since the scheme
    began together with the basket; what a STEP amount already paid is not paid again. Without
    `requirements` the tiers alone decide. A coupon scheme speaks only when one of its codes is
    given. `priority` inside an exclusion group does not exist: BEST asks the buyer's gain, FIRST
    the lower sequence.
    """

    lane: Lane
    benefit: BenefitKind
    measure: Measure
    calculation: Calculation
    tiers: tuple[SchemeTier, ...]
    currency: str
    scope: ProductScope = ProductScope()
    benefit_scope: ProductScope | None = None
    requirements: tuple[Requirement, ...] = ()
    eligibility: Eligibility = Eligibility()
    packaging_level: PackagingLevel | None = None
    gift: Gift | None = None
    sequence: int = 100
    exclusion_group: str | None = None
    exclusion_rule: ExclusionRule = ExclusionRule.BEST
    percent_chaining: PercentChaining = PercentChaining.CHAINED
    is_cumulative: bool = False
    needs_coupon: bool = False
    is_claimable: bool = False
    funding: Funding | None = None
    limits: Limits = Limits()
    return_rule: ReturnRule = ReturnRule.KEEP
