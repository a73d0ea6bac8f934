"""A connection that stays known to the event loop loses no answer and keeps no dead socket."""

import asyncio
import secrets

import psycopg
import pytest
from psycopg import OperationalError

from app.db.hearing import HearingConnection
from tests.support.patience import until

EAR, WAITER = "_ear", "_waiter"
MEGABYTES = "x" * 4_000_000


@pytest.fixture
async def connection(access):
    opened = await HearingConnection.connect(access.app_dsn, autocommit=True)
    yield opened
    await opened.close()


@pytest.fixture
async def endless(access):
    """A statement that waits for a lock which is held for as long as the test lasts."""
    key = secrets.randbits(60)
    async with await psycopg.AsyncConnection.connect(access.app_dsn, autocommit=True) as holder:
        await holder.execute("SELECT pg_advisory_lock(%s)", [key])
        yield f"SELECT pg_advisory_lock({key})"


async def asked(connection, what, *given):
    return (await (await connection.execute(what, given)).fetchone())[0]


async def test_one_connection_answers_again_and_again(connection):
    found = [await asked(connection, "SELECT %s::int", number) for number in range(20)]

    assert found == list(range(20))
    assert ear_of(connection) is not None  # It went on listening.


async def test_what_is_larger_than_any_buffer_goes_both_ways(connection):
    assert await asked(connection, "SELECT %s::text", MEGABYTES) == MEGABYTES
    assert await asked(connection, "SELECT 1") == 1


async def test_an_interrupted_statement_is_cancelled_and_the_next_one_answered(connection, endless):
    waiting = asyncio.create_task(connection.execute(endless))
    await until(has(connection, WAITER))

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await asked(connection, "SELECT 2") == 2


async def test_errors_of_statements_leave_the_connection_as_it_was(connection):
    with pytest.raises(psycopg.errors.DivisionByZero):
        await connection.execute("SELECT 1 / 0")

    assert await asked(connection, "SELECT 3") == 3


async def test_a_connection_that_the_server_ends_while_idle_is_forgotten(connection, access):
    pid = await asked(connection, "SELECT pg_backend_pid()")

    await ended(access.app_dsn, pid)

    await until(lacks(connection, EAR))
    with pytest.raises(OperationalError):
        await connection.execute("SELECT 4")
    assert connection.broken
    assert ear_of(connection) is None


async def test_a_connection_that_the_server_ends_at_work_fails_and_is_forgotten(
    connection, access, endless
):
    pid = await asked(connection, "SELECT pg_backend_pid()")
    waiting = asyncio.create_task(connection.execute(endless))
    await until(has(connection, WAITER))

    await ended(access.app_dsn, pid)

    with pytest.raises(OperationalError):
        await waiting
    assert ear_of(connection) is None


async def test_who_waits_when_a_connection_is_closed_is_told(connection, endless):
    waiting = asyncio.create_task(connection.execute(endless))
    await until(has(connection, WAITER))

    await connection.close()

    with pytest.raises(OperationalError):
        await waiting
    assert ear_of(connection) is None


def ear_of(connection):
    return getattr(connection, EAR)


def has(connection, what):
    async def it_has():
        return getattr(connection, what) is not None

    return it_has


def lacks(connection, what):
    async def it_lacks():
        return getattr(connection, what) is None

    return it_lacks


async def ended(dsn, pid):
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as administrator:
        await administrator.execute("SELECT pg_terminate_backend(%s)", [pid])
