"""Whom a scheme speaks to, what touches it, what it hints at, and how it fails."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.kernel.later import known
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.alone import LinesAlone
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.terms import (
    Eligibility,
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTier,
)
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    FreeGoodsKind,
    Lane,
    Measure,
)
from tests.support.schemes import (
    basket,
    codes,
    free,
    line,
    only,
    promote,
    scheme,
    sku,
    terms,
    total,
)

A, B = UUID(int=1), UUID(int=2)


def percent(**changes: Any):
    return terms(BenefitKind.PERCENT_OFF, (0, 10), **changes)


@pytest.mark.parametrize(
    ("eligibility", "own"),
    [
        (Eligibility(relationship_ids=(A,)), {"relationship_id": A}),
        (Eligibility(level_ids=(A,)), {"level_ids": (B, A)}),
        (Eligibility(group_ids=(A, B)), {"group_ids": (B,)}),
        (Eligibility(territory_ids=(A,)), {"territory_ids": (B, A)}),
        (Eligibility(channels=("WHOLESALE",)), {"channel": "WHOLESALE"}),
        (Eligibility(membership_tier_ids=(A,)), {"membership_tier_id": A}),
        (Eligibility(level_ids=(A,), group_ids=(B,)), {"level_ids": (A,), "group_ids": (B,)}),
    ],
)
def test_every_named_dimension_must_fit(eligibility: Eligibility, own: dict[str, Any]) -> None:
    rule = percent(eligibility=eligibility)

    meant = promote(basket(line("1", 100), **own), rule)
    other = promote(basket(line("1", 100)), rule)

    assert total(meant) == 90
    assert (total(other), codes(other), other.hints) == (100, {1: "NOT_ELIGIBLE"}, ())


def test_first_orders_and_coupons_open_schemes() -> None:
    held = basket(line("1", 100))
    first, coupon = (
        percent(eligibility=Eligibility(first_order_only=True)),
        percent(needs_coupon=True),
    )

    closed = promote(held, first, coupon)
    opened = promote(
        replace(held, is_first_order=True, coupon_scheme_ids=frozenset({UUID(int=2)})),
        first,
        coupon,
    )

    assert codes(closed) == {1: "NOT_FIRST_ORDER", 2: "COUPON_MISSING"}
    assert total(opened) == 81


@pytest.mark.parametrize(
    "scope",
    [
        only(1),
        ProductScope(brand_ids=(UUID(int=50),)),
        ProductScope(category_ids=(UUID(int=60),)),
        ProductScope(excluded_sku_ids=(sku(2),)),
        ProductScope(brand_ids=(UUID(int=50),), category_ids=(UUID(int=60), UUID(int=61))),
    ],
)
def test_a_scope_means_skus_brands_categories_or_all(scope: ProductScope) -> None:
    lines = [line("1", 100), line("2", 100, 1, 2, brand_id=None, category_path=())]

    assert promote(basket(*lines), percent(scope=scope)).amounts == {"1": 90, "2": 100}


def test_schemes_that_touch_no_line_are_not_spoken_of() -> None:
    outcome = promote(basket(line("1", 100)), percent(scope=only(2)))

    assert (outcome.losers, outcome.hints, outcome.benefits) == ((), (), ())


def test_a_benefit_may_go_to_other_goods() -> None:
    rule = terms(BenefitKind.PERCENT_OFF, (10, 50), scope=only(1), benefit_scope=only(2))
    held = basket(line("1", 100, 10), line("2", 100, 1, 2))

    assert promote(held, rule).amounts == {"1": 100, "2": 50}
    assert codes(promote(basket(held.lines[1]), rule)) == {1: "NO_QUALIFYING_LINE"}


def test_a_sku_without_the_schemes_pack_does_not_count() -> None:
    rule = terms(BenefitKind.AMOUNT_OFF, (0, 2), packaging_level=PackagingLevel.PALLET)

    assert codes(promote(basket(line("1", 100)), rule)) == {1: "NO_QUALIFYING_LINE"}


@pytest.mark.parametrize(
    ("calculation", "quantity", "missing", "next_benefit"),
    [
        (Calculation.STEP, 4, 6, 1),
        (Calculation.STEP, 12, 8, 3),
        (Calculation.STEP, 50, None, None),
        (Calculation.RECURRING, 25, 5, 4),
        (Calculation.RECURRING, 47, 3, 10),
        (Calculation.CONTINUOUS, 19, 1, 3),
    ],
)
def test_a_hint_names_the_nearest_step(
    calculation: Calculation, quantity: int, missing: int | None, next_benefit: int | None
) -> None:
    rule = terms(BenefitKind.FREE_GOODS, (10, 1), (20, 3), (50, 10), calculation=calculation)

    hints = promote(basket(line("1", 100, quantity)), rule).hints

    assert [(hint.missing, hint.next_benefit) for hint in hints] == (
        [] if missing is None else [(missing, next_benefit)]
    )


def test_following_a_hint_gives_what_it_says() -> None:
    rule = terms(BenefitKind.AMOUNT_OFF, (100, 8), lane=Lane.ORDER, measure=Measure.AMOUNT)
    (hint,) = promote(basket(line("1", "99.50")), rule).hints

    outcome = promote(basket(line("1", Decimal("99.50") + hint.missing)), rule)

    assert hint.missing == Decimal("0.50")
    assert hint.text == "0.5 CNY more: 8 CNY off from 100 CNY"
    assert total(outcome) == 92


def test_no_hint_is_given_where_a_limit_is_reached() -> None:
    rule = terms(BenefitKind.PERCENT_OFF, (10, 5), limits=Limits(uses_per_buyer=1))

    outcome = promote(basket(line("1", 10)), rule, uses={1: SchemeUse(buyer_uses=1)})

    assert outcome.hints == ()


BROKEN = [
    percent(tiers=()),
    percent(tiers=(SchemeTier(threshold=Decimal(0), benefit=Decimal("NaN")),)),
    terms(BenefitKind.FREE_GOODS, (0, 1), calculation=Calculation.RECURRING),
    terms(BenefitKind.FREE_GOODS, (1, 1), gift=None),
    percent(tiers=(SchemeTier(threshold=Decimal(0), benefit=Decimal(-5)),)),
    percent(lane=Lane.FREE_GOODS),
    percent(funding=Funding(organisation_id=A, percent=Decimal("NaN"))),
    terms(
        BenefitKind.POINTS,
        (0, 1),
        calculation=Calculation.RECURRING,
        requirements=(Requirement(scope=only(9), minimum=Decimal(1)),),
    ),
]


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("group", [None, "G"])
def test_a_failing_scheme_is_reported_and_harms_no_other(broken: Any, group: str | None) -> None:
    held = basket(line("1", 100, 10))
    sound = [percent(), terms(BenefitKind.FREE_GOODS, (10, 1), exclusion_group=group)]
    alone = promote(held, *sound)

    outcome = promote(held, *sound, replace(broken, exclusion_group=group))

    assert codes(outcome) == {3: "RULE_FAILED"}
    assert ":" in outcome.losers[0].reason
    said = outcome.said.told._replace(losing_schemes=())
    assert replace(outcome, said=known(said)) == alone
    assert free(outcome) == 1


def test_a_book_says_which_gifts_it_must_know_the_size_of() -> None:
    gift = Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=sku(9))
    book = SchemeBook([scheme(1, terms(BenefitKind.FREE_GOODS, (1, 1), gift=gift))])

    assert (len(book), book.gift_sku_ids) == (1, {sku(9)})


@pytest.mark.parametrize("amount", ["-1", "0.001"])
def test_amounts_that_no_line_can_have_are_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"negative|decimal places"):
        apply_schemes(basket(line("1", amount)), SchemeBook([]))


def test_an_empty_basket_stays_empty() -> None:
    assert promote(basket(), percent()).amounts == {}


@pytest.mark.parametrize(
    ("currency", "amount", "left"), [("JPY", "105", "94"), ("KWD", "1.005", "0.904")]
)
def test_coins_are_those_of_the_currency(currency: str, amount: str, left: str) -> None:
    outcome = promote(basket(line("1", amount), currency=currency), percent(currency=currency))

    assert str(outcome.amounts["1"]) == left


def test_a_line_shown_alone_costs_what_line_schemes_leave_of_it() -> None:
    held = basket(line("1", 100), coupon_scheme_ids=frozenset())
    schemes = [scheme(1, percent()), scheme(2, percent(needs_coupon=True))]

    spoken_to = LinesAlone(held, SchemeBook(schemes))
    left_alone = LinesAlone(held, SchemeBook(schemes[1:]))

    whole = apply_schemes(held, SchemeBook(schemes)).amounts["1"]
    assert spoken_to.reduced(held.lines[0]) == (whole, ())
    assert left_alone.reduced(held.lines[0]) == (None, ())


def test_lines_alone_are_remembered_only_where_no_limit_and_no_purchase_counts() -> None:
    held = basket(line("1", 100))
    limited = SchemeBook([scheme(1, percent(limits=Limits(money=Decimal(30))))])
    spent = replace(held, uses={UUID(int=1): SchemeUse(money=Decimal(25))})

    fresh = LinesAlone(held, limited).reduced(held.lines[0])
    left = LinesAlone(spent, limited).reduced(held.lines[0])
    dearer = LinesAlone(held, limited).reduced(replace(held.lines[0], amount=Decimal(200)))

    assert [fresh[0], left[0], dearer[0]] == [90, 95, 180]


def test_a_scheme_for_others_decides_nothing_in_its_group() -> None:
    group = {"exclusion_group": "one"}
    eligibility = Eligibility(level_ids=(A,))
    for_others = percent(eligibility=eligibility, exclusion_rule=ExclusionRule.FIRST, **group)
    small = terms(BenefitKind.PERCENT_OFF, (0, 5), sequence=2, **group)
    large = terms(BenefitKind.PERCENT_OFF, (0, 50), sequence=3, **group)

    alone = promote(basket(line("1", 100)), small, large)
    beside = promote(basket(line("1", 100)), small, large, for_others)

    assert total(alone) == total(beside) == 50


def test_numbers_far_beyond_a_trade_stay_exact() -> None:
    huge = line("1", "99999999999999999.99", "999999999999.999999")

    outcome = promote(basket(huge), percent())

    assert str(total(outcome)) == "89999999999999999.99"
