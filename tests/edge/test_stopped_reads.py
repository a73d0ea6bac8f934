"""A read that is stopped in the middle of a statement says why, and leaves nothing behind."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from app.edge.limits import Limits
from tests.support.patience import until
from tests.support.served import served

TWICE = "{ a: viewer { name } myNotifications { unreadCount } b: viewer { name } }"
LIMITS = Limits(statement_seconds=5, operation_seconds=30, disconnect_seconds=0.05)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(scope="module")
async def edge(settings):
    async with served(replace(settings, limits=LIMITS, pool_size=1)) as http:
        yield http


@pytest.fixture
def locked(owner):
    """The table of notifications, which nobody can read for now."""
    owner.execute("LOCK TABLE notification IN ACCESS EXCLUSIVE MODE")
    return owner


@pytest.fixture
def waiting(access):
    """Counts the statements that wait for a lock."""
    with psycopg.connect(access.owner_dsn, autocommit=True) as connection:

        def count() -> int:
            row = connection.execute(WAITING).fetchone()
            assert row is not None
            return row[0]

        yield count


async def test_a_statement_that_takes_too_long_is_a_timeout_of_the_whole_read(
    person, locked, queries_run_once
):
    stopped = await person.ask(TWICE)
    locked.rollback()

    codes = {error["extensions"]["code"] for error in stopped.body["errors"]}
    assert stopped.status == 504
    assert codes == {"TIMEOUT"}
    assert (await person.ask(TWICE)).data["a"] is not None


async def test_a_caller_who_leaves_in_the_middle_frees_the_connection(
    person, locked, waiting, queries_run_once, caplog
):
    asking = asyncio.create_task(person.ask(TWICE))
    await until(lambda: _is(waiting, 1))

    asking.cancel()

    await until(lambda: _is(waiting, 0))
    locked.rollback()
    assert (await person.ask(TWICE)).status == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def _is(waiting, number):
    return waiting() == number
