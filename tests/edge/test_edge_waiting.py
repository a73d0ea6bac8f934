"""Waiting for a database connection is bounded, and what was lent always comes back."""

import asyncio
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from app.db.database import Access, Database, Patience
from app.edge.limits import Limits
from app.kernel.errors import Busy, TookTooLong
from tests.support.served import served
from tests.support.world import World

VIEWER = "{ viewer { name } }"
TWICE = "{ a: viewer { name } b: viewer { name } c: viewer { name } }"
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE state = 'active' AND query LIKE '%%pg_sleep%%' AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def narrow(access):
    """One connection, for which one may wait for a moment; statements end within half a second."""
    database = Database(access.app_dsn, pool_size=1, patience=Patience(1, 0.3, 0.5))
    yield database
    assert database.inside == 0
    assert database.engine.pool.checkedout() == 0
    await database.close()


async def sleep(database: Database, seconds: float) -> None:
    async with database.transaction(None, Access.READ) as session:
        await session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


async def running(app_dsn: str) -> int:
    async with await psycopg.AsyncConnection.connect(app_dsn) as connection:
        return (await (await connection.execute(RUNNING)).fetchone())[0]


async def test_who_waits_too_long_is_told_that_we_are_busy(narrow):
    holding = asyncio.create_task(sleep(narrow, 0.45))
    await asyncio.sleep(0.05)

    with pytest.raises(Busy):
        await sleep(narrow, 0)

    await holding
    await sleep(narrow, 0)


async def test_more_than_may_wait_are_told_at_once(narrow):
    tasks = [asyncio.create_task(sleep(narrow, 0.2)) for _ in range(2)]
    await asyncio.sleep(0.05)
    began = asyncio.get_running_loop().time()

    with pytest.raises(Busy):
        await sleep(narrow, 0)

    assert asyncio.get_running_loop().time() - began < 0.1
    await asyncio.gather(*tasks)


async def test_a_statement_that_is_stopped_says_so(narrow):
    with pytest.raises(TookTooLong):
        await sleep(narrow, 5)

    await sleep(narrow, 0)


async def test_a_server_that_is_away_is_busy_and_not_an_error_of_ours(access):
    dsn = access.app_dsn.replace("tributary?", "nowhere?") if "?" in access.app_dsn else ""
    away = Database(dsn or access.app_dsn.rsplit("/", 1)[0] + "/nowhere", pool_size=1)

    with pytest.raises(Busy):
        await sleep(away, 0)

    assert away.inside == 0
    await away.close()


async def test_a_cancelled_caller_stops_its_statement_and_gives_its_connection_back(narrow, access):
    patient = Database(access.app_dsn, pool_size=1)
    task = asyncio.create_task(sleep(patient, 30))
    async with asyncio.timeout(10):
        while await running(access.app_dsn) == 0:  # noqa: ASYNC110  # PostgreSQL rings no bell
            await asyncio.sleep(0.02)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert patient.inside == 0
    assert patient.engine.pool.checkedout() == 0
    assert await running(access.app_dsn) == 0
    await sleep(patient, 0)
    await patient.close()


@pytest.fixture
async def small(access, settings, database):
    """A server with one connection, and a world that asks it."""
    limits = Limits(
        pool_waiters=1,
        pool_wait_seconds=0.3,
        statement_seconds=1,
        operation_seconds=1.5,
        disconnect_seconds=0.1,
    )
    async with served(replace(settings, pool_size=1, limits=limits)) as http:
        yield await World.create(database, http, settings)


async def test_a_busy_server_answers_503_and_when_to_try_again(small, access):
    person = await small.member(await small.organisation("Shop"), "BUYER")
    body = {"query": TWICE}
    headers = {"authorization": f"Bearer {person.token}"}

    async with _blocked(small, access):
        answers = await asyncio.gather(
            *(small.http.post("/graphql", json=body, headers=headers) for _ in range(4))
        )

    assert sorted(answer.status_code for answer in answers) == [503, 503, 503, 504]
    for answer in answers:
        if answer.status_code == 504:  # The one that had the connection, and waited for the lock.
            continue
        assert answer.headers["retry-after"] == "1"
        assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"BUSY"}
    assert (await person.ask(VIEWER)).data["viewer"]["name"]


async def test_an_operation_that_waits_for_a_lock_is_stopped_with_a_typed_answer(small, access):
    person = await small.member(await small.organisation("Shop"), "BUYER")

    async with _blocked(small, access):
        answer = await small.http.post(
            "/graphql", json={"query": VIEWER}, headers={"authorization": f"Bearer {person.token}"}
        )

    assert answer.status_code == 504
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert (await person.ask(VIEWER)).data["viewer"]["name"]


async def test_a_client_that_hangs_up_frees_the_connection_it_held(small, access):
    person = await small.member(await small.organisation("Shop"), "BUYER")
    await person.ask(VIEWER)

    async with _blocked(small, access) as blocked:
        asking = asyncio.create_task(
            small.http.post(
                "/graphql",
                json={"query": VIEWER},
                headers={"authorization": f"Bearer {person.token}"},
            )
        )
        await _become(blocked, 1)
        asking.cancel()
        await _become(blocked, 0, within=0.8)  # Before the statement's own time is over.

    assert (await person.ask(VIEWER)).data["viewer"]["name"]


class _blocked:  # noqa: N801  # used as a word
    """Locks the table of memberships, so that whoever asks waits; counts those who do."""

    def __init__(self, world, access) -> None:
        self._dsn, self._tenant = access.owner_dsn, world.tenant_id

    async def __aenter__(self):
        self._connection = await psycopg.AsyncConnection.connect(self._dsn)
        await self._connection.execute("LOCK TABLE membership IN ACCESS EXCLUSIVE MODE")
        return self

    async def __aexit__(self, *_):
        await self._connection.rollback()
        await self._connection.close()

    async def waiting(self) -> int:
        found = await self._connection.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'membership'::regclass"
        )
        return (await found.fetchone())[0]


async def _become(blocked: _blocked, number: int, within: float = 5) -> None:
    async with asyncio.timeout(within):
        while await blocked.waiting() != number:  # noqa: ASYNC110  # PostgreSQL rings no bell
            await asyncio.sleep(0.02)
