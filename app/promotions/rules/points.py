"""Points as money: what they are worth, and which are used up first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID

from app.kernel.money import currency_exponent, round_money

_NEVER = datetime.max.replace(tzinfo=UTC)


class NotEnoughPoints(ValueError):
    """Fewer points are alive than are asked for."""


class WorthlessPoint(ValueError):
    """A point must be worth something, and cost something to earn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsLot:
    """Points earned at one time; without an end they never expire."""

    lot_id: UUID
    remaining: int
    expires_at: datetime | None = None

    def is_alive(self, at: datetime) -> bool:
        """Tell whether the points still count: at the instant of expiry they no longer do."""
        return self.remaining > 0 and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTaken:
    """So many points of one lot."""

    lot_id: UUID
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Whole points and the money they pay."""

    points: int
    money: Decimal


def points_earned(amount: Decimal, amount_per_point: Decimal) -> int:
    """Count whole points on what was paid; the rest earns nothing."""
    if amount_per_point <= 0:
        raise WorthlessPoint(f"one point for {amount_per_point}")
    return max(0, int(amount // amount_per_point))


def redeemable(points: int, value_per_point: Decimal, amount: Decimal, currency: str) -> Redemption:
    """Pay as much of an amount with points as they can: whole points, never more than the amount.

    What the points pay is rounded down to the coin, and no point is taken that pays nothing.
    """
    if value_per_point <= 0:
        raise WorthlessPoint(f"a point of {value_per_point}")
    usable = max(0, min(points, int(amount // value_per_point)))
    money = _coins(usable * value_per_point, currency)
    needed = (money / value_per_point).to_integral_value(ROUND_CEILING)
    return Redemption(points=int(needed), money=money)


def alive(lots: Sequence[PointsLot], at: datetime) -> int:
    """Count the points that may be redeemed."""
    return sum(lot.remaining for lot in lots if lot.is_alive(at))


def expired(lots: Sequence[PointsLot], at: datetime) -> tuple[PointsTaken, ...]:
    """Return what is left of lots whose time is over, by lot id."""
    over = [lot for lot in lots if lot.remaining > 0 and not lot.is_alive(at)]
    return tuple(
        PointsTaken(lot_id=lot.lot_id, points=lot.remaining)
        for lot in sorted(over, key=lambda lot: lot.lot_id)
    )


def consumed(lots: Sequence[PointsLot], points: int, at: datetime) -> tuple[PointsTaken, ...]:
    """Take points from the lots that expire first; ties by lot id, everlasting ones last."""
    if points > alive(lots, at):
        raise NotEnoughPoints(f"{points} of {alive(lots, at)}")
    taken: list[PointsTaken] = []
    for lot in sorted((lot for lot in lots if lot.is_alive(at)), key=_expiry):
        part = min(points, lot.remaining)
        if part > 0:
            taken.append(PointsTaken(lot_id=lot.lot_id, points=part))
            points -= part
    return tuple(taken)


def _expiry(lot: PointsLot) -> tuple[bool, datetime, UUID]:
    return lot.expires_at is None, lot.expires_at or _NEVER, lot.lot_id


def _coins(amount: Decimal, currency: str) -> Decimal:
    coin = Decimal(1).scaleb(-currency_exponent(currency))
    return round_money(amount.quantize(coin, rounding=ROUND_FLOOR), currency)
