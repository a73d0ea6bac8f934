"""How much of a scarce SKU a customer may have in a period (domain.md (b) 26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.inventory.rules.demands import Demand


class QuotaPeriod(StrEnum):
    """How often a quota starts anew; by the days of the network's zone.

    DAY, WEEK (from Monday) and MONTH are the calendar's; WHOLE never starts anew.
    """

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    WHOLE = "WHOLE"


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What a quota still leaves one customer of a SKU, in the period that began on `starts_on`."""

    quota_id: UUID
    relationship_id: UUID
    sku_id: UUID
    starts_on: date
    most: Decimal
    left: Decimal


class Bounds:
    """What quotas leave while demands are served one after the other; every quota binds."""

    def __init__(self, quotas: Sequence[QuotaLeft]) -> None:
        """Begin with what is left now."""
        self._of: dict[tuple[UUID | None, UUID], list[QuotaLeft]] = {}
        self._left: dict[tuple[UUID, UUID], Decimal] = {}
        for quota in quotas:
            self._of.setdefault((quota.relationship_id, quota.sku_id), []).append(quota)
            self._left[quota.quota_id, quota.relationship_id] = quota.left

    def within(self, demand: Demand) -> Decimal:
        """Return how much of a demand its quotas let through, in whole packs where they bind."""
        binding = [self._left[each.quota_id, each.relationship_id] for each in self._quotas(demand)]
        least = max(Decimal(0), min(binding, default=demand.quantity))
        if least >= demand.quantity:
            return demand.quantity
        return least // demand.pack * demand.pack

    def take(self, demand: Demand, pieces: Decimal) -> None:
        """Count what a demand was given."""
        for quota in self._quotas(demand):
            self._left[quota.quota_id, quota.relationship_id] -= pieces

    def _quotas(self, demand: Demand) -> Sequence[QuotaLeft]:
        return self._of.get((demand.buyer.relationship_id, demand.sku_id), ())


def period_start(period: QuotaPeriod, starts_on: date, day: date) -> date:
    """Return the first day of the period that a day lies in, of a quota valid from `starts_on`."""
    match period:
        case QuotaPeriod.DAY:
            return day
        case QuotaPeriod.WEEK:
            return day - timedelta(days=day.weekday())
        case QuotaPeriod.MONTH:
            return day.replace(day=1)
        case QuotaPeriod.WHOLE:
            return starts_on
