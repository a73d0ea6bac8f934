"""Promises of half-open periods."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.kernel.period import (
    DateOutOfSense,
    EmptyPeriod,
    NaiveInstant,
    Period,
    UnknownZone,
    period_of_days,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_last_day_typed_belongs_to_the_period() -> None:
    june = period_of_days(date(2026, 6, 1), date(2026, 6, 30), "Asia/Shanghai")

    end = datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert june == Period(datetime(2026, 5, 31, 16, tzinfo=UTC), end)
    assert june.contains(june.start)
    assert june.contains(end - timedelta(microseconds=1))
    assert not june.contains(end)


def test_an_open_period_never_closes() -> None:
    assert period_of_days(date(2026, 6, 1), None, "UTC").contains(datetime(2199, 1, 1, tzinfo=UTC))


def test_a_day_of_clock_change_has_its_real_length() -> None:
    day = period_of_days(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")

    assert day.end is not None
    assert day.end - day.start == timedelta(hours=23)


def test_periods_that_touch_do_not_overlap() -> None:
    first, second = Period(NOON, NOON + HOUR), Period(NOON + HOUR)

    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert Period(NOON).overlaps(first)


def test_instants_are_kept_in_utc() -> None:
    period = period_of_days(date(2026, 1, 1), date(2026, 1, 2), "America/New_York")

    assert period.start.tzinfo is UTC


@pytest.mark.parametrize("end", [NOON, NOON - HOUR])
def test_a_period_that_holds_no_instant_is_refused(end: datetime) -> None:
    with pytest.raises(EmptyPeriod):
        Period(NOON, end)


def test_a_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(EmptyPeriod):
        period_of_days(date(2026, 6, 2), date(2026, 6, 1), "UTC")


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        Period(NOON.replace(tzinfo=None))


@pytest.mark.parametrize("year", [1969, 2201, 9999])
def test_a_year_that_cannot_be_meant_is_refused(year: int) -> None:
    with pytest.raises(DateOutOfSense):
        period_of_days(date(2026, 1, 1), date(year, 12, 31), "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Asia"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        period_of_days(date(2026, 1, 1), None, zone)
