"""A second opinion on an answer that does not come: is it being worked on, or lost.

Slowness alone says nothing: a busy server answers late. So the server is asked through a new
connection what the session is doing. One that works on the statement, or that cannot be asked
about, is waited for. One that is idle, or gone, while we wait for its answer never got the
question, or its answer was lost on the way: nothing will ever come.
"""

import threading
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Generic, TypeVar

from psycopg import ConnectionInfo
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.waiting import Ready, Wait

from workers.patience import (
    DOUBT_SECONDS,
    LONGEST_DOUBT_SECONDS,
    LOOK_SECONDS,
    LOOKS_AT_ONCE,
    UNDER_WAY_SECONDS,
)

Result = TypeVar("Result")

# One who took over its number began later. Where a pooler stands between, numbers mean nothing:
# then a session that is not found says nothing either.
_SESSION = """
    pid = %(pid)s AND usename = current_user AND backend_start < clock_timestamp()
        - make_interval(secs => greatest(%(age)s - 1, 0))
"""
LOOK = f"""
    SELECT coalesce(
        bool_or(coalesce(state LIKE 'idle%%', false)
            AND state_change < clock_timestamp() - make_interval(secs => {UNDER_WAY_SECONDS})),
        pg_backend_pid() = %(own)s)
    FROM pg_stat_activity WHERE {_SESSION}
""".encode()  # noqa: S608  # fragments of this module
END = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_SESSION}".encode()  # noqa: S608  # likewise
"""Else it would hold its locks, and the lead, until the server doubts too."""

LOOKING = threading.BoundedSemaphore(LOOKS_AT_ONCE)


class Alarm:
    """When a connection of this process was last found silent: others may be, that say nothing."""

    raised_at = float("-inf")

    def sound(self) -> None:
        """Let everything that was heard of last before now be suspected."""
        self.raised_at = time.monotonic()


ALARM = Alarm()


class Asked(Generic[Result]):
    """What the driver waits for; a wait for it may end, and another go on with it."""

    def __init__(self, asking: PQGen[Result]) -> None:
        """Begin with the first wait."""
        self._asking = asking
        self._state: Wait | None = None

    def further(self) -> PQGen[Result]:
        """Go on from where the last wait ended."""
        return self._further()

    def _further(self) -> Generator[Wait, Ready | int, Result]:
        try:
            if self._state is None:
                self._state = next(self._asking)
            while True:
                ready = yield self._state
                self._state = self._asking.send(ready)  # pyright: ignore[reportArgumentType]  # as the driver does
        except StopIteration as done:
            return done.value


def doubts(longest: float) -> Iterator[float]:
    """Yield how long to wait before each doubt, and before giving up at last."""
    pause, left = DOUBT_SECONDS, longest
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(2 * pause, LONGEST_DOUBT_SECONDS)


def beside(info: ConnectionInfo) -> str:
    """Return the address of a connection, for another to the same server."""
    given = {"connect_timeout": LOOK_SECONDS, "options": f"-c statement_timeout={LOOK_SECONDS}s"}
    return make_conninfo("", **{**info.get_parameters(), "password": info.password, **given})


def session_of(info: ConnectionInfo, since: float, own: int = 0) -> Mapping[str, Any]:
    """Name a session for `LOOK` and `END`, which the connection with the number `own` asks."""
    return {"pid": info.backend_pid, "age": time.monotonic() - since, "own": own}
