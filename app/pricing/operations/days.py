"""Days as people type them, against the instant of the work."""

from datetime import date, datetime

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, EmptyPeriod, Period, period_of_days, zone_of
from app.pricing.errors import PriceFromPast, PriceListPeriodWrong


def day_of(instant: datetime, zone: str) -> date:
    """Return the calendar day of an instant in the zone."""
    return instant.astimezone(zone_of(zone)).date()


def period_of(first_day: date, last_day: date | None, zone: str) -> Period:
    """Make the half-open period of two days; raises `PriceListPeriodWrong` or `Invalid`."""
    try:
        return period_of_days(first_day, last_day, zone)
    except EmptyPeriod as empty:
        raise PriceListPeriodWrong(str(first_day), str(last_day)) from empty
    except DateOutOfSense as senseless:
        raise Invalid("validFrom", str(senseless)) from senseless


def period_from_now(work: Work, first_day: date | None, last_day: date | None, zone: str) -> Period:
    """Make a period that changes nothing before this instant; raises `PriceFromPast`."""
    today = day_of(work.now, zone)
    if first_day is not None and first_day < today:
        raise PriceFromPast(str(first_day), str(today))
    period = period_of(first_day or today, last_day, zone)
    return Period(max(period.start, work.now), period.end)
