"""Promises of exact money."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.kernel.money import (
    MAX_AMOUNT,
    AmountOutOfRange,
    UnknownCurrency,
    UnspreadableAmount,
    checked_amount,
    currency_exponent,
    round_money,
    spread,
    typed_currency,
)

WEIGHTS = st.lists(st.integers(0, 10**9).map(Decimal), min_size=1, max_size=12)


@pytest.mark.parametrize(("currency", "places"), [("CNY", 2), ("JPY", 0), ("KWD", 3)])
def test_each_currency_has_its_own_smallest_coin(currency: str, places: int) -> None:
    assert currency_exponent(currency) == places


@pytest.mark.parametrize("code", ["", "cny", "ZZZ", "CNYX"])
def test_a_code_that_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        round_money(Decimal(1), code)


@pytest.mark.parametrize("field", ["currency", "terms.currency"])
def test_a_typed_currency_is_refused_at_its_field_with_what_would_be_right(field: str) -> None:
    with pytest.raises(Invalid) as refused:
        typed_currency("XXQ", field)

    assert refused.value.path == field
    wrong = "'XXQ' is not a currency code: give one of ISO 4217, such as CNY"
    assert refused.value.message == f"{field}: {wrong}"
    assert typed_currency("CNY", field) == "CNY"


@pytest.mark.parametrize(
    ("exact", "currency", "rounded"),
    [
        ("82.368", "CNY", "82.37"),
        ("0.005", "CNY", "0.01"),
        ("-0.005", "CNY", "-0.01"),
        ("-0.004", "CNY", "0.00"),
        ("1.0045", "KWD", "1.005"),
        ("0.5", "JPY", "1"),
        ("3", "CNY", "3.00"),
    ],
)
def test_rounding_is_half_up_to_the_coin(exact: str, currency: str, rounded: str) -> None:
    assert str(round_money(Decimal(exact), currency)) == rounded


def test_a_fraction_is_rounded_without_a_detour() -> None:
    assert round_money(Fraction(500, 24), "CNY") == Decimal("20.83")


def test_a_narrow_decimal_context_does_not_change_the_result() -> None:
    with localcontext(prec=3):
        assert str(round_money(Decimal("123456789.125"), "CNY")) == "123456789.13"


def test_p10_the_last_cent_goes_to_the_greatest_remainder() -> None:
    weights = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]

    parts = spread(Decimal("10.00"), weights, "CNY")

    assert parts == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


def test_a_tie_goes_to_the_earlier_part() -> None:
    parts = spread(Decimal("-0.10"), [Decimal(1)] * 3, "CNY")

    assert parts == [Decimal("-0.04"), Decimal("-0.03"), Decimal("-0.03")]


@pytest.mark.parametrize(
    ("total", "weights"), [("1", []), ("1", ["0"]), ("1", ["2", "-1"]), ("0.001", ["1"])]
)
def test_what_cannot_be_spread_is_refused(total: str, weights: list[str]) -> None:
    with pytest.raises(UnspreadableAmount):
        spread(Decimal(total), [Decimal(weight) for weight in weights], "CNY")


def test_nothing_spreads_to_nothing() -> None:
    assert spread(Decimal(0), [Decimal(0), Decimal(0)], "CNY") == [Decimal(0), Decimal(0)]


@given(cents=st.integers(-(10**12), 10**12), weights=WEIGHTS)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_parts_always_sum_to_the_whole(cents: int, weights: list[Decimal]) -> None:
    total = Decimal(cents) / 100 if any(weights) else Decimal(0)

    parts = spread(total, weights, "CNY")

    assert sum(parts) == total
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


@pytest.mark.parametrize(
    "amount", ["1000000000000000", "0.00001", "NaN", "Infinity", "-1e16", "1e-99999"]
)
def test_an_amount_that_the_column_cannot_hold_is_refused(amount: str) -> None:
    with pytest.raises(AmountOutOfRange):
        checked_amount(Decimal(amount))


def test_the_largest_amount_passes_unchanged() -> None:
    assert checked_amount(-MAX_AMOUNT) == -MAX_AMOUNT
