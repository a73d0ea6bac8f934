"""Statements that go straight to the driver behave as all others do."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Uuid, any_, bindparam, column, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.arrays import ids_bind, ids_text, numbers_bind, numbers_text
from app.db.database import Access, Database
from app.db.driver import send, send_plain
from app.db.tables import AMOUNT
from app.kernel.errors import ConnectionLost, TookTooLong
from app.kernel.footprint import FOOTPRINT, Footprint
from app.kernel.ids import new_id
from app.organisations.models import Organisation

IDS = bindparam("ids", type_=ARRAY(Uuid()))
WRITTEN = select(func.cardinality(ids_bind("ids")), func.cardinality(numbers_bind("numbers")))
HELD = select(func.cardinality(IDS).label("many"), literal(Decimal("2.50")).label("price"))
_own = Organisation.__table__.c
NAMED = select(_own.id, _own.name).where(_own.id == any_(IDS)).order_by(_own.name)

KEYS = [UUID(int=1), UUID(int=2)]
EVERYTHING = select(
    bindparam("amount", type_=AMOUNT).label("amount"),
    bindparam("keys", type_=ARRAY(Uuid())).label("keys"),
    literal(datetime(2026, 1, 1, tzinfo=UTC)).label("at"),
    literal(None).label("nothing"),
    bindparam("words", type_=JSONB).label("words"),
    (literal(KEYS[0]) == any_(bindparam("keys", type_=ARRAY(Uuid())))).label("is_there"),
    func.count().label("count"),
)
GIVEN = {"amount": Decimal("1.2300"), "keys": KEYS, "words": {"a": ["100 %", None]}}
TAKEN = text("INSERT INTO platform.change_mark (id, tenant_id, kind) VALUES (:id, :id, 'PRICES')")


def connection_of(session) -> AsyncConnection:
    return cast("AsyncConnection", session.bind)


@pytest.fixture
async def connection(database):
    async with database.transaction(None, Access.WRITE) as session:
        yield connection_of(session)


@pytest.fixture
async def narrow(access):
    """One connection: whatever is not given back is missed at once."""
    database = Database(access.app_dsn, pool_size=1)
    yield database
    assert database.engine.pool.checkedout() == 0
    await database.close()


async def ask(database, statement, tenant_id=None, **given):
    async with database.transaction(tenant_id, Access.READ) as session:
        return await send(connection_of(session), statement, given)


async def say(database, *texts):
    async with database.transaction(None, Access.READ) as session:
        for each in texts:
            await send_plain(connection_of(session), each)


@pytest.mark.parametrize("many", [0, 1, 3])
async def test_arrays_come_as_lists_or_as_text(narrow, many):
    ids = [new_id() for _ in range(many)]
    texts = {"ids": ids_text(ids), "numbers": numbers_text(range(many))}

    (listed,) = await ask(narrow, HELD, ids=ids)
    (written,) = await ask(narrow, WRITTEN, **texts)

    assert listed == (many, Decimal("2.50"))
    assert (listed.many, listed.price) == (many, Decimal("2.50"))
    assert written == (many, many)


async def test_rows_are_of_the_tenant_alone(world, narrow):
    own = await world.organisation("Own", "BRAND")

    seen = await ask(narrow, NAMED, world.tenant_id, ids=[own])
    foreign = await ask(narrow, NAMED, new_id(), ids=[own])

    assert seen == [(own, "Own")]
    assert foreign == []


async def test_each_statement_is_counted_once(narrow, statements):
    footprint = Footprint("a request")
    token = FOOTPRINT.set(footprint)

    with statements.counting() as sent:
        await ask(narrow, HELD, ids=[])
    FOOTPRINT.reset(token)

    assert [each.split(" ")[0] for each in sent] == ["BEGIN", "SELECT", "COMMIT"]
    assert footprint.statements == 3


async def test_an_error_is_sqlalchemys_own_and_tells_no_parameters(narrow):
    with pytest.raises(DBAPIError) as raised:
        await ask(narrow, WRITTEN, ids="no array of ids", numbers="{}")

    assert "no array" not in str(raised.value).partition("[SQL")[2]
    assert len(await ask(narrow, HELD, ids=[])) == 1


async def test_values_go_in_and_come_out_as_through_sqlalchemy(connection):
    usual = (await connection.execute(EVERYTHING, GIVEN)).all()

    found = await send(connection, EVERYTHING, GIVEN)

    assert [tuple(row) for row in found] == [tuple(row) for row in usual]
    assert (found[0].amount, found[0].words) == (Decimal("1.2300"), GIVEN["words"])


async def test_what_the_driver_cannot_do_by_itself_is_refused(connection):
    with pytest.raises(TypeError, match="one array"):
        await send(connection, select(literal(1)).where(column("a").in_([1, 2])), {})


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (text("SELECT 1 / :zero"), DataError),
        (text("SELECT :zero FROM nowhere"), ProgrammingError),
    ],
)
async def test_errors_are_those_of_sqlalchemy(database, statement, error):
    async def fail():
        async with database.transaction(None, Access.READ) as session:
            await send(connection_of(session), statement, {"zero": 0})

    with pytest.raises(error):
        await fail()


async def test_a_constraint_is_told_and_the_connection_can_be_used_again(database):
    async def twice():
        async with database.transaction(None, Access.WRITE) as session:
            for _ in range(2):
                await send(connection_of(session), TAKEN, {"id": KEYS[0]})

    with pytest.raises(IntegrityError):
        await twice()
    for _ in range(6):  # More often than there are connections in the pool.
        async with database.transaction(None, Access.READ) as session:
            assert await send(connection_of(session), text("SELECT 1"), {}) == [(1,)]


async def test_a_statement_that_is_stopped_says_so(narrow):
    with pytest.raises(TookTooLong):
        await say(narrow, "SET LOCAL statement_timeout = 20", "SELECT pg_sleep(30)")

    assert len(await ask(narrow, HELD, ids=[])) == 1


async def test_a_connection_that_is_lost_leaves_the_pool(narrow):
    with pytest.raises(ConnectionLost):
        await say(narrow, "SELECT pg_terminate_backend(pg_backend_pid())")

    assert len(await ask(narrow, HELD, ids=[])) == 1


async def test_what_fails_in_the_block_is_rolled_back(narrow, world):
    with pytest.raises(LookupError):
        async with narrow.transaction(world.tenant_id, Access.WRITE):
            raise LookupError

    async with narrow.transaction(None, Access.READ) as session:
        setting = await session.scalar(text("SELECT current_setting('app.tenant_id', true)"))
    assert setting == ""
