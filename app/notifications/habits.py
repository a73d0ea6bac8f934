"""When an e-mail may reach a person: pure times of day in a person's own zone, no rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DIGEST_AT = time(8)
"""When a digest goes out to whoever has not said when."""


class EmailTiming(StrEnum):
    """When the e-mail of a notification goes out; quiet hours put off both of the first two."""

    AT_ONCE = "AT_ONCE"
    DAILY = "DAILY"
    NEVER = "NEVER"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Times of day between which no e-mail goes out; `begin` after `end` spans midnight."""

    begin: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether a time of day is quiet; the end itself is not."""
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True)
class Habits:
    """When a person wants to be written to, by the clock of a zone."""

    zone: ZoneInfo
    quiet: QuietHours | None = None
    digest_at: time = DIGEST_AT

    def due(self, timing: EmailTiming, now: datetime) -> datetime | None:
        """Return when an e-mail of now may go out, `now` itself for at once; none for never.

        Where a clock change skips the time of day, the instant is the one after the change.
        """
        if timing == EmailTiming.NEVER:
            return None
        wanted = now if timing == EmailTiming.AT_ONCE else self._next(self.digest_at, now)
        local = wanted.astimezone(self.zone).time()
        if self.quiet is None or not self.quiet.holds(local):
            return wanted
        return self._next(self.quiet.end, wanted)

    def _next(self, at: time, after: datetime) -> datetime:
        """Return the first instant after another at which the zone's clock shows a time of day."""
        today = after.astimezone(self.zone).date()
        return first_after(
            after,
            (
                datetime.combine(today + timedelta(days=days), at, self.zone).astimezone(UTC)
                for days in range(3)
            ),
        )


def first_after(after: datetime, instants: Iterable[datetime]) -> datetime:
    """Return the first of ascending instants that comes after another."""
    return next(instant for instant in instants if instant > after)
