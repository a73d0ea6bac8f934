"""Days of standing orders: weekdays of every so many weeks, at a time of the buyer's clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ordering.rules.calendar import Calendar

MONDAY = date(2026, 11, 23)


def calendar(**more):
    given = {
        "weekdays": frozenset({1, 4}),
        "every_weeks": 1,
        "starts_on": MONDAY,
        "ends_on": None,
        "zone": "Asia/Shanghai",
        "at": time(7, 30),
    }
    return Calendar(**given | more)


def test_it_comes_on_its_weekdays_of_every_second_week():
    days = calendar(every_weeks=2, ends_on=date(2026, 12, 24)).days_from(MONDAY)

    assert [f"{day:%m-%d}" for day in days] == [
        "11-23",
        "11-26",
        "12-07",
        "12-10",
        "12-21",
        "12-24",
    ]


def test_weeks_count_from_the_week_of_the_first_day_even_if_that_is_none_of_its_days():
    days = calendar(every_weeks=2, starts_on=MONDAY + timedelta(days=1)).days_from(MONDAY)

    assert [next(days), next(days)] == [date(2026, 11, 26), date(2026, 12, 7)]


def test_its_instant_is_that_of_the_buyers_clock():
    assert calendar().instant_of(MONDAY) == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    late = calendar(zone="America/New_York").next_after(datetime(2026, 11, 23, 12, 30, tzinfo=UTC))
    assert late == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 02:30 does not come
        (date(2027, 10, 31), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # 02:30 comes twice
    ],
)
def test_a_clock_change_neither_skips_nor_doubles_it(day, instant):
    odd = calendar(zone="Europe/Berlin", at=time(2, 30), weekdays=frozenset({7}))

    assert odd.instant_of(day) == instant
    assert odd.due(day, instant) == [day]
    assert odd.due(day, instant - timedelta(microseconds=1)) == []


WEEKDAYS = st.frozensets(st.integers(1, 7), min_size=1)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"])
CALENDARS = st.builds(
    calendar,
    weekdays=WEEKDAYS,
    every_weeks=st.integers(1, 5),
    starts_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    zone=ZONES,
    at=st.times(),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(CALENDARS, INSTANTS)
def test_the_next_day_is_after_the_instant_and_none_lies_between(found, instant):
    day = found.next_after(instant)

    assert day is not None
    assert found.has(day)
    assert found.instant_of(day) > instant
    between = found.days_from(found.starts_on)
    assert all(found.instant_of(each) <= instant for each in iter(lambda: next(between), day))


@given(CALENDARS, INSTANTS, st.integers(0, 60))
def test_no_day_is_due_twice_and_none_is_forgotten_however_long_nobody_looked(
    found, instant, pause
):
    first = found.next_after(instant)
    assert first is not None
    later = instant + timedelta(days=pause)

    due = found.due(first, later)
    after = found.next_after(later)

    assert after is not None
    assert found.due(first, found.instant_of(after)) == [*due, after]
    assert len(set(due)) == len(due)
