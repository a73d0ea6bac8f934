"""Connections of workers that give up a server which has fallen silent, and come back soon.

The network may drop a connection without a word to either end. Where nobody answers packets the
system notices (`address_of`); where somebody between does, only the server can tell
(`workers/doubting.py`).
"""

# dramatiq_postgres has no types, and psycopg no public name for a wait that ended.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportPrivateUsage=false

import asyncio
import time
from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import dramatiq.worker
import psycopg
from dramatiq_postgres import PostgresBroker
from dramatiq_postgres.utils import getconn
from psycopg import Notify
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.errors import _WaitTimeout
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from tenacity import wait_random

from app.db.database import Database
from workers.doubting import (
    ALARM,
    END,
    LOOK,
    LOOKING,
    Asked,
    beside,
    doubts,
    session_of,
)
from workers.patience import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    LOOK_SECONDS,
    POOL_SECONDS,
    STATEMENT_SECONDS,
)

Result = TypeVar("Result")
Row = tuple[Any, ...]

_SILENT = "the server has fallen silent"
_SUSPECTED = "another connection was found silent after this one was last heard of"
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


class Heard:
    """Remembers when a connection was made, and when its server was last heard on it."""

    made_at: float
    heard_at: float

    def note_made(self) -> None:
        """Count what connecting itself was answered."""
        self.made_at = self.heard_at = time.monotonic()

    @property
    def is_suspect(self) -> bool:
        """Whether another connection of this process was found silent since."""
        return self.heard_at < ALARM.raised_at


class PatientConnection(psycopg.Connection[Row], Heard):
    """A connection on which no answer is awaited that cannot come, and none for ever."""

    answer_seconds: float = ANSWER_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:
        """Take over what was connected."""
        super().__init__(*given, **named)
        self.note_made()

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait, by default while the server works on the answer, `answer_seconds` at most."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        asked = Asked(gen)
        for seconds in doubts(self.answer_seconds):
            with suppress(_WaitTimeout):
                return self._heard(super().wait(asked.further(), interval, seconds))
            if self._is_lost():
                with suppress(_WaitTimeout):  # It may have come while we asked.
                    return self._heard(super().wait(asked.further(), interval, 0.0))
                break
        raise self._given_up()

    def check(self) -> None:
        """Ask for a sign of life."""
        self.execute("SELECT 1")

    def _heard(self, result: Result) -> Result:
        self.heard_at = time.monotonic()
        return result

    def _is_lost(self) -> bool:
        if not LOOKING.acquire(blocking=False):
            return False
        try:
            with _Look.connect(beside(self.info), autocommit=True) as look:
                session = session_of(self.info, self.made_at, look.info.backend_pid)
                return look.execute(LOOK, session).fetchone() == (True,)
        except psycopg.Error:  # Whom nobody can ask may still be busy.
            return False
        finally:
            LOOKING.release()

    def _given_up(self) -> psycopg.OperationalError:
        address, session = beside(self.info), session_of(self.info, self.made_at)
        self.pgconn.finish()
        ALARM.sound()
        with suppress(psycopg.Error), _Look.connect(address, autocommit=True) as look:
            look.execute(END, session)
        return psycopg.OperationalError(_SILENT)


class BrokerConnection(PatientConnection):
    """A connection of a broker, which may do nothing for long but listen."""

    def notifies(
        self, *, timeout: float | None = None, stop_after: int | None = None
    ) -> Generator[Notify]:
        """Yield what is heard, after a sign of life: silence alone tells nothing."""
        self.check()
        yield from super().notifies(timeout=timeout, stop_after=stop_after)

    def answers(self) -> bool:
        """Tell whether it is good; it is closed where it is not."""
        if self.is_suspect:
            self.close()
        with suppress(psycopg.Error):
            ConnectionPool.check_connection(self)
        return not self.closed


class PatientAsyncConnection(psycopg.AsyncConnection[Row], Heard):
    """The same for jobs, which would hang for ever and keep a thread each."""

    answer_seconds = PatientConnection.answer_seconds

    def __init__(self, *given: Any, **named: Any) -> None:
        """Take over what was connected."""
        super().__init__(*given, **named)
        self.note_made()

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # as psycopg has it
    ) -> Result:
        """Wait, by default while the server works on the answer, `answer_seconds` at most."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        asked = Asked(gen)
        for seconds in doubts(self.answer_seconds):
            with suppress(_WaitTimeout):
                return self._heard(await super().wait(asked.further(), interval, seconds))
            if await self._is_lost():
                with suppress(_WaitTimeout):  # It may have come while we asked.
                    return self._heard(await super().wait(asked.further(), interval, 0.0))
                break
        raise await self._given_up()

    def _heard(self, result: Result) -> Result:
        self.heard_at = time.monotonic()
        return result

    async def _is_lost(self) -> bool:
        if not LOOKING.acquire(blocking=False):
            return False
        try:
            return await self._looked()
        except psycopg.Error:  # Whom nobody can ask may still be busy.
            return False
        except asyncio.CancelledError:  # Nobody is left to read the answer.
            self.pgconn.finish()
            raise
        finally:
            LOOKING.release()

    async def _looked(self) -> bool:
        async with await _AsyncLook.connect(beside(self.info), autocommit=True) as look:
            session = session_of(self.info, self.made_at, look.info.backend_pid)
            return await (await look.execute(LOOK, session)).fetchone() == (True,)

    async def _given_up(self) -> psycopg.OperationalError:
        address, session = beside(self.info), session_of(self.info, self.made_at)
        self.pgconn.finish()
        ALARM.sound()
        with suppress(psycopg.Error):
            async with await _AsyncLook.connect(address, autocommit=True) as look:
                await look.execute(END, session)
        return psycopg.OperationalError(_SILENT)


class _Look(psycopg.Connection[Row]):
    """A connection for a question or two, which is doubted by nobody."""

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait a moment only."""
        return super().wait(gen, interval, LOOK_SECONDS if timeout is None else timeout)


class _AsyncLook(psycopg.AsyncConnection[Row]):
    """The same for jobs."""

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # as psycopg has it
    ) -> Result:
        """Wait a moment only."""
        return await super().wait(gen, interval, LOOK_SECONDS if timeout is None else timeout)


class BrokerPool(ConnectionPool[BrokerConnection]):
    """Lends connections that answer; what does not is replaced at once, and nobody pauses."""

    def getconn(self, timeout: float | None = None) -> BrokerConnection:
        """Lend one; raises `PoolTimeout`."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while (left := deadline - time.monotonic()) > 0:
            connection = super().getconn(left)
            if connection.answers():
                return connection
            self.putconn(connection)
        raise PoolTimeout(_SILENT)


def address_of(url: str) -> str:
    """Return an address with what makes the system notice that the other end has vanished."""
    return make_conninfo(url, **_KEEPALIVE)


def pool_of(url: str) -> BrokerPool:
    """Make the pool of a broker, which connects once it is asked.

    An attempt that failed is not awaited: whoever asks next begins a new one at once. Left to
    itself the pool waits twice as long each time, and goes on waiting when the server is back.
    """
    return BrokerPool(
        address_of(url),
        connection_class=BrokerConnection,
        kwargs={"options": OPTIONS, "application_name": "dramatiq-postgres"},
        min_size=0,
        max_size=_CONNECTIONS,
        open=True,
        timeout=POOL_SECONDS,
        reconnect_timeout=0,
    )


def patient_database(url: str, pool_size: int) -> Database:
    """Make the database of jobs: after an alarm it lends none that was heard of before."""
    database = Database(url, pool_size=pool_size, connecting=PatientAsyncConnection)

    def lent(connection: Any, _record: object, _proxy: object) -> None:
        if connection.driver_connection.is_suspect:
            raise InvalidatePoolError(_SUSPECTED)

    event.listen(database.engine.sync_engine, "checkout", lent)
    return database


def ask_again_soon() -> None:
    """Bound the pauses between a broker's tries, which keep threads; its own grow to 30 s."""
    tried: tuple[Any, ...] = (getconn, PostgresBroker.enqueue)
    for each in tried:
        each.retry.wait = wait_random(0, _PAUSE_SECONDS)
    dramatiq.worker.POST_PROCESS_MESSAGE_RETRY_DELAY_SECS = _PAUSE_SECONDS
