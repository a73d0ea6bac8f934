"""The worked examples of schemes by their number, and the pitfalls of stacking and free goods."""

from decimal import Decimal

import pytest

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.terms import Gift
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
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


@pytest.mark.parametrize(("amount_at", "percent_at", "left"), [(1, 2, "67.50"), (2, 1, "65.00")])
def test_p6_the_sequence_decides_what_stacks_first(
    amount_at: int, percent_at: int, left: str
) -> None:
    outcome = promote(
        basket(line("1", "100.00")), percent(25, sequence=percent_at), off(10, sequence=amount_at)
    )

    assert total(outcome) == Decimal(left)


def test_p6_within_one_sequence_fixed_comes_before_amount_before_percent() -> None:
    held = basket(line("1", "120.00"))

    outcome = promote(held, percent(25), off(10), terms(FIXED, (0, 100)))

    assert [step.after for step in outcome.steps] == [Decimal(100), Decimal(90), Decimal("67.50")]


@pytest.mark.parametrize(
    ("chaining", "left"), [(PercentChaining.CHAINED, "85.50"), (PercentChaining.ADDED, "85.00")]
)
@pytest.mark.parametrize("lane", [Lane.LINE, Lane.ORDER])
def test_p6_percents_chain_or_add(lane: Lane, chaining: PercentChaining, left: str) -> None:
    both = [percent(share, lane=lane, percent_chaining=chaining) for share in (10, 5)]

    outcome = promote(basket(line("1", "100.00")), *both)

    assert total(outcome) == Decimal(left)


def test_p7_exclusive_free_goods_come_on_top() -> None:
    outcome = promote(basket(line("1", "1500.00", 25)), ten_plus_one())

    assert (free(outcome), total(outcome)) == (2, Decimal("1500.00"))
    (gift,) = outcome.free_lines
    assert (gift.sku_id, gift.of_line_key, gift.quantity) == (sku(1), None, 2)
    effective = total(outcome) / (25 + free(outcome))
    assert round(effective, 4) == Decimal("55.5556")


def test_p7_inclusive_free_goods_are_one_of_every_eleven_ordered() -> None:
    outcome = promote(basket(line("1", "1500.00", 25)), ten_plus_one(gift=INCLUSIVE))

    assert (free(outcome), total(outcome)) == (2, Decimal("1380.00"))
    assert outcome.free_lines[0].of_line_key == "1"
    assert benefit_of(outcome).money == 120
    assert benefit_of(outcome).qualifying_quantity == 23


@pytest.mark.parametrize(("ordered", "given"), [(10, 0), (11, 1), (21, 1), (22, 2)])
def test_an_inclusive_gift_is_never_part_of_its_own_threshold(ordered: int, given: int) -> None:
    outcome = promote(basket(line("1", 60 * ordered, ordered)), ten_plus_one(gift=INCLUSIVE))

    assert free(outcome) == given


@pytest.mark.parametrize(
    ("calculation", "given"), [(Calculation.STEP, 3), (RECURRING, 6), (CONTINUOUS, 7)]
)
def test_p8_tiers_pay_once_again_and_again_or_in_proportion(
    calculation: Calculation, given: int
) -> None:
    outcome = promote(basket(line("1", 470, 47)), terms(FREE, *P8, calculation=calculation))

    assert free(outcome) == given


def test_p10_an_order_discount_is_spread_by_largest_remainder() -> None:
    amounts = {"A": "33.33", "B": "33.33", "C": "33.34"}
    held = basket(*(line(key, amount, number=n) for n, (key, amount) in enumerate(amounts.items())))

    outcome = promote(held, spend((100, 10)))

    assert outcome.amounts == dict.fromkeys("ABC", Decimal("30.00"))
    assert benefit_of(outcome).money == Decimal("10.00")


def test_a_hundred_percent_leaves_exactly_nothing() -> None:
    outcome = promote(basket(line("1", "12.35", 7)), percent(100), percent(10, sequence=200))

    assert str(outcome.amounts["1"]) == "0.00"
    assert codes(outcome) == {2: "NO_GAIN"}


def test_a_fixed_price_leaves_nothing_of_another_rule_of_its_group() -> None:
    rules = [
        terms(FIXED, (0, 80), exclusion_group="G"),
        percent(10, exclusion_group="G", sequence=1),
    ]

    outcome = promote(basket(line("1", "100.00")), *rules)

    assert total(outcome) == 80
    assert codes(outcome) == {2: "EXCLUDED"}


def test_a_fixed_price_counts_only_where_it_lowers() -> None:
    held = basket(line("1", "100.00"), line("2", "70.00"))

    outcome = promote(held, terms(FIXED, (0, 80)))

    assert outcome.amounts == {"1": 80, "2": 70}


def test_percent_and_amount_together_both_count() -> None:
    outcome = promote(basket(line("1", "100.00")), percent(10), off(5))

    assert [each.money for each in outcome.benefits] == [Decimal("9.50"), Decimal("5.00")]


@pytest.mark.parametrize(
    ("level", "left"), [(PackagingLevel.CASE, "97.50"), (PackagingLevel.PIECE, "80.00")]
)
def test_an_amount_off_belongs_to_the_unit_of_the_rule(level: PackagingLevel, left: str) -> None:
    pieces = line("1", "100.00", 20)

    outcome = promote(
        basket(pieces), off(3 if level is PackagingLevel.CASE else 1, packaging_level=level)
    )

    assert total(outcome) == Decimal(left)


def test_a_fixed_price_per_case_holds_for_loose_pieces_in_proportion() -> None:
    rule = terms(FIXED, (0, "100.00"), packaging_level=PackagingLevel.CASE)

    outcome = promote(basket(line("1", "30.00", 5), line("2", "200.00", 24)), rule)

    assert outcome.amounts == {"1": Decimal("20.83"), "2": Decimal("100.00")}


def test_packs_of_all_lines_count_together() -> None:
    held = basket(line("1", 100, 36), line("2", 100, 30, 2), line("3", 100, 6))
    rule = terms(PERCENT, (3, 10), measure=Measure.PACKS, packaging_level=PackagingLevel.CASE)

    assert total(promote(held, rule)) == 270
    assert codes(promote(basket(*held.lines[:2]), rule)) == {1: "THRESHOLD_NOT_REACHED"}


def test_lines_count_different_skus() -> None:
    rule = terms(PERCENT, (2, 10), measure=Measure.LINES)

    twice = promote(basket(line("1", 10), line("2", 10)), rule)
    mixed = promote(basket(line("1", 10), line("2", 10, 1, 2)), rule)

    assert (total(twice), total(mixed)) == (20, 18)


@pytest.mark.parametrize(("quantity", "given"), [(9, 0), (10, 1), (15, 1), (19, 1), (20, 2)])
def test_recurring_free_goods_are_whole_from_the_threshold_on(quantity: int, given: int) -> None:
    outcome = promote(basket(line("1", 10, quantity)), ten_plus_one())

    assert free(outcome) == given
    assert len(outcome.free_lines) == bool(given)


def test_one_sku_on_two_lines_counts_together() -> None:
    outcome = promote(basket(line("1", 60, 6), line("2", 40, 4)), ten_plus_one())

    assert free(outcome) == 1


def test_free_goods_earn_no_free_goods_nor_points() -> None:
    held = basket(line("1", "110.00", 11))
    rules = [
        ten_plus_one(gift=INCLUSIVE, sequence=1),
        terms(FREE, (11, 5), sequence=2),
        terms(POINTS, (1, 1), calculation=RECURRING),
    ]

    outcome = promote(held, *rules)

    assert free(outcome) == 1
    assert codes(outcome) == {2: "THRESHOLD_NOT_REACHED"}
    assert benefit_of(outcome, 3).points == 10


def test_several_skus_bought_together_give_their_own_kind() -> None:
    held = basket(line("1", 150, 15), line("2", 150, 15, 2), line("3", 20, 2, 3))

    outcome = promote(held, ten_plus_one(scope=only(1, 2, 3)))

    assert {gift.sku_id: gift.quantity for gift in outcome.free_lines} == {sku(1): 2, sku(2): 1}


def test_a_named_gift_in_cases_needs_its_size() -> None:
    rule = terms(
        FREE,
        (10, 1),
        scope=only(1),
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=sku(9), packaging_level=PackagingLevel.CASE),
    )
    packs = {sku(9): {PackagingLevel.CASE: Decimal(12)}}

    known = promote(basket(line("1", 10, 10), gift_packs=packs), rule)
    unknown = promote(basket(line("1", 10, 10)), rule)

    assert [(gift.quantity, gift.base_quantity) for gift in known.free_lines] == [(1, 12)]
    assert codes(unknown) == {1: "RULE_FAILED"}


def test_a_gift_of_another_kind_inclusive_makes_a_bought_one_free() -> None:
    rule = terms(
        FREE, (10, 1), scope=only(1), gift=Gift(kind=FreeGoodsKind.INCLUSIVE, sku_id=sku(2))
    )

    with_gift = promote(basket(line("1", 10, 10), line("2", 9, 3, 2)), rule)
    without = promote(basket(line("1", 10, 10)), rule)

    assert with_gift.amounts == {"1": 10, "2": 6}
    assert codes(without) == {1: "NO_GAIN"}
