"""What is settled after the sale: returns, rebates, claims up the chain and price protection."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.promotions.rules.clawback import (
    MoreThanBought,
    TakenBack,
    proportional_refund,
    refund_after,
    taken_back,
)
from app.promotions.rules.price_protection import ProtectedStock, price_protection
from app.promotions.rules.rebates import rebate_accrued
from app.promotions.rules.terms import SchemeTerms
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    Lane,
    Measure,
    ReturnRule,
)
from tests.support.schemes import basket, benefit_of, line, promote, scheme, terms, tiers, total

CLAW_BACK = ReturnRule.CLAW_BACK
SELLER, DISTRIBUTOR, BRAND = (UUID(int=number) for number in (1, 2, 3))
QUARTER = tiers((100_000, 2), (200_000, 3))


def ten_percent(rule: ReturnRule) -> SchemeTerms:
    return terms(
        BenefitKind.PERCENT_OFF,
        (300, 10),
        lane=Lane.ORDER,
        measure=Measure.AMOUNT,
        return_rule=rule,
    )


@pytest.mark.parametrize(("rule", "refund"), [(ReturnRule.KEEP, "225.00"), (CLAW_BACK, "220.00")])
def test_p12a_a_broken_threshold_takes_back_what_the_rest_no_longer_earns(
    rule: ReturnRule, refund: str
) -> None:
    sold, told = basket(line("1", "300.00", 6)), ten_percent(rule)
    outcome = promote(sold, told)

    taken = taken_back(scheme(1, told), sold, benefit_of(outcome), {"1": Decimal(1)})

    assert total(outcome) == 270
    share = proportional_refund(Decimal(270), Decimal(6), Decimal(5), "CNY")
    assert refund_after(share, taken, Decimal(50), "CNY") == Decimal(refund)


def test_p12b_free_goods_that_are_kept_and_not_earned_are_paid_for() -> None:
    sold = basket(line("1", "1200.00", 20))
    told = terms(
        BenefitKind.FREE_GOODS, (10, 1), calculation=Calculation.RECURRING, return_rule=CLAW_BACK
    )
    given = benefit_of(promote(sold, told))

    taken = taken_back(scheme(1, told), sold, given, {"1": Decimal(15)})

    assert (given.goods, taken) == (
        2,
        TakenBack(money=Decimal("0.00"), goods=Decimal(1), rebate=Decimal(0)),
    )
    assert refund_after(Decimal(300), taken, Decimal(60), "CNY") == 240


def test_p12b_the_spread_method_refunds_every_unit_alike() -> None:
    assert proportional_refund(Decimal(1200), Decimal(22), Decimal(5), "CNY") == Decimal("272.73")


def test_a_return_of_nothing_refunds_nothing_and_of_all_refunds_all() -> None:
    sold, told = basket(line("1", "300.00", 6)), ten_percent(CLAW_BACK)
    given = benefit_of(promote(sold, told))

    nothing = taken_back(scheme(1, told), sold, given, {})
    everything = taken_back(scheme(1, told), sold, given, {"1": Decimal(0)})

    assert proportional_refund(Decimal(270), Decimal(6), Decimal(0), "CNY") == 0
    assert nothing.money == 0
    assert everything.money == 0
    with pytest.raises(MoreThanBought):
        proportional_refund(Decimal(270), Decimal(6), Decimal(7), "CNY")


def test_points_and_rebates_go_back_with_the_goods() -> None:
    sold = basket(line("1", "300.00", 6))
    points = terms(BenefitKind.POINTS, (300, 30), measure=Measure.AMOUNT, return_rule=CLAW_BACK)
    rebate = terms(BenefitKind.REBATE, (100, 2), measure=Measure.AMOUNT, return_rule=CLAW_BACK)

    losses = [
        taken_back(scheme(1, told), sold, benefit_of(promote(sold, told)), {"1": Decimal(3)})
        for told in (points, rebate)
    ]

    assert (losses[0].points, losses[1].rebate) == (30, 3)


def test_p14_a_graduated_rebate_pays_each_part_at_its_tier() -> None:
    accrued = rebate_accrued(QUARTER, Decimal(205_000), Calculation.GRADUATED, "CNY")

    assert accrued == 2150


@pytest.mark.parametrize("calculation", [Calculation.STEP, Calculation.GRADUATED])
def test_returns_beyond_purchases_accrue_nothing(calculation: Calculation) -> None:
    assert rebate_accrued(tiers((0, 2)), Decimal(-5), calculation, "CNY") == 0


@pytest.mark.parametrize(
    ("bought", "new", "credit"),
    [
        (250, "56.00", "1160.00"),
        (None, "56.00", "1440.00"),
        (None, "61.00", "0.00"),
        (900, "56.00", "1440.00"),
    ],
)
def test_p16_a_price_drop_is_credited_on_eligible_stock(
    bought: int | None, new: str, credit: str
) -> None:
    stock = ProtectedStock(
        on_hand=Decimal(320),
        in_transit=Decimal(40),
        bought_within_window=None if bought is None else Decimal(bought),
    )

    assert price_protection(Decimal(60), Decimal(new), stock, "CNY") == Decimal(credit)
