"""Guards of step 11 as pure rules, worked example P15 among them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import new_id
from app.pricing.rules.change import OutsideBand
from app.pricing.rules.guards import Guard, GuardKind, GuardVerdict, check_guards


def guard(**limits) -> Guard:
    given = {"outside": OutsideBand.APPROVAL, "granted_by_own": True} | limits
    return Guard(sku_id=new_id(), source_id=new_id(), **given)


@pytest.mark.parametrize(
    ("net", "verdict"),
    [
        ("2.5080", GuardVerdict.PASS),
        ("2.45", GuardVerdict.PASS),
        ("2.43276", GuardVerdict.NEEDS_APPROVAL),
    ],
)
def test_p15_a_price_under_the_floor_needs_approval(net, verdict):
    result = check_guards(Decimal(net), None, [guard(floor=Fraction("2.45"))])

    assert result.verdict is verdict
    assert [reason.kind for reason in result.reasons] == (
        [] if verdict is GuardVerdict.PASS else [GuardKind.FLOOR]
    )


@pytest.mark.parametrize("limit", ["floor", "ceiling", "maximum_retail_price"])
def test_a_price_on_a_limit_passes(limit):
    result = check_guards(Fraction(10, 3), None, [guard(**{limit: Fraction(10, 3)})])

    assert result.verdict is GuardVerdict.PASS


def test_the_strictest_of_several_guards_decides_and_all_are_told():
    guards = [
        guard(ceiling=Fraction(3)),
        guard(maximum_retail_price=Fraction(3), outside=OutsideBand.REFUSE),
    ]

    result = check_guards(Decimal(4), None, guards)

    assert result.verdict is GuardVerdict.BLOCK
    assert [reason.kind for reason in result.reasons] == ["CEILING", "MAXIMUM_RETAIL_PRICE"]


@pytest.mark.parametrize(
    ("price", "verdict"), [("2.5", GuardVerdict.PASS), ("2.49", GuardVerdict.NEEDS_APPROVAL)]
)
def test_a_margin_is_of_the_selling_price_over_the_own_purchase_price(price, verdict):
    margin = guard(minimum_margin_percent=Decimal(20))

    assert check_guards(Decimal(price), Decimal(2), [margin]).verdict is verdict


def test_a_gift_that_costs_something_breaks_every_margin():
    margin = guard(minimum_margin_percent=Decimal(0), outside=OutsideBand.REFUSE)

    assert check_guards(Decimal(0), Decimal(1), [margin]).verdict is GuardVerdict.BLOCK


def test_a_margin_without_a_purchase_price_is_told_and_stops_nothing():
    result = check_guards(Decimal(1), None, [guard(minimum_margin_percent=Decimal(20))])

    assert result.verdict is GuardVerdict.PASS
    assert [reason.kind for reason in result.reasons] == [GuardKind.MARGIN_UNKNOWN]


def test_advice_is_told_and_binds_nobody():
    advice = guard(floor=Fraction(2), granted_by_own=False, is_advisory=True, grantor="brand")

    result = check_guards(Decimal(1), None, [advice])

    assert result.verdict is GuardVerdict.PASS
    assert result.reasons[0].text == "is below what the brand allows"


@pytest.mark.parametrize(("is_visible", "limit"), [(False, None), (True, Fraction(245, 100))])
def test_the_floor_of_another_is_named_only_where_it_is_visible(is_visible, limit):
    granted = guard(floor=Fraction("2.45"), granted_by_own=False, is_floor_visible=is_visible)

    (reason,) = check_guards(Decimal(1), None, [granted]).reasons

    assert reason.limit == limit
    assert "2.45" not in reason.text


@given(
    price=st.decimals(0, 1000, places=4),
    floors=st.lists(st.decimals(1, 1000, places=4), min_size=1, max_size=5),
    seed=st.randoms(use_true_random=False),
)
def test_the_order_of_guards_never_matters(price, floors, seed):
    guards = [guard(floor=Fraction(floor)) for floor in floors]
    shuffled = seed.sample(guards, len(guards))

    one, other = check_guards(price, None, guards), check_guards(price, None, shuffled)

    assert one.verdict is other.verdict
    assert set(one.reasons) == set(other.reasons)
    assert (one.verdict is GuardVerdict.PASS) == (price >= max(floors))
