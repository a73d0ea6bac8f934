"""What is settled after the sale: rebates and price protection."""

from decimal import Decimal

import pytest

from app.promotions.rules.price_protection import ProtectedStock, price_protection
from app.promotions.rules.rebates import rebate_accrued
from app.promotions.rules.words import Calculation
from tests.support.schemes import tiers

QUARTER = tiers((100_000, 2), (200_000, 3))


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
