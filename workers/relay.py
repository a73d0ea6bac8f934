"""The relay: one process of all brings events to the books of jobs, and due jobs to workers (F4).

A job that is sent is due again after a while, in case that nobody has done it until then: whatever
loses a message, be it this process or the broker, loses no job.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from app.db.outbox import CHANNEL
from workers.leading import Connection, Leader
from workers.patience import LEAD_SECONDS

BATCH = 1_000
MOST_AT_ONCE = 100
MOST_OF_TENANT = 32
MOST_OF_QUEUE = 1_000
LEASE_SECONDS = 15
_SHORT_PAUSE, _LONG_PAUSE, _WORD_SECONDS = 0.02, 0.25, 1.0
_SWEEP_SECONDS = 60.0

_BOOK = """
    WITH taken AS (
        DELETE FROM platform.outbox_signal
        WHERE event_id = ANY(ARRAY(
            SELECT event_id FROM platform.outbox_signal
            ORDER BY event_id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
        ))
        RETURNING event_id, tenant_id, kind
    ), booked AS (
        INSERT INTO platform.job
            (tenant_id, event_id, listener, queue, waits_since, due_at, sends, starts, failures)
        SELECT tenant_id, event_id, listener, queue, now(), now(), 0, 0, 0
        FROM taken
        JOIN unnest(
            %(kinds)s::text[], %(listeners)s::text[], %(queues)s::text[], %(chosen)s::bool[]
        ) AS heard(kind, listener, queue, is_chosen) USING (kind)
        WHERE NOT is_chosen OR EXISTS (
            SELECT FROM platform.job_choice AS choice
            WHERE choice.tenant_id = taken.tenant_id AND choice.listener = heard.listener
                AND choice.kind = taken.kind
        )
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM taken
"""
# Tenants take turns: whoever has the fewest jobs on their way comes first. The first CTE hops from
# tenant to tenant through the index, so a long queue of one costs no more than a short one.
_TAKE = """
    WITH RECURSIVE waiting AS (
        (
            SELECT queue, tenant_id FROM platform.job
            WHERE due_at IS NOT NULL ORDER BY queue, tenant_id LIMIT 1
        )
        UNION ALL
        SELECT next.queue, next.tenant_id FROM waiting CROSS JOIN LATERAL (
            SELECT queue, tenant_id FROM platform.job
            WHERE due_at IS NOT NULL
                AND (queue, tenant_id) > (waiting.queue, waiting.tenant_id)
            ORDER BY queue, tenant_id LIMIT 1
        ) AS next
    ), sent AS (
        SELECT queue, tenant_id, (
            SELECT count(*) FROM platform.job
            WHERE job.queue = waiting.queue AND job.tenant_id = waiting.tenant_id
                AND sends > 0 AND due_at > now()
        ) AS number
        FROM waiting
    ), candidate AS (
        SELECT sent.queue, job.*,
            sent.number + row_number() OVER (
                PARTITION BY sent.queue, sent.tenant_id ORDER BY job.due_at, job.event_id
            ) AS turn
        FROM sent CROSS JOIN LATERAL (
            SELECT tenant_id, event_id, listener, due_at FROM platform.job
            WHERE job.queue = sent.queue AND job.tenant_id = sent.tenant_id
                AND due_at <= now() AND listener = ANY(%(listeners)s)
            ORDER BY due_at, event_id
            LIMIT greatest(%(most_of_tenant)s - sent.number, 0)
        ) AS job
    ), ranked AS (
        SELECT tenant_id, event_id, listener, queue,
            row_number() OVER (PARTITION BY queue ORDER BY turn, due_at, event_id) AS place
        FROM candidate
    ), room AS (
        SELECT queue, least(%(most_at_once)s, %(most_of_queue)s - sum(number)) AS number
        FROM sent GROUP BY queue
    ), chosen AS (
        SELECT tenant_id, event_id, listener, place
        FROM ranked JOIN room USING (queue)
        JOIN platform.job USING (tenant_id, event_id, listener)
        WHERE place <= room.number
        FOR UPDATE OF job SKIP LOCKED
    )
    UPDATE platform.job SET sends = sends + 1,
        due_at = now() + make_interval(secs => %(lease)s * 2 ^ least(sends, 8))
    FROM chosen
    WHERE job.tenant_id = chosen.tenant_id AND job.event_id = chosen.event_id
        AND job.listener = chosen.listener AND job.due_at <= now()
    RETURNING chosen.place, job.tenant_id, job.event_id, job.listener
"""
_GIVE_BACK = """
    UPDATE platform.job SET sends = sends - 1, due_at = now()
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS unsent(tenant_id, event_id, listener)
    WHERE job.tenant_id = unsent.tenant_id AND job.event_id = unsent.event_id
        AND job.listener = unsent.listener AND job.sends > 0
"""
_NEXT = """
    SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float FROM platform.job
"""
# Nothing waits for longer than this but after a clock went backwards.
_SWEEP = """
    UPDATE platform.job SET due_at = now() WHERE due_at > now() + interval '2 hours'
"""


class Sender(Protocol):
    """Hands a job to whatever carries it to a worker."""

    def send(self, tenant_id: str, event_id: str, /) -> object:
        """Return once the job is safe there, or raise."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """Who hears of which kinds of events, in which queue, and how to reach them."""

    listener: str
    queue: str
    kinds: frozenset[str]
    sender: Sender
    is_chosen: bool = False
    """Whether it hears only what somebody in the network has chosen."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that is about to be sent."""

    tenant_id: UUID
    event_id: UUID
    listener: str


class Relay(Leader):
    """Moves events into the books of jobs, and due jobs to their senders."""

    name: ClassVar = "relay"
    lock: ClassVar = 7_402_119
    idle_seconds: ClassVar = LEAD_SECONDS

    def __init__(
        self, database_url: str, routes: Sequence[Route], lease_seconds: float = LEASE_SECONDS
    ) -> None:
        """Know who hears of which kind of event, and after how long a sent job is due again.

        Each time that it was sent in vain, that doubles.
        """
        super().__init__(database_url)
        self._senders: Mapping[str, Sender] = {route.listener: route.sender for route in routes}
        heard = [(kind, route) for route in routes for kind in sorted(route.kinds)]
        self._parameters: dict[str, Any] = {
            "batch": BATCH,
            "kinds": [kind for kind, _ in heard],
            "listeners": [route.listener for _, route in heard],
            "queues": [route.queue for _, route in heard],
            "chosen": [route.is_chosen for _, route in heard],
        }
        self._limits: dict[str, Any] = {
            "listeners": list(self._senders),
            "most_at_once": MOST_AT_ONCE,
            "most_of_tenant": MOST_OF_TENANT,
            "most_of_queue": MOST_OF_QUEUE,
            "lease": lease_seconds,
        }

    def lead(self, connection: Connection) -> None:
        """Relay until stopped."""
        connection.execute(f"LISTEN {CHANNEL}")
        pause, swept_at = _SHORT_PAUSE, -_SWEEP_SECONDS
        while not self._stopping.is_set():
            connection.check()
            if time.monotonic() - swept_at > _SWEEP_SECONDS:
                connection.execute(_SWEEP)
                swept_at = time.monotonic()
            moved = self.book(connection) + self.send_due(connection)
            pause = _SHORT_PAUSE if moved else min(2 * pause, _LONG_PAUSE)
            # The door bell only shortens the wait: a missed one costs a second.
            list(connection.notifies(timeout=_wait(connection, pause), stop_after=1))

    def book(self, connection: Connection) -> int:
        """Turn events into jobs, one for each who hears of them; returns how many events.

        A choice that was committed before an event counts for it.
        """
        row = connection.execute(_BOOK, self._parameters).fetchone()
        return row[0] if row else 0

    def send_due(self, connection: Connection) -> int:
        """Send what is due, tenants in turns; returns how many jobs.

        No lock is held meanwhile, as a broker may take its time; a word now and then keeps the
        lead. What could not be sent is due at once.
        """
        rows = connection.execute(_TAKE, self._limits).fetchall()
        unsent = [Taken(*row) for _, *row in sorted(rows)]
        number, said_at = len(unsent), time.monotonic()
        try:
            while unsent:
                if time.monotonic() - said_at > _WORD_SECONDS:
                    connection.check()
                    said_at = time.monotonic()
                job = unsent[0]
                self._senders[job.listener].send(str(job.tenant_id), str(job.event_id))
                del unsent[0]
        finally:
            if unsent:
                _give_back(connection, unsent)
        return number


def _give_back(connection: Connection, unsent: Sequence[Taken]) -> None:
    connection.execute(
        _GIVE_BACK,
        [
            [job.tenant_id for job in unsent],
            [job.event_id for job in unsent],
            [job.listener for job in unsent],
        ],
    )


def _wait(connection: Connection, pause: float) -> float:
    """Return for how long nothing is due, at least the pause where something is held back."""
    row = connection.execute(_NEXT).fetchone()
    seconds = _WORD_SECONDS if row is None or row[0] is None else row[0]
    return min(max(seconds, pause), _WORD_SECONDS)
