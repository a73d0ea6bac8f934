"""Promises of exact quantities."""

from decimal import Decimal

import pytest

from app.kernel.quantity import MAX_QUANTITY, FractionalPieces, QuantityOutOfRange, to_base


def test_units_become_base_units_exactly() -> None:
    assert to_base(Decimal("2.5"), Decimal(24)) == Decimal(60)


def test_a_fraction_of_a_piece_is_refused() -> None:
    with pytest.raises(FractionalPieces):
        to_base(Decimal("0.1"), Decimal(24))


def test_a_divisible_base_unit_may_be_cut() -> None:
    assert to_base(Decimal("20.25"), Decimal(1), divisible=True) == Decimal("20.25")


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "1000000000000", "0.0000001", "1e-30"])
def test_a_quantity_that_the_column_cannot_hold_is_refused(quantity: str) -> None:
    with pytest.raises(QuantityOutOfRange):
        to_base(Decimal(quantity), Decimal(1), divisible=True)


def test_a_product_beyond_the_limit_is_refused() -> None:
    with pytest.raises(QuantityOutOfRange):
        to_base(MAX_QUANTITY, Decimal(24), divisible=True)


@pytest.mark.parametrize("factor", ["0", "-1"])
def test_a_unit_that_holds_nothing_is_refused(factor: str) -> None:
    with pytest.raises(QuantityOutOfRange):
        to_base(Decimal(1), Decimal(factor))
