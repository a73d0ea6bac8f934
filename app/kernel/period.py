"""Half-open intervals of time in UTC, and how the days that people type become them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIRST_YEAR = 1970
"""The earliest year that makes sense for a trade document."""

LAST_YEAR = 2200
"""The latest year that makes sense for a trade document."""


class EmptyPeriod(ValueError):
    """The period ends before it has begun."""


class NaiveInstant(ValueError):
    """The instant does not say its offset from UTC."""


class DateOutOfSense(ValueError):
    """The date is a slip of the keyboard: outside the years 1970 to 2200."""


class UnknownZone(ValueError):
    """The name is not a time zone of the IANA database."""


def utc_instant(instant: datetime) -> datetime:
    """Return the same instant in UTC, or fail when its offset is unknown."""
    if instant.utcoffset() is None:
        raise NaiveInstant(f"{instant} has no offset")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """From start (included) to end (excluded), both in UTC; without an end it never closes."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc_instant(self.start))
        if self.end is None:
            return
        object.__setattr__(self, "end", utc_instant(self.end))
        if self.end <= self.start:
            raise EmptyPeriod(f"{self.end} is not after {self.start}")

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant lies inside: the start does, the end does not (Our rule 7)."""
        return self.start <= instant and (self.end is None or instant < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether some instant lies in both; periods that only touch do not overlap."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


def sensible_day(day: date) -> date:
    """Pass the day on unchanged, or fail if its year cannot be meant."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DateOutOfSense(f"{day} is not within the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def zone_of(name: str) -> ZoneInfo:
    """Look up a zone by its IANA name, or fail with the name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise UnknownZone(f"{name!r} is not a time zone") from missing


def start_of_day(day: date, zone: str) -> datetime:
    """Return the UTC instant at which the day begins in the zone.

    Where a clock change skips midnight the day begins at the change; where it repeats midnight,
    at the first one.
    """
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def period_of_days(first_day: date, last_day: date | None, zone: str) -> Period:
    """Make the period from two days as a person types them; the last day belongs to it (P17)."""
    start = start_of_day(sensible_day(first_day), zone)
    if last_day is None:
        return Period(start)
    return Period(start, start_of_day(sensible_day(last_day) + timedelta(days=1), zone))
