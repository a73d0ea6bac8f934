"""When to try again, when to give up, and when to leave a receiver alone for a while."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000, 50_400, 72_000)
)
"""Before each further attempt: twelve in some fifty hours, then it is given up."""
MOST_TRIES = len(PAUSES) + 1
FAILURES_THAT_OPEN = 5
"""So many failures in a row, of whatever events, and the breaker opens."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
LONGEST_FAILING = timedelta(days=3)
"""A receiver that has answered nothing well for so long is switched off, and its people told."""
LONGEST_ASKED = timedelta(days=1)
"""A receiver may ask by Retry-After to be left alone, for so long at most."""
OLD_SECRET_HOURS, MOST_OLD_SECRET_HOURS = 24, 7 * 24
_JITTER_PERCENT = 20
_MOST_DIGITS = 9

Draw = Callable[[int], int]
"""Draws a whole number below the given one; so many receivers do not come back at once."""


def next_try(now: datetime, tries: int, draw: Draw) -> datetime:
    """Return when to try again after so many tries: by the schedule, up to a fifth later."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return now + pause * (100 + draw(_JITTER_PERCENT + 1)) / 100


def resting_until(now: datetime, failures: int, draw: Draw) -> datetime | None:
    """Return until when the breaker stays open after so many failures in a row; none if closed."""
    if failures < FAILURES_THAT_OPEN:
        return None
    doublings = min(failures - FAILURES_THAT_OPEN, 6)
    rest = min(FIRST_REST * 2**doublings, LONGEST_REST)
    return now + rest * (100 + draw(_JITTER_PERCENT + 1)) / 100


def asked_until(now: datetime, retry_after: str) -> datetime | None:
    """Return until when a receiver asked to be left alone: in seconds, or by an HTTP date.

    No longer than `LONGEST_ASKED`; none for what lies behind us, and for what is neither.
    """
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        asked = now + min(timedelta(seconds=int(said[:_MOST_DIGITS])), LONGEST_ASKED)
    else:
        try:
            asked = parsedate_to_datetime(said)
            asked = asked.astimezone(UTC) if asked.tzinfo else asked.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None
    return min(asked, now + LONGEST_ASKED) if asked > now else None


def is_to_be_switched_off(now: datetime, failing_since: datetime | None) -> bool:
    """Whether a receiver has failed for days without a single good answer."""
    return failing_since is not None and now - failing_since >= LONGEST_FAILING
