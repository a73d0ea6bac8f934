"""What is refused in a scheme's terms, with field and remedy."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.checking import check_terms
from app.promotions.rules.terms import (
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTerms,
)
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.support.schemes import only, sku, terms

FREE, PERCENT, AMOUNT = BenefitKind.FREE_GOODS, BenefitKind.PERCENT_OFF, BenefitKind.AMOUNT_OFF
FIXED, REBATE, POINTS = BenefitKind.FIXED_PRICE, BenefitKind.REBATE, BenefitKind.POINTS
INCLUSIVE = Gift(kind=FreeGoodsKind.INCLUSIVE)
EXCLUSIVE = Gift(kind=FreeGoodsKind.EXCLUSIVE)
RECURRING, CONTINUOUS = Calculation.RECURRING, Calculation.CONTINUOUS
GRADUATED = Calculation.GRADUATED


def spend(*steps: tuple[object, object], **changes: Any) -> SchemeTerms:
    return terms(AMOUNT, *steps, lane=Lane.ORDER, measure=Measure.AMOUNT, **changes)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (terms(PERCENT, (0, 101)), "tiers.0.benefit"),
        (terms(REBATE, (0, "100.5")), "tiers.0.benefit"),
        (terms(PERCENT), "tiers"),
        (terms(PERCENT, (5, 1), (5, 2)), "tiers.1.threshold"),
        (terms(PERCENT, (5, 1), (4, 2)), "tiers.1.threshold"),
        (terms(PERCENT, (5, 2), (6, 1)), "tiers.1.benefit"),
        (terms(FIXED, (5, 2), (6, 3)), "tiers.1.benefit"),
        (terms(FREE, (10, 3), (35, 4), calculation=RECURRING), "tiers.1.benefit"),
        (terms(PERCENT, (-1, 1)), "tiers.0.threshold"),
        (terms(PERCENT, (0, -1)), "tiers.0.benefit"),
        (terms(PERCENT, (0, 0)), "tiers.0.benefit"),
        (terms(FIXED, (0, 0)), "tiers.0.benefit"),
        (terms(PERCENT, (0, "NaN")), "tiers.0.benefit"),
        (terms(PERCENT, ("Infinity", 1)), "tiers.0.threshold"),
        (terms(PERCENT, (0, "0.0000001")), "tiers.0.benefit"),
        (spend((100, "0.005")), "tiers.0.benefit"),
        (terms(FIXED, (1, 5), calculation=CONTINUOUS), "calculation"),
        (terms(REBATE, (1, 5), calculation=RECURRING), "calculation"),
        (terms(PERCENT, (1, 5), calculation=GRADUATED, measure=Measure.AMOUNT), "calculation"),
        (terms(REBATE, (1, 5), calculation=GRADUATED), "measure"),
        (terms(FIXED, (1, 5), lane=Lane.ORDER), "benefit"),
        (terms(PERCENT, (1, 5), lane=Lane.FREE_GOODS), "benefit"),
        (terms(POINTS, (1, 5), lane=Lane.LINE), "benefit"),
        (terms(PERCENT, (1, 5), measure=Measure.PACKS), "packagingLevel"),
        (terms(PERCENT, (1, 5), measure=Measure.LINES, is_cumulative=True), "isCumulative"),
        (terms(FREE, (1, 1), gift=None), "gift"),
        (terms(PERCENT, (1, 1), gift=EXCLUSIVE), "gift"),
        (terms(FREE, (10, "1.5")), "tiers.0.benefit"),
        (terms(FREE, (0, 1)), "tiers.0.threshold"),
        (
            terms(
                FREE, (0, 1), gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=sku(1)), scope=only(1)
            ),
            "tiers.0.threshold",
        ),
        (terms(POINTS, (0, 1), calculation=CONTINUOUS), "tiers.0.threshold"),
        (terms(FREE, (10, 10), gift=INCLUSIVE), "tiers.0.benefit"),
        (
            terms(
                FREE,
                (10, 12),
                gift=Gift(kind=FreeGoodsKind.INCLUSIVE, sku_id=sku(1)),
                scope=only(1),
            ),
            "tiers.0.benefit",
        ),
        (terms(PERCENT, (1, 100), calculation=RECURRING), "tiers.0.benefit"),
        (spend((100, 100)), "tiers.0.benefit"),
        (spend((100, 120), calculation=RECURRING), "tiers.0.benefit"),
        (terms(PERCENT, (1, 5), currency="XXY"), "currency"),
        (
            terms(
                PERCENT, (1, 5), scope=ProductScope(sku_ids=(sku(1),), excluded_sku_ids=(sku(1),))
            ),
            "scope.excludedSkuIds",
        ),
        (terms(PERCENT, (1, 5), calculation=RECURRING, benefit_scope=only(2)), "benefitScope"),
        (
            terms(PERCENT, (1, 5), requirements=(Requirement(scope=only(1), minimum=Decimal(0)),)),
            "requirements.0.minimum",
        ),
        (terms(PERCENT, (1, 5), sequence=-1), "sequence"),
        (terms(PERCENT, (1, 5), exclusion_group=" "), "exclusionGroup"),
        (terms(PERCENT, (1, 5), is_claimable=True), "funding"),
        (
            terms(
                PERCENT, (1, 5), funding=Funding(organisation_id=UUID(int=1), percent=Decimal(101))
            ),
            "funding.percent",
        ),
        (
            terms(
                PERCENT, (1, 5), funding=Funding(organisation_id=UUID(int=1), percent=Decimal(0))
            ),
            "funding.percent",
        ),
        (terms(PERCENT, (1, 5), limits=Limits(uses=0)), "limits.uses"),
        (
            terms(PERCENT, (1, 5), limits=Limits(money_per_buyer=Decimal(-1))),
            "limits.moneyPerBuyer",
        ),
        (terms(PERCENT, (1, 5), limits=Limits(goods=Decimal("NaN"))), "limits.goods"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_field(told: SchemeTerms, field: str) -> None:
    faults = check_terms(told)

    assert [fault.field for fault in faults] == [field]
    assert all(fault.problem and fault.remedy for fault in faults)


@pytest.mark.parametrize(
    "told",
    [
        terms(PERCENT, (0, 5)),
        terms(PERCENT, (0, 100)),
        terms(FREE, (10, 1), (20, 3), (50, 10), calculation=RECURRING),
        terms(FREE, (1, 1), gift=EXCLUSIVE),
        terms(FREE, (10, 1), gift=INCLUSIVE, limits=Limits(money=Decimal(5))),
        spend((100, 10), (200, 25), calculation=RECURRING),
        spend((0, 10), needs_coupon=True),
        terms(FIXED, (0, 5), (10, 4), packaging_level=PackagingLevel.CASE),
        terms(REBATE, (0, 1), (100, 2), calculation=GRADUATED, measure=Measure.AMOUNT),
    ],
)
def test_terms_that_make_sense_have_no_faults(told: SchemeTerms) -> None:
    assert check_terms(told) == []


def test_every_fault_is_named_at_once() -> None:
    told = terms(PERCENT, (0, 101), currency="?", sequence=-1, limits=Limits(uses=0))

    fields = [fault.field for fault in check_terms(told)]

    assert fields == ["currency", "tiers.0.benefit", "sequence", "limits.uses"]
