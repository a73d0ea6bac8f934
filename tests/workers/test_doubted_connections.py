"""Whoever waits for an answer asks the server about it: what works is waited for, nothing else."""

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from app.db.database import Access
from app.kernel.errors import ConnectionLost
from chaos.proxy import HOST, Proxy
from chaos.wire import CommitWatch
from launch.migrations import PROJECT
from launch.postgres.layout import PORT
from tests.support.patience import PATIENCE_SECONDS, becomes
from workers import patience
from workers.connecting import (
    BrokerConnection,
    PatientAsyncConnection,
    PatientConnection,
    patient_database,
    pool_of,
)
from workers.doubting import ALARM, doubts
from workers.patience import ANSWER_SECONDS, DOUBT_SECONDS, LONGEST_DOUBT_SECONDS

LOCK = 8_114_010
JOBS = PROJECT / "docs" / "jobs.md"
_LEFT = "SELECT pg_try_advisory_lock(%s)"


class Line:
    """A line to the database that can fall silent; it passes things on in a thread of its own."""

    def __init__(self, url: str) -> None:
        given = conninfo_to_dict(url)
        self._socket = Path(str(given["host"])) / f".s.PGSQL.{PORT}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._proxy = Proxy(self._reach, CommitWatch)
        self._do(self._proxy.start())
        at = f"{given['user']}@{HOST}:{self._proxy.port}/{given['dbname']}"
        self.url = f"postgresql://{at}?sslmode=disable&gssencmode=disable"

    def fall_silent(self) -> int:
        async def silence() -> int:
            return self._proxy.silence(self._proxy.open)

        return self._do(silence())

    def end(self) -> None:
        self._do(self._proxy.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE_SECONDS)

    async def _reach(self):
        return await asyncio.open_unix_connection(str(self._socket))


class Watched(PatientConnection):
    """Remembers each opinion that it got of the server."""

    def __init__(self, *given, **named) -> None:
        super().__init__(*given, **named)
        self.opinions: list[bool] = []

    def _is_lost(self) -> bool:
        self.opinions.append(super()._is_lost())
        return self.opinions[-1]


class Doubting(PatientAsyncConnection):
    """Never comes to an opinion."""

    looking: asyncio.Event

    async def _looked(self) -> bool:
        self.looking.set()
        await asyncio.Event().wait()
        return False


@pytest.fixture
def line(settings) -> Iterator[Line]:
    line = Line(settings.database_url)
    try:
        yield line
    finally:
        line.end()


@pytest.fixture
def holder(settings) -> Iterator[psycopg.Connection]:
    """Holds a lock that others wait for."""
    with psycopg.connect(settings.database_url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield holder


@pytest.fixture
def hand() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as hand:
        yield hand


def let_go(holder):
    holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def test_busy_server_is_doubted_and_waited_for(line, holder, hand):
    with Watched.connect(line.url, autocommit=True) as busy:
        answer = hand.submit(lambda: busy.execute("SELECT pg_advisory_lock(%s), 7", [LOCK]))
        assert becomes(lambda: bool(busy.opinions))

        let_go(holder)

        assert answer.result(PATIENCE_SECONDS).fetchone() == ("", 7)
        assert not any(busy.opinions)
        assert not busy.closed


def test_question_that_does_not_arrive_costs_a_reconnect_and_leaves_no_lock(line, settings):
    with PatientConnection.connect(line.url, autocommit=True) as silent:
        silent.execute("SELECT pg_advisory_lock(%s)", [LOCK + 1])
        assert line.fall_silent() == 1

        with pytest.raises(psycopg.OperationalError, match="fallen silent"):
            silent.check()

        assert silent.closed
    with psycopg.connect(settings.database_url, autocommit=True) as other:
        assert becomes(lambda: other.execute(_LEFT, [LOCK + 1]).fetchone() == (True,))


def test_answer_that_was_lost_on_its_way_is_not_waited_for(line, holder, hand):
    with Watched.connect(line.url, autocommit=True) as silent:
        answer = hand.submit(lambda: silent.execute("SELECT pg_advisory_lock(%s)", [LOCK]))
        assert becomes(lambda: bool(silent.opinions))
        line.fall_silent()

        let_go(holder)

        with pytest.raises(psycopg.OperationalError, match="fallen silent"):
            answer.result(PATIENCE_SECONDS)
        assert silent.opinions[0] is False
        assert becomes(lambda: holder.execute(_LEFT, [LOCK]).fetchone() == (True,))


async def test_job_whose_connection_fell_silent_finds_a_new_one(line):
    database = patient_database(line.url, 1)
    try:
        await _asked(database)
        line.fall_silent()

        with pytest.raises(ConnectionLost):
            await _asked(database)

        assert await _asked(database) == 7
    finally:
        await database.close()


async def test_job_that_is_stopped_in_the_middle_of_a_doubt_leaves_no_connection_behind(
    line, holder
):
    del holder
    async with await Doubting.connect(line.url, autocommit=True) as busy:
        busy.looking = asyncio.Event()
        job = asyncio.create_task(busy.execute("SELECT pg_advisory_lock(%s)", [LOCK]))
        await asyncio.wait_for(busy.looking.wait(), PATIENCE_SECONDS)

        job.cancel()

        with pytest.raises(asyncio.CancelledError):
            await job
        assert busy.closed


async def test_after_an_alarm_no_connection_from_before_is_lent(line):
    database = patient_database(line.url, 1)
    try:
        await _asked(database)
        line.fall_silent()
        ALARM.sound()

        assert await _asked(database) == 7
    finally:
        await database.close()


def test_pool_of_a_broker_lends_none_that_fell_silent(line):
    pool = pool_of(line.url)
    try:
        lent = [pool.getconn() for _ in range(3)]
        for each in lent:
            pool.putconn(each)
        line.fall_silent()

        found = pool.getconn()

        assert found.execute("SELECT 7").fetchone() == (7,)
        assert found not in lent
        pool.putconn(found)
    finally:
        pool.close()


def test_who_only_listens_notices_silence_too(line):
    with BrokerConnection.connect(line.url, autocommit=True) as listening:
        listening.execute("LISTEN nothing")
        line.fall_silent()

        with pytest.raises(psycopg.OperationalError, match="fallen silent"):
            list(listening.notifies(timeout=0))


def test_doubts_become_rare_and_end():
    found = list(doubts(ANSWER_SECONDS))

    assert found[:3] == [DOUBT_SECONDS, 2 * DOUBT_SECONDS, 4 * DOUBT_SECONDS]
    assert max(found) == LONGEST_DOUBT_SECONDS
    assert sum(found) == ANSWER_SECONDS


def test_every_wait_is_told_as_it_is():
    told = re.findall(r"^\| `(\w+_SECONDS)` \| ([\d.]+) \|", JOBS.read_text(), re.MULTILINE)
    known = {name: value for name, value in vars(patience).items() if name.endswith("_SECONDS")}

    assert {name: float(value) for name, value in told} == known


async def _asked(database):
    async with database.transaction(None, Access.WRITE) as session:
        return (await session.execute(text("SELECT 7"))).scalar_one()
