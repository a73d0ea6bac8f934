"""Waiting for a database connection is bounded, and what was lent always comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from app.db.database import Access, Database, Patience
from app.edge.limits import Limits
from app.kernel.errors import Busy, TookTooLong
from tests.support.patience import PATIENCE_SECONDS, until
from tests.support.served import served
from tests.support.world import World

VIEWER = "{ viewer { name } }"
TWICE = "{ a: viewer { name } b: viewer { name } c: viewer { name } }"
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE state = 'active' AND query LIKE '%%pg_sleep%%' AND pid <> pg_backend_pid()"
)


@asynccontextmanager
async def _narrow(access, **limits: float) -> AsyncIterator[Database]:
    """One connection, for which one may wait; all of it has come back at the end."""
    seconds = {"wait_seconds": PATIENCE_SECONDS, "statement_seconds": PATIENCE_SECONDS}
    patience = Patience(waiters=1, **seconds | limits)
    database = Database(access.app_dsn, pool_size=1, patience=patience)
    yield database
    assert database.inside == 0
    assert database.engine.pool.checkedout() == 0
    await database.close()


@asynccontextmanager
async def _held(database: Database) -> AsyncIterator[None]:
    """Somebody else has the one connection."""
    async with database.transaction(None, Access.READ):
        yield


async def sleep(database: Database, seconds: float) -> None:
    async with database.transaction(None, Access.READ) as session:
        await session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


async def running(app_dsn: str) -> int:
    async with await psycopg.AsyncConnection.connect(app_dsn) as connection:
        return (await (await connection.execute(RUNNING)).fetchone())[0]


async def test_who_waits_too_long_is_told_that_we_are_busy(access):
    async with _narrow(access, wait_seconds=0.3) as narrow:
        async with _held(narrow):
            with pytest.raises(Busy):
                await sleep(narrow, 0)

        await sleep(narrow, 0)


async def test_more_than_may_wait_are_told_at_once(access):
    async with _narrow(access) as narrow:
        async with _held(narrow):
            waiting = asyncio.create_task(sleep(narrow, 0))
            await asyncio.sleep(0)  # It begins to wait.

            with pytest.raises(Busy):
                await sleep(narrow, 0)

            assert narrow.inside == 2  # Who came before waits on.
        await waiting


async def test_a_statement_that_is_stopped_says_so(access):
    async with _narrow(access, statement_seconds=1) as narrow:
        with pytest.raises(TookTooLong):
            await sleep(narrow, PATIENCE_SECONDS)

        await sleep(narrow, 0)


async def test_a_server_that_is_away_is_busy_and_not_an_error_of_ours(access):
    dsn = access.app_dsn.replace("tributary?", "nowhere?") if "?" in access.app_dsn else ""
    away = Database(dsn or access.app_dsn.rsplit("/", 1)[0] + "/nowhere", pool_size=1)

    with pytest.raises(Busy):
        await sleep(away, 0)

    assert away.inside == 0
    await away.close()


async def test_a_cancelled_caller_stops_its_statement_and_gives_its_connection_back(access):
    async def sleeps() -> bool:
        return await running(access.app_dsn) == 1

    async with _narrow(access, statement_seconds=10 * PATIENCE_SECONDS) as patient:
        task = asyncio.create_task(sleep(patient, 10 * PATIENCE_SECONDS))
        await until(sleeps)

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert patient.inside == 0
        assert patient.engine.pool.checkedout() == 0
        assert await running(access.app_dsn) == 0
        await sleep(patient, 0)


@pytest.fixture
def small(access, settings, database):
    """Makes a server with one connection, and a world that asks it."""

    @asynccontextmanager
    async def small(statement_seconds: float) -> AsyncIterator[World]:
        limits = Limits(
            pool_waiters=1,
            pool_wait_seconds=0.3,
            statement_seconds=statement_seconds,
            operation_seconds=2 * statement_seconds,
            disconnect_seconds=0.1,
        )
        async with served(replace(settings, pool_size=1, limits=limits)) as http:
            yield await World.create(database, http, settings)

    return small


async def test_a_busy_server_answers_503_and_when_to_try_again(small, access, queries_run_once):
    async with small(PATIENCE_SECONDS) as world:
        person = await world.member(await world.organisation("Shop"), "BUYER")

        async with _blocked(world, access) as blocked:
            first = asyncio.create_task(_post(person, TWICE))
            await blocked.by(1)  # It has the connection.
            answers = await asyncio.gather(*(_post(person, TWICE) for _ in range(3)))

        assert (await first).status_code == 200
        for answer in answers:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"BUSY"}
        assert (await person.ask(VIEWER)).data["viewer"]["name"]


async def test_an_operation_that_waits_for_a_lock_is_stopped_with_a_typed_answer(
    small, access, queries_run_once
):
    async with small(2) as world:
        person = await world.member(await world.organisation("Shop"), "BUYER")

        async with _blocked(world, access):
            answer = await _post(person, VIEWER)

        assert answer.status_code == 504
        assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
        assert (await person.ask(VIEWER)).data["viewer"]["name"]


async def test_a_client_that_hangs_up_frees_the_connection_it_held(small, access, queries_run_once):
    async with small(10 * PATIENCE_SECONDS) as world:
        person = await world.member(await world.organisation("Shop"), "BUYER")
        await person.ask(VIEWER)

        async with _blocked(world, access) as blocked:
            asking = asyncio.create_task(_post(person, VIEWER))
            await blocked.by(1)
            asking.cancel()
            await blocked.by(0)  # Long before the statement's own time is over.

        assert (await person.ask(VIEWER)).data["viewer"]["name"]


async def _post(person, query: str):
    """Ask as the person, and give the answer as it came."""
    headers = {"authorization": f"Bearer {person.token}"}
    return await person.world.http.post("/graphql", json={"query": query}, headers=headers)


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

    async def by(self, number: int) -> None:
        """Wait until so many wait."""

        async def so_many_wait() -> bool:
            found = await self._connection.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND relation = 'membership'::regclass"
            )
            return (await found.fetchone())[0] == number

        await until(so_many_wait)
