"""When a carrier that did not answer is asked again, and when no more."""

from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60))
PATIENCE = timedelta(hours=4)
"""So long a carrier is asked for one thing; then it is given up, and people are told."""


def next_try(now: datetime, tries: int) -> datetime:
    """Return when to ask again after so many tries."""
    return now + PAUSES[min(tries, len(PAUSES)) - 1]
