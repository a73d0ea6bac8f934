"""A connection that fell silent or broke holds a worker up for a bounded time only."""

import threading
from typing import ClassVar

import psycopg
import pytest
from sqlalchemy import text

from app.db.database import Access, Database
from app.kernel.errors import ConnectionLost
from tests.support.patience import PATIENCE_SECONDS, becomes
from workers.connecting import OPTIONS, PatientAsyncConnection, PatientConnection
from workers.leading import Leader
from workers.patience import FIRST_PAUSE_SECONDS, LOCK_SECONDS

INTERRUPTIONS = 6


class Hasty(PatientConnection):
    answer_seconds = 0.05


class Silent(Leader):
    """Says nothing to the server while it leads."""

    name: ClassVar = "silent"
    lock: ClassVar = 8_114_001
    idle_seconds: ClassVar = 2

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.leads = threading.Event()

    def lead(self, connection):
        del connection
        self.leads.set()
        self._stopping.wait()


class Waits(threading.Event):
    """Passes over waits, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout=None):
        self.seconds.append(timeout)
        return self.is_set()


class Interrupted(Leader):
    """Is interrupted a few times while it leads."""

    name: ClassVar = "interrupted"
    lock: ClassVar = 8_114_002

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._stopping = self.waits = Waits()
        self.times = 0

    def lead(self, connection):
        self.times += 1
        if self.times > INTERRUPTIONS:
            self.stop()
        else:
            connection.close()
            connection.execute("SELECT 1")


def test_answer_that_does_not_come_ends_the_connection(settings):
    with Hasty.connect(settings.database_url, autocommit=True, options=OPTIONS) as connection:
        with pytest.raises(psycopg.OperationalError, match="fallen silent"):
            connection.execute("SELECT pg_sleep(600)")

        assert connection.closed


async def test_job_is_told_that_its_connection_is_lost(settings, monkeypatch):
    database = Database(settings.database_url, pool_size=1, connecting=PatientAsyncConnection)
    try:
        async with database.transaction(None, Access.READ) as session:
            await session.execute(text("SELECT 1"))
        monkeypatch.setattr(PatientAsyncConnection, "answer_seconds", 0.1)

        with pytest.raises(ConnectionLost):
            async with database.transaction(None, Access.WRITE) as session:
                await session.execute(text("SELECT pg_sleep(600)"))
    finally:
        await database.close()


def test_wait_that_was_to_end_leaves_the_connection_as_it_is(settings):
    with Hasty.connect(settings.database_url, autocommit=True) as connection:
        assert list(connection.notifies(timeout=0.2)) == []

        assert not connection.closed


def test_leader_that_cannot_be_heard_loses_the_lead(settings):
    leaders = [Silent(settings.database_url) for _ in range(2)]
    threads = [threading.Thread(target=leader.run) for leader in leaders]
    for thread in threads:
        thread.start()
    try:
        assert becomes(lambda: all(leader.leads.is_set() for leader in leaders))
    finally:
        for leader in leaders:
            leader.stop()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def test_leader_comes_back_as_soon_after_many_interruptions_as_after_the_first(settings):
    leader = Interrupted(settings.database_url)

    leader.run()

    assert leader.times == INTERRUPTIONS + 1
    # The server may still hold the lock for the connection that was cut off.
    pauses = [seconds for seconds in leader.waits.seconds if seconds != LOCK_SECONDS]
    assert pauses == [FIRST_PAUSE_SECONDS] * INTERRUPTIONS
