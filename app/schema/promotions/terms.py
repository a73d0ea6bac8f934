"""The terms of a trade scheme, as its owner reads them."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.promotions.rules import terms as rules
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
from app.schema.cost import sized
from app.schema.promotions import words as _words  # names the enums

del _words
Ids = list[relay.GlobalID]


def _ids(type_name: str, keys: Iterable[UUID]) -> Ids:
    return [relay.GlobalID(type_name, str(key)) for key in keys]


@strawberry.type
class ProductScope:
    """Which SKUs are meant: any named one, any of a brand, any below a category; all if empty."""

    sku_ids: Ids
    brand_ids: Ids
    category_ids: Ids
    excluded_sku_ids: Ids

    @classmethod
    def of(cls, scope: rules.ProductScope) -> "ProductScope":
        """Show a scope."""
        return cls(
            sku_ids=_ids("Sku", scope.sku_ids),
            brand_ids=_ids("Brand", scope.brand_ids),
            category_ids=_ids("Category", scope.category_ids),
            excluded_sku_ids=_ids("Sku", scope.excluded_sku_ids),
        )


@strawberry.type
class SchemeEligibility:
    """Which buyers are meant; each named dimension must fit, one of its members is enough."""

    relationship_ids: Ids
    level_ids: Ids
    group_ids: Ids
    territory_ids: Ids
    channels: list[str]
    membership_tier_ids: Ids
    first_order_only: bool

    @classmethod
    def of(cls, who: rules.Eligibility) -> "SchemeEligibility":
        """Show whom a scheme is for."""
        return cls(
            relationship_ids=_ids("TradingRelationship", who.relationship_ids),
            level_ids=_ids("CustomerLevel", who.level_ids),
            group_ids=_ids("CustomerGroup", who.group_ids),
            territory_ids=_ids("Territory", who.territory_ids),
            channels=list(who.channels),
            membership_tier_ids=_ids("MembershipTier", who.membership_tier_ids),
            first_order_only=who.first_order_only,
        )


@strawberry.type
class SchemeTier:
    """From a threshold on, a benefit: percent, an amount, a price per unit, units or points."""

    threshold: Decimal
    benefit: Decimal

    @classmethod
    def of(cls, tier: rules.SchemeTier) -> "SchemeTier":
        """Show a tier."""
        return cls(threshold=tier.threshold, benefit=tier.benefit)


@strawberry.type
class SchemeRequirement:
    """Goods that must all be in the basket, as the terms' measure counts them."""

    scope: ProductScope
    minimum: Decimal


@strawberry.type
class SchemeGift:
    """What is free, and how: without a SKU, the one that was bought."""

    kind: FreeGoodsKind
    sku_id: relay.GlobalID | None
    packaging_level: PackagingLevel

    @classmethod
    def of(cls, gift: rules.Gift) -> "SchemeGift":
        """Show a gift."""
        sku_id = relay.GlobalID("Sku", str(gift.sku_id)) if gift.sku_id else None
        return cls(kind=gift.kind, sku_id=sku_id, packaging_level=gift.packaging_level)


@strawberry.type
class SchemeFunding:
    """Who will be claimed for the benefit, and for how many percent of it."""

    organisation_id: relay.GlobalID
    percent: Decimal


@strawberry.type
class SchemeLimits:
    """Where a scheme stops; null means no limit. Money is in its currency, goods in pieces."""

    uses_per_buyer: int | None
    money_per_buyer: Decimal | None
    goods_per_buyer: Decimal | None
    uses: int | None
    money: Decimal | None
    goods: Decimal | None

    @classmethod
    def of(cls, limits: rules.Limits) -> "SchemeLimits":
        """Show limits."""
        return cls(
            uses_per_buyer=limits.uses_per_buyer,
            money_per_buyer=limits.money_per_buyer,
            goods_per_buyer=limits.goods_per_buyer,
            uses=limits.uses,
            money=limits.money,
            goods=limits.goods,
        )


@strawberry.type
class TradeSchemeTerms:
    """The whole of what a scheme says, in one version."""

    lane: Lane
    benefit: BenefitKind
    measure: Measure
    calculation: Calculation
    tiers: list[SchemeTier] = sized(5)
    currency: str
    scope: ProductScope
    benefit_scope: ProductScope | None
    requirements: list[SchemeRequirement] = sized(5)
    eligibility: SchemeEligibility
    packaging_level: PackagingLevel | None
    gift: SchemeGift | None
    sequence: int
    exclusion_group: str | None
    exclusion_rule: ExclusionRule
    percent_chaining: PercentChaining
    is_cumulative: bool
    needs_coupon: bool
    is_claimable: bool
    funding: SchemeFunding | None
    limits: SchemeLimits
    return_rule: ReturnRule

    @classmethod
    def of(cls, terms: rules.SchemeTerms) -> "TradeSchemeTerms":
        """Show terms."""
        benefit_scope = terms.benefit_scope
        return cls(
            lane=terms.lane,
            benefit=terms.benefit,
            measure=terms.measure,
            calculation=terms.calculation,
            tiers=[SchemeTier.of(tier) for tier in terms.tiers],
            currency=terms.currency,
            scope=ProductScope.of(terms.scope),
            benefit_scope=ProductScope.of(benefit_scope) if benefit_scope else None,
            requirements=[
                SchemeRequirement(scope=ProductScope.of(each.scope), minimum=each.minimum)
                for each in terms.requirements
            ],
            eligibility=SchemeEligibility.of(terms.eligibility),
            packaging_level=terms.packaging_level,
            gift=SchemeGift.of(terms.gift) if terms.gift else None,
            sequence=terms.sequence,
            exclusion_group=terms.exclusion_group,
            exclusion_rule=terms.exclusion_rule,
            percent_chaining=terms.percent_chaining,
            is_cumulative=terms.is_cumulative,
            needs_coupon=terms.needs_coupon,
            is_claimable=terms.is_claimable,
            funding=_funding(terms.funding),
            limits=SchemeLimits.of(terms.limits),
            return_rule=terms.return_rule,
        )


def _funding(funding: rules.Funding | None) -> SchemeFunding | None:
    if funding is None:
        return None
    key = relay.GlobalID("Organisation", str(funding.organisation_id))
    return SchemeFunding(organisation_id=key, percent=funding.percent)
