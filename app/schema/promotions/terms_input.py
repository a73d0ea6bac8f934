"""What a person types as the terms of a trade scheme."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.terms import (
    Eligibility,
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTerms,
    SchemeTier,
)
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
from app.schema.ids import key_of, optional_key_of

Ids = list[relay.GlobalID]


def keys_of(ids: Sequence[relay.GlobalID], type_name: str, path: str) -> tuple[UUID, ...]:
    """Return the rows' identifiers; `NotFound` names the place of an id of another type."""
    return tuple(one_key_of(each, type_name, f"{path}.{place}") for place, each in enumerate(ids))


def one_key_of(global_id: relay.GlobalID, type_name: str, path: str) -> UUID:
    """Return the row's identifier; `NotFound` names the path."""
    try:
        return key_of(global_id, type_name)
    except NotFound as missing:
        raise missing.at(path) from None


@strawberry.input
class ProductScopeInput:
    """Which SKUs are meant: any named one, any of a brand, any below a category; all if empty."""

    sku_ids: Ids = strawberry.field(default_factory=list)
    brand_ids: Ids = strawberry.field(default_factory=list)
    category_ids: Ids = strawberry.field(default_factory=list)
    excluded_sku_ids: Ids = strawberry.field(default_factory=list)

    def scope(self, path: str) -> ProductScope:
        """Return what the rules understand."""
        return ProductScope(
            sku_ids=keys_of(self.sku_ids, "Sku", f"{path}.skuIds"),
            brand_ids=keys_of(self.brand_ids, "Brand", f"{path}.brandIds"),
            category_ids=keys_of(self.category_ids, "Category", f"{path}.categoryIds"),
            excluded_sku_ids=keys_of(self.excluded_sku_ids, "Sku", f"{path}.excludedSkuIds"),
        )


@strawberry.input
class SchemeEligibilityInput:
    """Which buyers are meant; each named dimension must fit, one of its members is enough.

    Levels and territories hold their children too.
    """

    relationship_ids: Ids = strawberry.field(default_factory=list)
    level_ids: Ids = strawberry.field(default_factory=list)
    group_ids: Ids = strawberry.field(default_factory=list)
    territory_ids: Ids = strawberry.field(default_factory=list)
    channels: list[str] = strawberry.field(
        default_factory=list, description="Words of the sales channel, such as HORECA."
    )
    membership_tier_ids: Ids = strawberry.field(default_factory=list)
    first_order_only: bool = False

    def eligibility(self, path: str) -> Eligibility:
        """Return what the rules understand."""
        return Eligibility(
            relationship_ids=keys_of(
                self.relationship_ids, "TradingRelationship", f"{path}.relationshipIds"
            ),
            level_ids=keys_of(self.level_ids, "CustomerLevel", f"{path}.levelIds"),
            group_ids=keys_of(self.group_ids, "CustomerGroup", f"{path}.groupIds"),
            territory_ids=keys_of(self.territory_ids, "Territory", f"{path}.territoryIds"),
            channels=tuple(self.channels),
            membership_tier_ids=keys_of(
                self.membership_tier_ids, "MembershipTier", f"{path}.membershipTierIds"
            ),
            first_order_only=self.first_order_only,
        )


@strawberry.input
class SchemeTierInput:
    """From a threshold on, a benefit: percent, an amount, a price per unit, units or points."""

    threshold: Decimal
    benefit: Decimal


@strawberry.input
class SchemeRequirementInput:
    """Goods that must all be in the basket: a part of a mixed basket or of a bundle."""

    scope: ProductScopeInput
    minimum: Decimal = strawberry.field(description="Counts as the terms' measure does.")


@strawberry.input
class SchemeGiftInput:
    """What is free, and how: without a SKU, the one that was bought."""

    kind: FreeGoodsKind
    sku_id: relay.GlobalID | None = None
    packaging_level: PackagingLevel = PackagingLevel.PIECE


@strawberry.input
class SchemeFundingInput:
    """Who will be claimed for the benefit, and for how many percent of it.

    The seller itself, an organisation above it, or one that it buys from.
    """

    organisation_id: relay.GlobalID
    percent: Decimal = Decimal(100)


@strawberry.input
class SchemeLimitsInput:
    """Where a scheme stops; null means no limit. Money is in its currency, goods in pieces."""

    uses_per_buyer: int | None = strawberry.field(default=None, description="Orders of one buyer.")
    money_per_buyer: Decimal | None = None
    goods_per_buyer: Decimal | None = None
    uses: int | None = strawberry.field(default=None, description="Orders in all.")
    money: Decimal | None = None
    goods: Decimal | None = None

    def limits(self) -> Limits:
        """Return what the rules understand."""
        return Limits(
            uses_per_buyer=self.uses_per_buyer,
            money_per_buyer=self.money_per_buyer,
            goods_per_buyer=self.goods_per_buyer,
            uses=self.uses,
            money=self.money,
            goods=self.goods,
        )


@strawberry.input
class TradeSchemeTermsInput:
    """The whole of what a scheme says: which goods and buyers, from when on, what it gives.

    Tiers stand by rising threshold. With `isCumulative` the buyer's purchases since the scheme
    began count together with the basket. `sequence` orders schemes of a lane; of an
    `exclusionGroup` one counts, the best for the buyer or the first.
    """

    lane: Lane
    benefit: BenefitKind
    measure: Measure
    calculation: Calculation
    tiers: list[SchemeTierInput]
    currency: str = strawberry.field(description="A code of ISO 4217.")
    scope: ProductScopeInput = strawberry.field(default_factory=ProductScopeInput)
    benefit_scope: ProductScopeInput | None = strawberry.field(
        default=None, description="The goods that get the benefit; those of `scope` without it."
    )
    requirements: list[SchemeRequirementInput] = strawberry.field(default_factory=list)
    eligibility: SchemeEligibilityInput = strawberry.field(default_factory=SchemeEligibilityInput)
    packaging_level: PackagingLevel | None = strawberry.field(
        default=None, description="The unit that PACKS count and fixed prices are for."
    )
    gift: SchemeGiftInput | None = None
    sequence: int = 100
    exclusion_group: str | None = None
    exclusion_rule: ExclusionRule = ExclusionRule.BEST
    percent_chaining: PercentChaining = PercentChaining.CHAINED
    is_cumulative: bool = False
    needs_coupon: bool = False
    is_claimable: bool = False
    funding: SchemeFundingInput | None = None
    limits: SchemeLimitsInput = strawberry.field(default_factory=SchemeLimitsInput)
    return_rule: ReturnRule = ReturnRule.KEEP

    def terms(self) -> SchemeTerms:
        """Return what the rules understand; raises `NotFound` for ids of other types."""
        return SchemeTerms(
            lane=self.lane,
            benefit=self.benefit,
            measure=self.measure,
            calculation=self.calculation,
            tiers=tuple(
                SchemeTier(threshold=each.threshold, benefit=each.benefit) for each in self.tiers
            ),
            currency=self.currency,
            scope=self.scope.scope("terms.scope"),
            benefit_scope=self._benefit_scope(),
            requirements=self._requirements(),
            eligibility=self.eligibility.eligibility("terms.eligibility"),
            packaging_level=self.packaging_level,
            gift=self._gift(),
            sequence=self.sequence,
            exclusion_group=self.exclusion_group,
            exclusion_rule=self.exclusion_rule,
            percent_chaining=self.percent_chaining,
            is_cumulative=self.is_cumulative,
            needs_coupon=self.needs_coupon,
            is_claimable=self.is_claimable,
            funding=self._funding(),
            limits=self.limits.limits(),
            return_rule=self.return_rule,
        )

    def _benefit_scope(self) -> ProductScope | None:
        return self.benefit_scope.scope("terms.benefitScope") if self.benefit_scope else None

    def _requirements(self) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(
                scope=each.scope.scope(f"terms.requirements.{place}.scope"), minimum=each.minimum
            )
            for place, each in enumerate(self.requirements)
        )

    def _gift(self) -> Gift | None:
        if self.gift is None:
            return None
        try:
            sku_id = optional_key_of(self.gift.sku_id, "Sku")
        except NotFound as missing:
            raise missing.at("terms.gift.skuId") from None
        return Gift(kind=self.gift.kind, sku_id=sku_id, packaging_level=self.gift.packaging_level)

    def _funding(self) -> Funding | None:
        if self.funding is None:
            return None
        path = "terms.funding.organisationId"
        organisation_id = one_key_of(self.funding.organisation_id, "Organisation", path)
        return Funding(organisation_id=organisation_id, percent=self.funding.percent)
