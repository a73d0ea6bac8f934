"""When an e-mail may go out: pure times of day."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.habits import EmailTiming, Habits, QuietHours

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
NOON = QuietHours(time(12), time(14))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        pytest.param(None, "2026-03-01T23:00+08:00", "2026-03-01T23:00+08:00", id="never quiet"),
        pytest.param(NIGHT, "2026-03-01T21:59+08:00", "2026-03-01T21:59+08:00", id="before"),
        pytest.param(NIGHT, "2026-03-01T22:00+08:00", "2026-03-02T07:00+08:00", id="begins"),
        pytest.param(NIGHT, "2026-03-02T00:30+08:00", "2026-03-02T07:00+08:00", id="past midnight"),
        pytest.param(NIGHT, "2026-03-02T07:00+08:00", "2026-03-02T07:00+08:00", id="ends"),
        pytest.param(NOON, "2026-03-02T13:59+08:00", "2026-03-02T14:00+08:00", id="by day"),
        pytest.param(NOON, "2026-03-02T05:59+00:00", "2026-03-02T14:00+08:00", id="other clock"),
    ],
)
def test_quiet_hours_put_off_until_their_end(quiet, now, due):
    assert Habits(SHANGHAI, quiet).due(EmailTiming.AT_ONCE, at(now)) == at(due)


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        pytest.param(None, "2026-03-01T07:59+08:00", "2026-03-01T08:00+08:00", id="today"),
        pytest.param(None, "2026-03-01T08:00+08:00", "2026-03-02T08:00+08:00", id="tomorrow"),
        pytest.param(
            QuietHours(time(6), time(9)),
            "2026-03-01T07:59+08:00",
            "2026-03-01T09:00+08:00",
            id="not while it is quiet",
        ),
    ],
)
def test_a_digest_comes_at_its_time_of_day(quiet, now, due):
    assert Habits(SHANGHAI, quiet, time(8)).due(EmailTiming.DAILY, at(now)) == at(due)


def test_what_is_not_wanted_is_never_due():
    assert Habits(SHANGHAI).due(EmailTiming.NEVER, at("2026-03-01T12:00+08:00")) is None


def test_a_time_of_day_that_the_clock_skips_comes_right_after():
    habits = Habits(BERLIN, digest_at=time(2, 30))  # On 29 March 2026 two o'clock is three.

    due = habits.due(EmailTiming.DAILY, at("2026-03-29T00:00+01:00"))

    assert due == at("2026-03-29T03:30+02:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    st.sampled_from([SHANGHAI, BERLIN]),
)
def test_nothing_is_due_in_the_past_nor_later_than_two_days(now, begin, end, zone):
    quiet = QuietHours(begin, end) if begin != end else None

    due = Habits(zone, quiet).due(EmailTiming.DAILY, now)

    assert due is not None
    assert 0 < (due - now).total_seconds() <= 49 * 3600
