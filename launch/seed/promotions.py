"""What the sample distributor gives on top of its prices, and how far its people may go by hand."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Sku
from app.kernel.quantity import PackagingLevel
from app.pricing.commands.authority import Holder, set_discount_authority
from app.pricing.commands.bands import BandLimits, NewBand, grant_price_band
from app.pricing.rules.change import BandAudience
from app.promotions.commands.activating import activate_trade_scheme
from app.promotions.commands.coupons import NewCoupons, issue_coupons
from app.promotions.commands.points import Programme, set_points_programme
from app.promotions.commands.schemes import NewScheme, create_trade_scheme
from app.promotions.rules.terms import (
    Eligibility,
    Funding,
    Gift,
    Limits,
    ProductScope,
    SchemeTerms,
    SchemeTier,
)
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
    SchemeKind,
)
from launch.seed.network import BRAND
from launch.seed.orders import SELLER
from launch.seed.stage import Stage

TEA = "TEA-01B"
CURRENCY = "CNY"
REP_LIMIT = Decimal(5)
COUPONS = 20


async def promote(stage: Stage) -> None:
    """Let the distributor's schemes speak from now on, and the brand name its retail price."""
    tea = await _sku(stage, TEA)
    await _recommend(stage, tea)
    for name, terms in _schemes(tea, stage.organisations[BRAND]).items():
        await _activate(stage, name, terms)
    await _welcome(stage)
    seller = stage.as_("ENTERPRISE_ADMIN", SELLER)
    await set_points_programme(seller, Programme(CURRENCY, Decimal("0.01"), 365))
    await set_discount_authority(seller, Holder(role_id=stage.roles["SALES"]), REP_LIMIT)


def _schemes(tea: UUID, brand: UUID) -> dict[str, SchemeTerms]:
    return {
        "Ten cases of tea and one more": SchemeTerms(
            lane=Lane.FREE_GOODS,
            benefit=BenefitKind.FREE_GOODS,
            measure=Measure.PACKS,
            packaging_level=PackagingLevel.CASE,
            calculation=Calculation.RECURRING,
            tiers=(SchemeTier(threshold=Decimal(10), benefit=Decimal(1)),),
            currency=CURRENCY,
            scope=ProductScope(sku_ids=(tea,)),
            gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.CASE),
            is_claimable=True,
            funding=Funding(organisation_id=brand),
        ),
        "Every 500 saves 20": SchemeTerms(
            lane=Lane.ORDER,
            benefit=BenefitKind.AMOUNT_OFF,
            measure=Measure.AMOUNT,
            calculation=Calculation.RECURRING,
            tiers=(SchemeTier(threshold=Decimal(500), benefit=Decimal(20)),),
            currency=CURRENCY,
            limits=Limits(money=Decimal(50_000), money_per_buyer=Decimal(2_000)),
        ),
        "A point for every yuan": SchemeTerms(
            lane=Lane.POINTS,
            benefit=BenefitKind.POINTS,
            measure=Measure.AMOUNT,
            calculation=Calculation.CONTINUOUS,
            tiers=(SchemeTier(threshold=Decimal(1), benefit=Decimal(1)),),
            currency=CURRENCY,
        ),
    }


async def _welcome(stage: Stage) -> None:
    terms = SchemeTerms(
        lane=Lane.LINE,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.AMOUNT,
        calculation=Calculation.STEP,
        tiers=(SchemeTier(threshold=Decimal(1), benefit=Decimal(5)),),
        currency=CURRENCY,
        eligibility=Eligibility(first_order_only=True),
        needs_coupon=True,
    )
    scheme = await _activate(stage, "Welcome: 5 % off the first order", terms)
    new = NewCoupons(scheme_id=scheme, quantity=COUPONS, prefix="TEA")
    await issue_coupons(stage.as_("ENTERPRISE_ADMIN", SELLER), new, "sample coupons")


async def _activate(stage: Stage, name: str, terms: SchemeTerms) -> UUID:
    work = stage.as_("ENTERPRISE_ADMIN", SELLER)
    new = NewScheme(name=name, kind=SchemeKind.SECONDARY, terms=terms)
    drafted = await create_trade_scheme(work, new, f"sample {name}")
    return (await activate_trade_scheme(work, drafted.row.id)).row.id


async def _recommend(stage: Stage, sku: UUID) -> None:
    limits = BandLimits(
        recommended_retail_price=Decimal("3.50"), maximum_retail_price=Decimal("4.00")
    )
    new = NewBand(audience=BandAudience.ALL_BUYERS, limits=limits, sku_id=sku)
    await grant_price_band(stage.as_("ENTERPRISE_ADMIN", BRAND), new, "sample retail price of tea")


async def _sku(stage: Stage, code: str) -> UUID:
    found = await stage.work.session.scalar(select(Sku.id).where(Sku.code == code))
    if found is None:
        raise LookupError(code)
    return found
