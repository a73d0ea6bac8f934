"""On which days goods are delivered, and until when one orders for a day: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from app.deliverydays.errors import CutOffPassed, NoDeliveryDay
from app.kernel.period import zone_of

MOST_LEAD_DAYS = 60
LOOKED_AHEAD = 400
"""How many days on one looks for a day of delivery."""
NAMED = 3
"""How many days a refusal names."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeliveryDay:
    """A day of delivery, and the instant before which one orders for it."""

    on: date
    order_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """Some weekdays (1 is Monday) but for holidays; orders come before the cut-off.

    It strikes `lead_days` before the day of delivery, on the clocks of the zone.
    """

    weekdays: frozenset[int]
    holidays: frozenset[date]
    cut_off: time
    lead_days: int
    zone: str

    def delivers_on(self, day: date) -> bool:
        """Tell whether it is a day of delivery."""
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def order_before(self, day: date) -> datetime:
        """Return the cut-off for a day of delivery, in UTC."""
        local = datetime.combine(day - self.lead_days * _DAY, self.cut_off, zone_of(self.zone))
        return local.astimezone(UTC)

    def following(self, instant: datetime, first: date | None = None) -> Iterator[DeliveryDay]:
        """Yield the days for which one may still order at an instant, from a day on."""
        today = instant.astimezone(zone_of(self.zone)).date()
        begins = today if first is None else max(first, today)
        for number in range(LOOKED_AHEAD):
            day = begins + number * _DAY
            if self.delivers_on(day) and instant < (before := self.order_before(day)):
                yield DeliveryDay(day, before)

    def first_from(self, first: date) -> DeliveryDay | None:
        """Return the first day of delivery from a day on, whether or not its cut-off has passed."""
        days = (first + number * _DAY for number in range(LOOKED_AHEAD))
        found = next((day for day in days if self.delivers_on(day)), None)
        return None if found is None else DeliveryDay(found, self.order_before(found))

    def check(self, day: date, instant: datetime) -> None:
        """Raise `NoDeliveryDay` or `CutOffPassed`, which name the next days, unless it is right."""
        before = self.order_before(day)
        delivers = self.delivers_on(day)
        if delivers and instant < before:
            return
        following = [str(each.on) for each in islice(self.following(instant), NAMED)]
        named = ", ".join(following) or "none within a year"
        if not delivers:
            raise NoDeliveryDay(str(day), named)
        until = f"{before.astimezone(zone_of(self.zone)):%Y-%m-%d %H:%M}"
        raise CutOffPassed(str(day), until, named)
