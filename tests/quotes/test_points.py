"""Points as money: what a basket takes of them, and what they pay (R0-51)."""

from dataclasses import replace
from decimal import Decimal
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.quotes.rules import PointsWish, Quote
from tests.support.baskets import a_line, a_request, a_sku, prices, quoted

laws = settings(derandomize=True, max_examples=200, deadline=None)
UNTAXED = a_sku(1, tax_rate_percent=Decimal(0))


def paid_with(points: PointsWish, amount: str) -> Quote:
    request = a_request([UNTAXED], [a_line(UNTAXED, "1", key="0")], points=points)
    return quoted(request, prices((UNTAXED, amount)))


def wish(asked: int, value: str, balance: int = 10_000) -> PointsWish:
    return PointsWish(asked=asked, balance=balance, value_per_point=Decimal(value))


@pytest.mark.parametrize(
    ("asked", "value", "amount", "taken", "left"),
    [
        (500, "0.01", "100.00", 500, "95.00"),
        (500, "0.30", "1.00", 3, "0.10"),
        (7, "0.003", "1.00", 7, "0.98"),
        (9, "0.003", "1.00", 7, "0.98"),
        (3, "0.003", "1.00", 0, "1.00"),
        (9, "0.0049", "1.00", 9, "0.96"),
        (5, "1", "0.50", 0, "0.50"),
        (0, "1", "9.00", 0, "9.00"),
    ],
)
def test_points_pay_whole_coins_and_none_is_taken_for_nothing(asked, value, amount, taken, left):
    quote = paid_with(wish(asked, value), amount)

    assert (quote.points_redeemed, quote.total) == (taken, Decimal(left))


def test_no_more_points_are_taken_than_there_are():
    assert paid_with(wish(9, "1", balance=4), "9.00").points_redeemed == 4
    assert paid_with(wish(9, "1", balance=-4), "9.00").points_redeemed == 0
    assert paid_with(replace(wish(9, "1"), value_per_point=None), "9.00").points_redeemed == 0


@given(
    asked=st.integers(0, 10_000),
    value=st.integers(1, 50_000).map(lambda n: Decimal(n) / 10_000),
    amount=st.integers(0, 100_000).map(lambda n: Decimal(n) / 100),
)
@laws
def test_points_pay_at_most_their_worth_and_each_is_needed(asked, value, amount):
    quote = paid_with(PointsWish(asked=asked, balance=10_000, value_per_point=value), str(amount))
    points, coins = quote.points_redeemed, (amount - quote.total) * 100

    assert 0 <= points <= asked
    assert 0 <= coins <= points * value * 100
    assert points == 0 or floor((points - 1) * value * 100) < coins
    again = paid_with(PointsWish(asked=points, balance=points, value_per_point=value), str(amount))
    assert (again.points_redeemed, again.total) == (points, quote.total)
