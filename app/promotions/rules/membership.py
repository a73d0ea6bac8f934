"""Which membership tier a buyer has reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TierThreshold:
    """What must be spent or earned in points for a tier; a higher rank is the better tier.

    Either is enough; a tier with neither is everyone's.
    """

    tier_id: UUID
    rank: int
    spend: Decimal | None = None
    points: int | None = None

    def is_reached(self, spend: Decimal, points: int) -> bool:
        """Tell whether a spend or a number of points is enough: the threshold itself is."""
        if self.spend is None and self.points is None:
            return True
        by_spend = self.spend is not None and spend >= self.spend
        return by_spend or (self.points is not None and points >= self.points)


def tier_reached(thresholds: Iterable[TierThreshold], spend: Decimal, points: int) -> UUID | None:
    """Return the tier of the highest rank that is reached, or none; ties go to the lower id."""
    reached = [each for each in thresholds if each.is_reached(spend, points)]
    if not reached:
        return None
    return min(reached, key=lambda each: (-each.rank, each.tier_id)).tier_id
