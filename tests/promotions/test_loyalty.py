"""Points, coupons and membership tiers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.promotions.rules import coupons
from app.promotions.rules.membership import TierThreshold, tier_reached
from app.promotions.rules.points import (
    NotEnoughPoints,
    PointsLot,
    PointsTaken,
    Redemption,
    WorthlessPoint,
    alive,
    consumed,
    expired,
    points_earned,
    redeemable,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
laws = settings(derandomize=True, max_examples=200, deadline=None)


def lot(number: int, remaining: int, days: int | None) -> PointsLot:
    expires_at = None if days is None else NOW + timedelta(days=days)
    return PointsLot(lot_id=UUID(int=number), remaining=remaining, expires_at=expires_at)


LOTS = [lot(1, 10, None), lot(2, 5, 30), lot(3, 5, 7), lot(4, 9, 0), lot(5, 0, 3), lot(6, 5, 7)]


def taken(*parts: tuple[int, int]) -> tuple[PointsTaken, ...]:
    return tuple(PointsTaken(lot_id=UUID(int=number), points=points) for number, points in parts)


@pytest.mark.parametrize(
    ("points", "parts"),
    [
        (0, ()),
        (3, ((3, 3),)),
        (12, ((3, 5), (6, 5), (2, 2))),
        (25, ((3, 5), (6, 5), (2, 5), (1, 10))),
    ],
)
def test_points_that_expire_first_are_used_first(
    points: int, parts: tuple[tuple[int, int], ...]
) -> None:
    assert consumed(LOTS, points, NOW) == taken(*parts)
    assert consumed(LOTS[::-1], points, NOW) == taken(*parts)


def test_points_expire_at_their_instant_and_are_not_redeemed_after() -> None:
    assert alive(LOTS, NOW) == 25
    assert expired(LOTS, NOW) == taken((4, 9))
    with pytest.raises(NotEnoughPoints):
        consumed(LOTS, 26, NOW)


def test_points_are_earned_whole() -> None:
    assert points_earned(Decimal("107.10"), Decimal(10)) == 10
    with pytest.raises(WorthlessPoint):
        points_earned(Decimal(1), Decimal(0))


@pytest.mark.parametrize(
    ("points", "value", "amount", "paid"),
    [
        (500, "0.01", "100.00", Redemption(points=500, money=Decimal("5.00"))),
        (500, "0.30", "1.00", Redemption(points=3, money=Decimal("0.90"))),
        (7, "0.003", "1.00", Redemption(points=7, money=Decimal("0.02"))),
        (5, "1", "0.50", Redemption(points=0, money=Decimal("0.00"))),
        (0, "1", "9.00", Redemption(points=0, money=Decimal("0.00"))),
    ],
)
def test_points_pay_whole_coins_and_never_more_than_the_amount(
    points: int, value: str, amount: str, paid: Redemption
) -> None:
    assert redeemable(points, Decimal(value), Decimal(amount), "CNY") == paid


@given(
    points=st.integers(0, 10_000),
    value=st.integers(1, 5000).map(lambda n: Decimal(n) / 1000),
    amount=st.integers(0, 100_000).map(lambda n: Decimal(n) / 100),
)
@laws
def test_a_redemption_never_takes_more_than_there_is(
    points: int, value: Decimal, amount: Decimal
) -> None:
    paid = redeemable(points, value, amount, "CNY")

    assert 0 <= paid.points <= points
    assert 0 <= paid.money <= min(amount, paid.points * value)


@given(
    number=st.integers(0, coupons.NUMBERS - 1), place=st.integers(0, 11), letter=st.integers(0, 31)
)
@laws
def test_a_generated_code_reads_back_and_notices_one_wrong_letter(
    number: int, place: int, letter: int
) -> None:
    code = coupons.generated(number)
    wrong = code[:place] + coupons.ALPHABET[letter] + code[place + 1 :]

    assert coupons.is_generated(coupons.normalised(coupons.shown(code).lower()))
    assert coupons.is_generated(wrong) == (wrong == code)


def test_codes_are_read_as_people_type_them() -> None:
    assert coupons.normalised(" summer-2o26 ") == coupons.normalised("SVMMER 2026")
    assert coupons.normalised("il0o") == "1100"
    assert coupons.is_well_formed(coupons.normalised("Sommer-10"))


@pytest.mark.parametrize("code", ["", "ABC", "AB*D", "ÄBCDE", "A" * 33, "ABCI"])
def test_what_cannot_be_a_code_is_not(code: str) -> None:
    assert not coupons.is_well_formed(code)


def test_a_number_beyond_the_codes_has_none() -> None:
    with pytest.raises(ValueError, match="no code"):
        coupons.generated(coupons.NUMBERS)


@pytest.mark.parametrize(
    ("spend", "points", "reached"),
    [(0, 0, 1), (999, 0, 1), (1000, 0, 2), (0, 50, 2), (5000, 0, 3), (0, 9999, 2)],
)
def test_the_best_tier_that_is_reached_counts(spend: int, points: int, reached: int) -> None:
    thresholds = [
        TierThreshold(tier_id=UUID(int=1), rank=1),
        TierThreshold(tier_id=UUID(int=2), rank=2, spend=Decimal(1000), points=50),
        TierThreshold(tier_id=UUID(int=3), rank=3, spend=Decimal(5000)),
    ]

    assert tier_reached(thresholds, Decimal(spend), points) == UUID(int=reached)
    assert tier_reached(thresholds[1:], Decimal(0), 0) is None
