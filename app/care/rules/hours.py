"""Until when an answer is due: hours that count only while the seller works."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_HOURS = 2_000
"""The longest term, in working hours: about a year of eight-hour days."""
ALL_DAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a seller works, by the clock of its zone; without times of day, round the clock.

    `days` are weekdays, Monday 0.
    """

    zone: ZoneInfo
    days: frozenset[int] = ALL_DAYS
    opens: time | None = None
    closes: time | None = None

    def after(self, start: datetime, hours: int) -> datetime:
        """Return the instant at which so many working hours have passed since another, in UTC."""
        left, day = timedelta(hours=hours), start.astimezone(self.zone).date()
        while True:
            if day.weekday() in self.days:
                begin, end = self._window(day)
                begin = max(begin, start)
                if end - begin >= left:
                    return begin + left
                left -= max(end - begin, timedelta())
            day += timedelta(days=1)

    def _window(self, day: date) -> tuple[datetime, datetime]:
        begin = datetime.combine(day, self.opens or time(), self.zone)
        if self.closes is None:
            end = datetime.combine(day + timedelta(days=1), time(), self.zone)
        else:
            end = datetime.combine(day, self.closes, self.zone)
        return begin.astimezone(UTC), end.astimezone(UTC)
