"""Exclusion groups, bundles, purchases over a period, points, rebates, limits and budgets."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.outcome import Promoted
from app.promotions.rules.terms import Funding, Gift, Limits, Requirement
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    FreeGoodsKind,
    Measure,
)
from tests.support.schemes import (
    basket,
    benefit_of,
    codes,
    free,
    line,
    off,
    only,
    percent,
    promote,
    reasons,
    sku,
    spend,
    ten_plus_one,
    terms,
    total,
)

FIXED, AMOUNT, PERCENT = (
    BenefitKind.FIXED_PRICE,
    BenefitKind.AMOUNT_OFF,
    BenefitKind.PERCENT_OFF,
)
FREE, POINTS, REBATE = BenefitKind.FREE_GOODS, BenefitKind.POINTS, BenefitKind.REBATE
RECURRING, CONTINUOUS = Calculation.RECURRING, Calculation.CONTINUOUS
INCLUSIVE = Gift(kind=FreeGoodsKind.INCLUSIVE)
P8 = ((10, 1), (20, 3), (50, 10))


def test_the_best_of_a_group_is_for_the_buyer_and_the_first_for_the_seller() -> None:
    held = basket(line("1", "100.00"))
    rules = [percent(5, sequence=1), percent(20, sequence=2), off(10, sequence=3)]

    best = promote(held, *(_grouped(rule, ExclusionRule.BEST) for rule in rules))
    first = promote(held, *(_grouped(rule, ExclusionRule.FIRST) for rule in rules))

    assert (total(best), codes(best)) == (80, {1: "EXCLUDED", 3: "EXCLUDED"})
    assert (total(first), codes(first)) == (95, {2: "EXCLUDED", 3: "EXCLUDED"})


def _grouped(rule, decision: ExclusionRule):
    return replace(rule, exclusion_group="G", exclusion_rule=decision)


def test_ties_in_a_group_go_to_the_lower_sequence_then_the_lower_id() -> None:
    held = basket(line("1", "100.00"))

    by_sequence = promote(
        held, percent(10, exclusion_group="G", sequence=9), off(10, exclusion_group="G", sequence=1)
    )
    by_kind = promote(held, percent(10, exclusion_group="G"), off(10, exclusion_group="G"))
    by_id = promote(held, percent(10, exclusion_group="G"), percent(10, exclusion_group="G"))

    assert codes(by_sequence) == {1: "EXCLUDED"}
    assert codes(by_kind) == codes(by_id) == {2: "EXCLUDED"}


def test_the_best_gift_is_the_one_worth_most() -> None:
    held = basket(line("1", "100.00", 10), line("2", "500.00", 10, 2))
    rules = [
        terms(FREE, (10, 4), scope=only(1), exclusion_group="G"),
        terms(FREE, (10, 1), scope=only(2), exclusion_group="G"),
    ]

    outcome = promote(held, *rules)

    assert [gift.sku_id for gift in outcome.free_lines] == [sku(2)]


def test_groups_of_two_lanes_do_not_exclude_each_other() -> None:
    rules = [percent(10, exclusion_group="G"), ten_plus_one(exclusion_group="G")]

    outcome = promote(basket(line("1", 100, 10)), *rules)

    assert (total(outcome), free(outcome), outcome.losers) == (90, 1, ())


def test_a_bundle_needs_all_its_parts() -> None:
    parts = tuple(Requirement(scope=only(n), minimum=Decimal(2)) for n in (1, 2))
    rule = percent(10, scope=only(1, 2), requirements=parts)

    whole = promote(basket(line("1", 50, 2), line("2", 50, 2, 2)), rule)
    half = promote(basket(line("1", 50, 2), line("2", 50, 1, 2)), rule)

    assert (total(whole), total(half)) == (90, 100)
    assert codes(half) == {1: "REQUIREMENT_NOT_MET"}
    assert [hint.missing for hint in half.hints] == [1]


def test_spend_again_and_again_reduces_again_and_again() -> None:
    rule = spend((100, 10), (300, 40), calculation=RECURRING)

    assert total(promote(basket(line("1", 750)), rule)) == 750 - 80 - 10


def test_a_spend_threshold_looks_at_what_lines_left() -> None:
    outcome = promote(basket(line("1", "105.00")), percent(10), spend((100, 10)))

    assert codes(outcome) == {2: "THRESHOLD_NOT_REACHED"}


def test_another_reduction_of_the_order_breaks_no_threshold() -> None:
    outcome = promote(basket(line("1", 100)), spend((100, 10)), spend((100, 5)))

    assert total(outcome) == 85


def test_purchases_over_a_period_are_paid_once_for_each_step() -> None:
    rule = spend((1000, 50), (2000, 150), is_cumulative=True)
    used = SchemeUse(purchased_amount=Decimal(1500), buyer_money=Decimal(50))

    reached = promote(basket(line("1", 600)), rule, uses={1: used})
    between = promote(basket(line("1", 100)), rule, uses={1: used})

    assert total(reached) == 500
    assert total(between) == 100
    assert benefit_of(between).qualifying_amount == 100
    assert not benefit_of(between).is_given


def test_a_percent_over_a_period_is_of_this_basket_only() -> None:
    rule = terms(PERCENT, (1000, 10), measure=Measure.AMOUNT, is_cumulative=True)

    outcome = promote(
        basket(line("1", 100)), rule, uses={1: SchemeUse(purchased_amount=Decimal(950))}
    )

    assert total(outcome) == 90


def test_free_goods_over_a_period_give_what_was_not_given_yet() -> None:
    used = SchemeUse(purchased_quantity=Decimal(8), buyer_goods=Decimal(0))

    outcome = promote(basket(line("1", 50, 5)), ten_plus_one(is_cumulative=True), uses={1: used})

    assert free(outcome) == 1


def test_points_count_what_is_paid_at_the_end() -> None:
    rule = terms(POINTS, (10, 1), measure=Measure.AMOUNT, calculation=CONTINUOUS)

    outcome = promote(basket(line("1", "119.00")), percent(10), rule)

    assert benefit_of(outcome, 2).points == 10


def test_a_rebate_leaves_the_invoice_alone_and_grows_the_tally() -> None:
    rule = terms(REBATE, (100, 2), measure=Measure.AMOUNT)

    outcome = promote(basket(line("1", "150.00", 3)), rule)

    assert (total(outcome), outcome.steps) == (150, ())
    given = benefit_of(outcome)
    assert (given.money, given.rebate, given.qualifying_quantity) == (0, 3, 3)


def test_p14_a_rebate_over_a_period_accrues_the_difference() -> None:
    rule = terms(REBATE, (100_000, 2), (200_000, 3), measure=Measure.AMOUNT, is_cumulative=True)

    def month(bought: int, before: int) -> Promoted:
        return promote(
            basket(line("1", bought)), rule, uses={1: SchemeUse(purchased_amount=Decimal(before))}
        )

    assert month(80_000, 0).benefits[0].rebate == 0
    assert benefit_of(month(70_000, 80_000)).rebate == 3000
    assert benefit_of(month(55_000, 150_000)).rebate == 3150


@pytest.mark.parametrize(
    ("limits", "use", "left", "code"),
    [
        (
            Limits(money_per_buyer=Decimal(25)),
            SchemeUse(buyer_money=Decimal("12.51")),
            "87.51",
            None,
        ),
        (Limits(money=Decimal(5)), SchemeUse(money=Decimal(5)), "100.00", "BUDGET_SPENT"),
        (
            Limits(money_per_buyer=Decimal(5)),
            SchemeUse(buyer_money=Decimal(9)),
            "100",
            "BUYER_LIMIT_REACHED",
        ),
        (Limits(uses=3), SchemeUse(uses=3), "100.00", "BUDGET_SPENT"),
        (Limits(uses_per_buyer=1), SchemeUse(buyer_uses=1), "100", "BUYER_LIMIT_REACHED"),
        (Limits(uses_per_buyer=2), SchemeUse(buyer_uses=1), "80.00", None),
    ],
)
def test_limits_stop_to_the_cent(
    limits: Limits, use: SchemeUse, left: str, code: str | None
) -> None:
    held = basket(line("1", "33.33"), line("2", "66.67"))

    outcome = promote(held, percent(20, limits=limits), uses={1: use})

    assert total(outcome) == Decimal(left)
    assert codes(outcome) == ({1: code} if code else {})
    if total(outcome) == Decimal("87.51"):
        assert all("buyer's limit" in reason for reason in reasons(outcome))


def test_goods_stop_at_whole_units() -> None:
    rule = ten_plus_one(limits=Limits(goods=Decimal(3)))

    some = promote(basket(line("1", 500, 50)), rule, uses={1: SchemeUse(goods=Decimal(1))})
    none = promote(basket(line("1", 500, 50)), rule, uses={1: SchemeUse(goods=Decimal(3))})

    assert free(some) == 2
    assert "budget" in some.free_lines[0].reason
    assert (free(none), codes(none)) == (0, {1: "BUDGET_SPENT"})


def test_an_inclusive_gift_stays_within_its_money() -> None:
    rule = ten_plus_one(gift=INCLUSIVE, limits=Limits(money=Decimal("29.99")))

    outcome = promote(basket(line("1", "330.00", 33)), rule)

    assert (free(outcome), benefit_of(outcome).money) == (2, 20)


def test_lines_of_a_contract_price_are_left_alone_and_named() -> None:
    held = basket(line("1", 50), line("2", 50, is_promotable=False))

    mixed = promote(held, percent(10))
    alone = promote(basket(held.lines[1]), percent(10))

    assert mixed.amounts == {"1": 45, "2": 50}
    assert codes(mixed) == codes(alone) == {1: "NOT_PROMOTABLE"}
    assert "2" in mixed.losers[0].reason


def test_the_funder_will_be_claimed_for_its_share() -> None:
    rule = percent(10, funding=Funding(organisation_id=UUID(int=7), percent=Decimal(60)))

    given = benefit_of(promote(basket(line("1", "99.99")), rule))

    assert (given.money, given.funded_money, given.funder_id) == (10, 6, UUID(int=7))


def test_a_scheme_in_another_currency_does_not_speak() -> None:
    outcome = promote(basket(line("1", 10)), percent(10, currency="USD"))

    assert codes(outcome) == {1: "OTHER_CURRENCY"}
