"""Metrics for Prometheus, at `/metrics` for whoever has the token of the settings.

The processes of one server share a folder (`PROMETHEUS_MULTIPROC_DIR`, set by the launcher), so
that any of them answers for all. Labels are words of ours, and of each at most `_MOST_NAMES`.
"""

import asyncio
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.db.database import Access, Database
from app.edge.cors import ENDPOINT
from app.edge.trail import Ended
from app.kernel.errors import Overload

_MOST_NAMES = 400
_OTHER = "other"
_SOCKET = 101
_WRITE_SECONDS = 1.0
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_SHORTEST_WAIT = 1_000
_WAITS = (0.002, 0.005, 0.025, 0.1, 0.5, 1, 2)
_QUEUE = text("""
    SELECT queue, CASE WHEN due_at IS NULL THEN 'dead' WHEN failures > 0 THEN 'failing'
            ELSE 'waiting' END AS state,
        count(*), extract(epoch FROM now() - min(waits_since))
    FROM platform.job GROUP BY 1, 2
""")
_OUTBOX = text("""
    SELECT count(*), coalesce(extract(epoch FROM now()) - min(
        ('x' || substr(replace(event_id::text, '-', ''), 1, 12))::bit(48)::bigint
    ) / 1000.0, 0)
    FROM platform.outbox_signal
""")

_LANES = text("""
    SELECT state, count(*), extract(epoch FROM now() - min(due_at)) FROM (
        SELECT due_at, CASE WHEN leased_until > now() THEN 'sending'
            WHEN due_at <= now() THEN 'due' WHEN is_resting THEN 'resting' ELSE 'later' END AS state
        FROM platform.webhook_lane
    ) AS lane GROUP BY state
""")
_TALLY = text("SELECT outcome, attempts FROM platform.webhook_tally ORDER BY outcome")


class Names:
    """Finds what belongs to a label's value; beyond the most that there may be, all are `other`."""

    def __init__(self, make: Callable[[str], Any], most: int = _MOST_NAMES) -> None:
        """Make what belongs to a value on its first use."""
        self._make, self._most = make, most
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        found = self._made.get(name)
        if found is None:
            if len(self._made) >= self._most:
                name = _OTHER
            found = self._made[name] = self._make(name)
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self._made.values())


class _Operation:
    """What is counted of one operation; sums are kept here until they are written together."""

    __slots__ = ("counters", "seconds", "sums")

    def __init__(self, of: "Metrics", name: str) -> None:
        self.seconds = of.seconds.labels(name)
        self.counters = [counter.labels(name) for counter in of.counters]
        self.sums = [0] * len(self.counters)

    def write(self) -> None:
        for place, counter in enumerate(self.counters):
            if self.sums[place]:
                counter.inc(self.sums[place])
                self.sums[place] = 0


class Metrics:
    """What is counted of requests; one for a process."""

    def __init__(self) -> None:
        """Begin with a registry of its own, so that tests may make several."""
        registry = self.registry = CollectorRegistry()
        by_operation: dict[str, Any] = {"labelnames": ["operation"], "registry": registry}
        self.seconds = Histogram(
            "tributary_operation_seconds",
            "Time to the end of the answer, by operation.",
            buckets=_SECONDS,
            **by_operation,
        )
        self.counters = [
            Counter(f"tributary_{name}", sentence, **by_operation)
            for name, sentence in (
                ("statements", "SQL statements, by operation."),
                ("requested_cost_points", "Cost asked for, by operation."),
                ("spent_cost_points", "Cost really charged, by operation."),
            )
        ]
        self.waits = Histogram(
            "tributary_pool_wait_seconds",
            "Time that requests waited for a database connection, if a millisecond or more.",
            buckets=_WAITS,
            registry=registry,
        )
        requests = Counter(
            "tributary_requests",
            "Requests by route and status.",
            ["path", "status"],
            registry=registry,
        )
        fallbacks = Counter(
            "tributary_fallbacks",
            "Operations that the compiled executor left to the plain one, by reason.",
            ["reason"],
            registry=registry,
        )
        self._operations = Names(lambda name: _Operation(self, name))
        self._fallbacks = Names(fallbacks.labels)
        self._requests: dict[tuple[str, int], int] = {}
        self._label_request = requests.labels
        self._is_pending = False

    def report(self, ended: Ended) -> None:
        """Count a request that has ended; a WebSocket's or stream's life is no operation's time."""
        key = (ended.path, ended.status)
        self._requests[key] = self._requests.get(key, 0) + 1
        if not self._is_pending:
            self._is_pending = True
            asyncio.get_running_loop().call_later(_WRITE_SECONDS, self.write)
        footprint = ended.footprint
        if ended.path != ENDPOINT or ended.status == _SOCKET or footprint.is_stream:
            return
        operation = self._operations[footprint.operation or _OTHER]
        operation.seconds.observe(ended.seconds)
        sums = operation.sums
        sums[0] += footprint.statements
        sums[1] += footprint.requested
        sums[2] += footprint.spent
        if footprint.waited >= _SHORTEST_WAIT:
            self.waits.observe(footprint.waited / 1_000_000)
        if footprint.fallback:
            self._fallbacks[footprint.fallback].inc()

    def write(self) -> None:
        """Hand on what was added up since the last time, once a second."""
        self._is_pending = False
        for (path, status), count in self._requests.items():
            self._label_request(path, str(status)).inc(count)
        self._requests.clear()
        for operation in self._operations:
            operation.write()

    def render(self) -> bytes:
        """Write what has been counted, in all processes that share the folder."""
        self.write()
        if not is_shared():
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)


def is_shared() -> bool:
    """Whether the processes of this server count together."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ  # As the library asks when it is loaded.


class MetricsPage:
    """Answers `/metrics`, with the state of queue and outbox at that moment."""

    def __init__(self, metrics: Metrics, database: Database, token: str) -> None:
        """Answer whoever has the token."""
        self._metrics, self._database = metrics, database
        self._expected = f"Bearer {token}".encode()

    async def answer(self, request: Request) -> Response:
        """Answer Prometheus; without the token there is no such page."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return PlainTextResponse("Not Found", 404)
        body = self._metrics.render() + await self._queues()
        return Response(body, media_type=_CONTENT_TYPE)

    async def _queues(self) -> bytes:
        registry = CollectorRegistry()
        try:
            async with self._database.transaction(None, Access.READ) as session:
                queue = (await session.execute(_QUEUE)).all()
                signals, age = (await session.execute(_OUTBOX)).one()
                lanes = (await session.execute(_LANES)).all()
                tally = (await session.execute(_TALLY)).all()
        except (Overload, DBAPIError):
            return b""  # What was counted is worth having without them.
        by_state: dict[str, Any] = {"labelnames": ["queue", "state"], "registry": registry}
        jobs = Gauge("tributary_queue_jobs", "Jobs that are not done, by state.", **by_state)
        oldest = Gauge(
            "tributary_queue_oldest_seconds",
            "Age of the job that could run for longest, by state.",
            **by_state,
        )
        for name, state, count, seconds in queue:
            jobs.labels(name, state).set(count)
            oldest.labels(name, state).set(max(0, seconds))
        outbox = Gauge(
            "tributary_outbox_signals", "Events that wait for the relay.", registry=registry
        )
        outbox.set(signals)
        waiting = Gauge("tributary_outbox_oldest_seconds", "Age of the oldest.", registry=registry)
        waiting.set(max(0, age))
        registry.register(_Webhooks(lanes, tally))
        return generate_latest(registry)


class _Webhooks(Collector):
    """What is told of webhooks, in all networks together and by no name of any."""

    def __init__(self, lanes: Iterable[Any], tally: Iterable[Any]) -> None:
        self._lanes, self._tally = lanes, tally

    def collect(self) -> Iterator[Metric]:
        """Return lanes by state with the age of the oldest, and attempts by outcome."""
        lanes = GaugeMetricFamily(
            "tributary_webhook_lanes",
            "Webhooks that have something to send, by state; resting ones are left alone.",
            labels=["state"],
        )
        oldest = GaugeMetricFamily(
            "tributary_webhook_oldest_seconds",
            "For how long the first of the webhooks that are due has waited for a sender.",
        )
        attempts = CounterMetricFamily(
            "tributary_webhook_attempts", "Attempts to deliver, by outcome.", labels=["outcome"]
        )
        numbers, waited = {"due": 0, "later": 0, "resting": 0, "sending": 0}, 0.0
        for state, number, seconds in self._lanes:
            numbers[state] = number
            waited = float(seconds) if state == "due" else waited
        for state, number in numbers.items():
            lanes.add_metric([state], number)
        for outcome, number in self._tally:
            attempts.add_metric([outcome], number)
        oldest.add_metric([], max(0.0, waited))
        return iter((lanes, oldest, attempts))
