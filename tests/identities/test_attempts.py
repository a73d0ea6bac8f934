"""The rule of waiting: it grows with failures, falls with time, and has an end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from app.identities.rules import Allowance, Counter

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RULE = Allowance(3, 2 * SECOND, 60 * SECOND, 120 * SECOND)
NEW = Counter(0, NOW, None)


def after(number, rule=RULE, at=NOW):
    counter = NEW
    for _ in range(number):
        counter = rule.counted(counter, at)
    return counter


def test_a_few_failures_cost_nothing_and_each_further_one_doubles_the_wait():
    waits = [((after(number).closed_until or NOW) - NOW) / SECOND for number in range(10)]

    assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 60]


def test_waiting_begins_once_on_the_way_up():
    assert [RULE.begins_to_wait(after(number)) for number in range(1, 7)] == [
        *[False] * 3,
        True,
        *[False] * 2,
    ]


def test_failures_are_forgotten_one_by_one():
    tried = after(5)

    later = RULE.counted(tried, NOW + 3 * RULE.forget)

    assert later.failures == 3
    assert later.closed_until is None


@given(some.lists(some.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1))))
def test_nobody_ever_waits_longer_than_the_longest(pauses):
    now, counter = NOW, NEW
    for pause in pauses:
        now += pause
        counter = RULE.counted(counter, now)

        assert (counter.closed_until or now) - now <= RULE.longest
        assert 1 <= counter.failures <= len(pauses)
