"""The worker as a real process that takes jobs once it is said to have started."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.support.patience import PATIENCE_SECONDS, becomes
from workers.relay import Relay

PROJECT = Path(__file__).parents[2]
_COMMAND = ("-m", "dramatiq", "workers.main", "--processes", "1", "--threads", "4")
_WORKS = """
    SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND granted
            AND classid = 0 AND objid = %s
    ) AND (NOT %s OR EXISTS (SELECT FROM dramatiq.worker WHERE heartbeat_at > %s))
"""
_SUSPEND = """
    UPDATE platform.tenant SET status = 'SUSPENDED' WHERE status = 'ACTIVE' RETURNING id
"""
_RESUME = "UPDATE platform.tenant SET status = 'ACTIVE' WHERE id = ANY(%s)"


class WorkerProcess:
    """`dramatiq workers.main`, as the launcher starts it; what it logs shows when a test fails."""

    def __init__(self, owner_dsn: str, environment: dict[str, str]) -> None:
        self._owner_dsn = owner_dsn
        self._environment = os.environ | environment
        self._command: tuple[str, ...] = _COMMAND
        self._running: subprocess.Popen[bytes] | None = None

    def carried_by(self, broker_url: str) -> None:
        """Let RabbitMQ carry the jobs."""
        self._environment["TRIBUTARY_BROKER_URL"] = broker_url

    def draining(self, seconds: int) -> None:
        """Give running jobs so long to end, as the launcher passes it on."""
        self._environment["TRIBUTARY_WORKER_DRAIN_SECONDS"] = str(seconds)
        self._command = (*_COMMAND, "--worker-shutdown-timeout", str(seconds * 1_000))

    def start(self) -> None:
        """Return once it takes jobs and some relay leads: imports alone take seconds."""
        with psycopg.connect(self._owner_dsn, autocommit=True) as connection:
            before = now(connection)
            self._running = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=PROJECT,
                env=self._environment,
                start_new_session=True,
            )
            beats = "TRIBUTARY_BROKER_URL" not in self._environment
            await_worker(connection, before, self._running.poll, beats=beats)

    def ask_to_stop(self) -> None:
        """Say that it is to end, as a deployment does."""
        assert self._running is not None
        self._running.terminate()

    def ended(self) -> int:
        """Wait for its end; returns its exit status."""
        assert self._running is not None
        status = self._running.wait(PATIENCE_SECONDS)
        self._running = None
        return status

    def kill(self) -> None:
        """Kill -9 the whole family, in the middle of whatever it does."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            self._running = None


def now(connection: psycopg.Connection[Any]) -> Any:
    """The instant by the clock that stamps the heartbeats."""
    return connection.execute("SELECT clock_timestamp()").fetchone()[0]


def await_worker(
    connection: psycopg.Connection[Any],
    since: Any,
    ended_with: Callable[[], int | None],
    *,
    beats: bool = True,
) -> None:
    """Return once a relay leads, and a worker has asked the database for jobs after `since`.

    One that asks RabbitMQ has no heart that `beats` in the database.
    """

    def works() -> bool:
        assert ended_with() is None, "the worker ended before it worked"
        return connection.execute(_WORKS, [Relay.lock, beats, since]).fetchone() == (True,)

    assert becomes(works), "the worker does not begin to work"


@contextmanager
def left_alone(owner_dsn: str) -> Iterator[None]:
    """Keep what other tests left behind from a worker, which would do all of that first.

    Their events are taken away, as nobody waits for them; the clock passes over their networks
    until the block ends.
    """
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("DELETE FROM platform.outbox_signal")
        connection.execute("DELETE FROM platform.job")
        connection.execute("DELETE FROM dramatiq.queue")
        others = [found for (found,) in connection.execute(_SUSPEND).fetchall()]
        try:
            yield
        finally:
            connection.execute(_RESUME, [others])


def let_time_pass(owner_dsn: str) -> None:
    """Age the heartbeats, as half a minute of waiting would."""
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("UPDATE dramatiq.worker SET heartbeat_at = now() - interval '1 minute'")
