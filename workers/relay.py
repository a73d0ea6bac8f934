"""The relay: one process of all moves signals from the outbox into the job queue (F4).

It sends first and commits the signals' removal after, so a crash sends twice and loses nothing.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import dramatiq
import psycopg
from dramatiq import Broker, Middleware

from app.db.outbox import CHANNEL

log = logging.getLogger("tributary.relay")
Connection = psycopg.Connection[tuple[Any, ...]]

LEADER_LOCK = 7_402_119
BATCH = 100
POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
# The server must notice a vanished leader as fast as we would, or nobody leads.
_KEEPALIVE = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
    "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000"
)
_TAKE = """
    DELETE FROM platform.outbox_signal
    WHERE event_id = ANY(ARRAY(
        SELECT event_id FROM platform.outbox_signal
        ORDER BY event_id LIMIT %s FOR UPDATE SKIP LOCKED
    ))
    RETURNING event_id, tenant_id, kind
"""

Routes = Mapping[str, Sequence["dramatiq.Actor[..., Any]"]]


class Relay:
    """Moves signals while it holds the leader's lock, and waits for the lock otherwise."""

    def __init__(self, database_url: str, routes: Routes) -> None:
        """Know which actors hear of which kind of event."""
        self._url, self._routes = database_url, routes
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let `run` end soon."""
        self._stopping.set()

    def run(self) -> None:
        """Relay until stopped, through lost connections."""
        pause = POLL_SECONDS
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, options=_KEEPALIVE) as connection:
                    self._lead(connection)
                pause = POLL_SECONDS
            except Exception:  # A worker that lost its relay would look healthy.
                log.warning("relaying was interrupted; trying again", exc_info=True)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _lead(self, connection: Connection) -> None:
        while not self._stopping.is_set() and not _is_leader(connection):
            self._stopping.wait(POLL_SECONDS)
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            if self._relay_batch(connection) < BATCH:
                # The door bell only shortens the wait: a missed one costs a second.
                list(connection.notifies(timeout=POLL_SECONDS, stop_after=1))

    def _relay_batch(self, connection: Connection) -> int:
        with connection.transaction():
            signals = connection.execute(_TAKE, [BATCH]).fetchall()
            for event_id, tenant_id, kind in sorted(signals):
                for actor in self._routes.get(kind, ()):
                    actor.send(str(tenant_id), str(event_id))
        return len(signals)


class Relaying(Middleware):
    """Runs the relay beside the jobs, in a thread of each worker process."""

    def __init__(self, relay: Relay) -> None:
        """Start nothing before the process has forked."""
        self._relay = relay
        self._thread = threading.Thread(target=relay.run, name="relay", daemon=True)

    def after_worker_boot(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin when jobs can run."""
        del broker, worker
        self._thread.start()

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """End before the broker closes."""
        del broker, worker
        self._relay.stop()
        self._thread.join(timeout=2 * POLL_SECONDS)


def _is_leader(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
    return row == (True,)
