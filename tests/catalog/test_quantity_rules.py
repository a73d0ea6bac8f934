"""The pure rule: which quantities fit, and which is nearest to one that does not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.rules import QuantityTerms, broken, nearest
from app.catalog.rules.quantities import checked
from app.kernel.errors import Invalid


def terms(minimum=None, maximum=None, multiple=None) -> QuantityTerms:
    given = (None if each is None else Decimal(each) for each in (minimum, maximum, multiple))
    return QuantityTerms(*given)


@pytest.mark.parametrize(
    ("rule", "quantity", "limit", "good"),
    [
        (terms(), "7", None, "7"),
        (terms(minimum="10"), "7", "MINIMUM", "10"),
        (terms(maximum="10"), "17", "MAXIMUM", "10"),
        (terms(multiple="6"), "7", "MULTIPLE", "6"),
        (terms(multiple="6"), "9", "MULTIPLE", "12"),
        (terms(multiple="6"), "1", "MULTIPLE", "6"),
        (terms(minimum="10", multiple="6"), "7", "MINIMUM", "12"),
        (terms(maximum="20", multiple="6"), "19", "MULTIPLE", "18"),
        (terms("10", "20", "6"), "12", None, "12"),
    ],
)
def test_a_broken_rule_names_its_limit_and_the_nearest_quantity(rule, quantity, limit, good):
    assert broken(Decimal(quantity), rule) == limit
    assert nearest(Decimal(quantity), rule) == Decimal(good)


_numbers = st.none() | st.integers(1, 60).map(Decimal)


@given(_numbers, _numbers, _numbers, st.integers(1, 200).map(Decimal))
def test_the_nearest_quantity_is_good_and_none_is_nearer(minimum, maximum, multiple, quantity):
    rule = QuantityTerms(minimum, maximum, multiple)
    good = [Decimal(n) for n in range(1, 200) if broken(Decimal(n), rule) is None]
    fits = [n for n in good if maximum is None or n <= maximum]
    try:
        checked(rule, "rule")
    except Invalid:
        assert not fits
        return

    best = nearest(quantity, rule)

    assert broken(best, rule) is None
    assert abs(best - quantity) == min(abs(n - quantity) for n in (*good, best))


@pytest.mark.parametrize(
    "rule",
    [
        terms(minimum="0"),
        terms(maximum="-1"),
        terms(multiple="NaN"),
        terms(minimum="5", maximum="4"),
        terms("5", "7", "4.5"),
        terms(maximum="5", multiple="6"),
    ],
)
def test_limits_that_nothing_fits_are_refused(rule):
    with pytest.raises(Invalid):
        checked(rule, "rule")
