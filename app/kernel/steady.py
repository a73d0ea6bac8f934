"""Between which instants an answer stays what it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Steady(NamedTuple):
    """From `since` on and before `until` nothing begins or ends; none is without bound."""

    since: datetime | None
    until: datetime | None

    def holds_at(self, instant: datetime) -> bool:
        """Tell whether an instant is one of them."""
        begun = self.since is None or self.since <= instant
        return begun and (self.until is None or instant < self.until)


def steady_around(instant: datetime, changes: Iterable[datetime | None]) -> Steady:
    """Return the widest such stretch around an instant, of beginnings and ends; none is no end."""
    since = until = None
    for change in changes:
        if change is None:
            continue
        if change <= instant:
            since = change if since is None or change > since else since
        elif until is None or change < until:
            until = change
    return Steady(since, until)
