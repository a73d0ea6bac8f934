"""Connections of workers that give up a server which has fallen silent, and come back soon.

The network may drop a connection without a word to either end. Where nobody answers packets the
system notices (`address_of`); where somebody between does, only a wait that ends helps.
"""

# dramatiq_postgres has no types, and psycopg no public name for a wait that ended.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportPrivateUsage=false

from collections.abc import Mapping
from typing import Any, TypeVar

import psycopg
from dramatiq_postgres import PostgresBroker
from dramatiq_postgres.utils import getconn
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool
from tenacity import wait_random

Result = TypeVar("Result")
Row = tuple[Any, ...]

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
POOL_SECONDS = 3.0
CHECK_SECONDS = 3.0
_SILENT = "the server has fallen silent"
_CONNECTIONS = 16
_PAUSE_SECONDS = 1.0

_KEEPALIVE: Mapping[str, int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
OPTIONS = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
    f"-c statement_timeout={STATEMENT_SECONDS}s -c idle_in_transaction_session_timeout=60s"
)
"""The server must notice a vanished worker as fast as we would: its locks are waited for."""


class PatientConnection(psycopg.Connection[Row]):
    """A connection on which no answer is awaited for ever."""

    answer_seconds: float = STATEMENT_SECONDS + 5.0

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait, by default for as long as a statement may take; then the connection is lost."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds)
        except psycopg.errors._WaitTimeout as silent:  # noqa: SLF001  # psycopg has no other name for it
            self.pgconn.finish()
            raise psycopg.OperationalError(_SILENT) from silent

    def check(self) -> None:
        """Ask for a sign of life, which takes no longer on a busy server."""
        usual, self.answer_seconds = self.answer_seconds, CHECK_SECONDS
        try:
            self.execute("SELECT 1")
        finally:
            self.answer_seconds = usual


class BrokerConnection(PatientConnection):
    """A connection of a broker, whose statements are all short."""

    answer_seconds = 5.0


class PatientAsyncConnection(psycopg.AsyncConnection[Row]):
    """The same for jobs, which would hang for ever and keep a thread each."""

    answer_seconds = PatientConnection.answer_seconds

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # as psycopg has it
    ) -> Result:
        """Wait, by default for as long as a statement may take; then the connection is lost."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.answer_seconds)
        except psycopg.errors._WaitTimeout as silent:  # noqa: SLF001  # psycopg has no other name for it
            self.pgconn.finish()
            raise psycopg.OperationalError(_SILENT) from silent


def address_of(url: str) -> str:
    """Return an address with what makes the system notice that the other end has vanished."""
    return make_conninfo(url, **_KEEPALIVE)


def pool_of(url: str) -> ConnectionPool[BrokerConnection]:
    """Make the pool of a broker, which connects once it is asked.

    An attempt that failed is not awaited: whoever asks next begins a new one at once. Left to
    itself the pool waits twice as long each time, and goes on waiting when the server is back.
    """
    return ConnectionPool(
        address_of(url),
        connection_class=BrokerConnection,
        kwargs={"options": OPTIONS, "application_name": "dramatiq-postgres"},
        min_size=0,
        max_size=_CONNECTIONS,
        open=True,
        timeout=POOL_SECONDS,
        reconnect_timeout=0,
        check=ConnectionPool.check_connection,
    )


def ask_again_soon() -> None:
    """Bound the pauses between a broker's tries; its own grow to half a minute."""
    tried: tuple[Any, ...] = (getconn, PostgresBroker.enqueue)
    for each in tried:
        each.retry.wait = wait_random(0, _PAUSE_SECONDS)
