"""Days as people type them, against the instant of the work (Our rule 7)."""

from datetime import date, datetime

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, EmptyPeriod, Period, period_of_days
from app.promotions.errors import TradeSchemeFromPast, TradeSchemePeriodWrong
from app.tenants.operations import local_day, tenant_of


async def period_of(work: Work, first_day: date | None, last_day: date | None) -> Period:
    """Make the half-open period of two days; from now without a first.

    A first day that is today begins now. Raises `TradeSchemePeriodWrong`, `TradeSchemeFromPast`
    or `Invalid`.
    """
    today = await local_day(work)
    if first_day is not None and first_day < today:
        raise TradeSchemeFromPast(str(first_day), str(today))
    zone, first = (await tenant_of(work)).time_zone, first_day or today
    try:
        period = period_of_days(first, last_day, zone)
    except EmptyPeriod as empty:
        raise TradeSchemePeriodWrong(str(first), str(last_day)) from empty
    except DateOutOfSense as senseless:
        raise Invalid("validFrom", str(senseless)) from senseless
    return Period(max(period.start, work.now), period.end)


async def end_of(work: Work, last_day: date | None) -> datetime:
    """Return the end of a day, or this instant without one; raises `TradeSchemeFromPast`."""
    if last_day is None:
        return work.now
    try:
        period = await period_of(work, None, last_day)
    except TradeSchemePeriodWrong as over:
        raise TradeSchemeFromPast(str(last_day), over.first_day).at("lastDay") from over
    return period.end or work.now
