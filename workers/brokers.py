"""What carries jobs to workers: the database, or RabbitMQ where a setting names one.

Either only carries: when a job is due, how often it failed and whether it is dead stand in our own
books (`app/jobs`), so both behave alike. No delay goes through them.
"""

from collections.abc import Sequence
from typing import Any

from dramatiq import Broker, Middleware
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq_postgres import PostgresBroker
from dramatiq_postgres.broker import PostgresConsumer

from app.config import Settings
from app.kernel.errors import Invalid
from workers.connecting import BrokerConnection, ask_again_soon, pool_of

HEARTBEAT_SECONDS, HEARTBEAT_TTL_SECONDS, MAINTENANCE_SECONDS = 5, 20, 10
_SCHEMES = ("amqp://", "amqps://")
# A server that stops answering must not stop the relay for longer.
_BLOCKED_SECONDS = 30


class QuorumBroker(RabbitmqBroker):
    """RabbitMQ with queues that a majority of its nodes keep, and a yes for every message."""

    def __init__(self, url: str, middleware: list[Middleware]) -> None:
        """Connect to nothing yet."""
        super().__init__(url=_bounded(url), confirm_delivery=True, middleware=middleware)

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        arguments: dict[str, Any] = super()._build_queue_arguments(  # pyright: ignore[reportUnknownMemberType]  # not typed there
            queue_name
        )
        return {**arguments, "x-queue-type": "quorum"}


class DrainedConsumer(PostgresConsumer):
    """Gives back what it has claimed and nobody has begun."""

    _consume_conn: BrokerConnection | None

    def get_consume_conn(self) -> BrokerConnection:
        """Return the connection to claim through; one that may be silent is replaced at once."""
        if self._consume_conn is not None and self._consume_conn.is_suspect:
            self._consume_conn.close()
        return super().get_consume_conn()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # not typed there

    def close(self) -> None:
        """End; what is left is for other workers at once."""
        claimed: list[Any] = self.buffer  # pyright: ignore[reportUnknownMemberType]  # not typed there
        self.requeue(claimed)
        claimed.clear()
        super().close()


class DatabaseBroker(PostgresBroker):
    """The queue in the database itself."""

    def close(self) -> None:
        """End, and give all connections back."""
        super().close()
        self.pool.close()  # pyright: ignore[reportUnknownMemberType]  # not typed there

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> DrainedConsumer:
        """Begin to take messages of a queue."""
        return DrainedConsumer(
            broker=self, queue_name=queue_name, prefetch=prefetch, timeout=timeout
        )


def broker_of(settings: Settings, middleware: Sequence[Middleware]) -> Broker:
    """Make what carries jobs; raises `Invalid` for an address that is not RabbitMQ's.

    None of dramatiq's own middleware is in it: retries, delays and limits are ours.
    """
    url = settings.broker_url
    if url is None:
        ask_again_soon()
        return DatabaseBroker(
            pool=pool_of(settings.database_url),
            results=False,
            heartbeat_interval=HEARTBEAT_SECONDS,
            heartbeat_ttl=HEARTBEAT_TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            middleware=list(middleware),
        )
    if not url.startswith(_SCHEMES):
        raise Invalid("TRIBUTARY_BROKER_URL", "must look like amqp://user:password@host:port/name")
    return QuorumBroker(url, list(middleware))


def _bounded(url: str) -> str:
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}blocked_connection_timeout={_BLOCKED_SECONDS}"
