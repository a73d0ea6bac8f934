"""What a scheme needs and gives, in the words that a buyer reads."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.terms import (
    Eligibility,
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTerms,
)
from app.promotions.rules.wording import gives_another, offer_text
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.support.schemes import terms

SKU, OTHER = UUID(int=1), UUID(int=2)
CASE = PackagingLevel.CASE
OFF, PERCENT, FREE = BenefitKind.AMOUNT_OFF, BenefitKind.PERCENT_OFF, BenefitKind.FREE_GOODS
POINTS, REBATE = BenefitKind.POINTS, BenefitKind.REBATE
RECURRING, CONTINUOUS = Calculation.RECURRING, Calculation.CONTINUOUS
CASES = {"measure": Measure.PACKS, "packaging_level": CASE}


def gift(kind: FreeGoodsKind, sku_id: UUID | None = None) -> Gift:
    return Gift(kind=kind, sku_id=sku_id, packaging_level=CASE)


ON_TOP, WITHIN = FreeGoodsKind.EXCLUSIVE, FreeGoodsKind.INCLUSIVE


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (terms(FREE, (10, 1), gift=gift(ON_TOP), **CASES), "from 10 cases: 1 case free"),
        (
            terms(FREE, (10, 1), gift=gift(WITHIN, SKU), calculation=RECURRING, **CASES),
            "for every 10 cases: 1 case of those ordered free",
        ),
        (
            terms(FREE, (1, 2), gift=gift(ON_TOP, OTHER), **CASES),
            "from 1 case: 2 cases of another SKU free",
        ),
        (terms(PERCENT, (0, 10)), "10 % off"),
        (terms(PERCENT, (24, "2.50"), (48, 5)), "from 24 pieces: 2.5 % off"),
        (terms(PERCENT, (24, 5), calculation=CONTINUOUS), "from 24 pieces: 5 % off"),
        (
            terms(PERCENT, (100, 5), measure=Measure.AMOUNT, is_cumulative=True),
            "from 100 CNY bought over time: 5 % off",
        ),
        (
            terms(PERCENT, (3, 5), measure=Measure.LINES, benefit_scope=ProductScope()),
            "from 3 different SKUs of qualifying goods: 5 % off",
        ),
        (
            terms(BenefitKind.FIXED_PRICE, (1, "2.20")),
            "from 1 piece: 2.2 CNY per piece",
        ),
        (terms(OFF, (2, 1), **CASES), "from 2 cases: 1 CNY off per case"),
        (
            terms(OFF, (100, 10), lane=Lane.ORDER, measure=Measure.AMOUNT, calculation=CONTINUOUS),
            "for every 100 CNY: 10 CNY off",
        ),
        (
            terms(POINTS, (10, 1), measure=Measure.AMOUNT, calculation=RECURRING),
            "for every 10 CNY: 1 point",
        ),
        (terms(REBATE, (10, 2), calculation=Calculation.GRADUATED), "from 10 pieces: 2 % rebate"),
        (
            terms(
                PERCENT,
                (1, 5),
                requirements=(Requirement(scope=ProductScope(), minimum=Decimal(1)),),
                eligibility=Eligibility(first_order_only=True),
            ),
            "from 1 piece, with all other goods that it asks for, on the first order: 5 % off",
        ),
        (
            terms(PERCENT, (0, 5), eligibility=Eligibility(first_order_only=True)),
            "on the first order: 5 % off",
        ),
    ],
)
def test_a_scheme_says_what_it_needs_and_gives(told: SchemeTerms, text: str):
    assert offer_text(told, gives_another=gives_another(told, SKU)) == text


def test_neither_limits_nor_who_pays_are_told():
    open_handed = terms(PERCENT, (1, 5))
    limited = terms(
        PERCENT,
        (1, 5),
        limits=Limits(money=Decimal(99)),
        funding=Funding(organisation_id=OTHER, percent=Decimal(50)),
    )

    assert offer_text(limited, gives_another=False) == offer_text(open_handed, gives_another=False)
