"""The relay: one process of all moves signals from the outbox into the job queue (F4).

It sends first and commits the signals' removal after, so a crash sends twice and loses nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import dramatiq

from app.db.outbox import CHANNEL
from workers.leading import POLL_SECONDS, Connection, Leader

BATCH = 100
_TAKE = """
    DELETE FROM platform.outbox_signal
    WHERE event_id = ANY(ARRAY(
        SELECT event_id FROM platform.outbox_signal
        ORDER BY event_id LIMIT %s FOR UPDATE SKIP LOCKED
    ))
    RETURNING event_id, tenant_id, kind
"""

Routes = Mapping[str, Sequence["dramatiq.Actor[..., Any]"]]


class Relay(Leader):
    """Moves signals from the outbox to the actors that hear of them."""

    name: ClassVar = "relay"
    lock: ClassVar = 7_402_119

    def __init__(self, database_url: str, routes: Routes) -> None:
        """Know which actors hear of which kind of event."""
        super().__init__(database_url)
        self._routes = routes

    def lead(self, connection: Connection) -> None:
        """Relay until stopped."""
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
