"""On which days, and at which instants, a standing order is made: pure (domain.md (b) 60)."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.kernel.period import LAST_YEAR, zone_of

MOST_WEEKS = 52
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Some weekdays (1 is Monday) of every so many weeks, at one time of the clock in a zone.

    Weeks count from that of `starts_on`; `ends_on` is the last day, and belongs to it. `latest`
    tells for a day the instant by which it is made at the latest, if there is one.
    """

    weekdays: frozenset[int]
    every_weeks: int
    starts_on: date
    ends_on: date | None
    zone: str
    at: time
    latest: Callable[[date], datetime | None] | None = None

    def has(self, day: date) -> bool:
        """Tell whether the day is one of them."""
        if day < self.starts_on or (self.ends_on is not None and day > self.ends_on):
            return False
        weeks = (_monday(day) - _monday(self.starts_on)) // _WEEK
        return day.isoweekday() in self.weekdays and weeks % self.every_weeks == 0

    def instant_of(self, day: date) -> datetime:
        """Return when it is made on a day, in UTC; a time that a clock change skips comes after it.

        Of one that a clock change repeats it is the first.
        """
        at = datetime.combine(day, self.at, zone_of(self.zone)).astimezone(UTC)
        latest = None if self.latest is None else self.latest(day)
        return at if latest is None else min(at, latest)

    def day_of(self, instant: datetime) -> date:
        """Return the day of an instant in the zone."""
        return instant.astimezone(zone_of(self.zone)).date()

    def days_from(self, first: date, but: Collection[date] = ()) -> Iterator[date]:
        """Yield its days from one on, but those that are left out; none where it never comes."""
        day = max(first, self.starts_on)
        while day.year <= LAST_YEAR and (self.ends_on is None or day <= self.ends_on):
            if self.has(day) and day not in but:
                yield day
            day += _DAY

    def next_after(self, instant: datetime, but: Collection[date] = ()) -> date | None:
        """Return the first day whose instant is after this one; none when it has ended."""
        days = self.days_from(self.day_of(instant) - _DAY, but)
        return next((day for day in days if self.instant_of(day) > instant), None)

    def due(self, first: date, instant: datetime, but: Collection[date] = ()) -> list[date]:
        """Return its days from one on whose instants have come, the oldest first."""
        found: list[date] = []
        for day in self.days_from(first, but):
            if self.instant_of(day) > instant:
                break
            found.append(day)
        return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)
