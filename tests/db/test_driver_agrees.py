"""What is sent straight through the driver reads, fails and is heard of as through SQLAlchemy."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Uuid, any_, bindparam, column, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from app.db.database import Access
from app.db.driver import send, send_plain
from app.db.tables import AMOUNT

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


@pytest.fixture
async def connection(database):
    async with database.transaction(None, Access.WRITE) as session:
        yield session.bind


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
            await send(session.bind, statement, {"zero": 0})

    with pytest.raises(error):
        await fail()


async def test_a_constraint_is_told_and_the_connection_can_be_used_again(database):
    async def twice():
        async with database.transaction(None, Access.WRITE) as session:
            for _ in range(2):
                await send(session.bind, TAKEN, {"id": KEYS[0]})

    with pytest.raises(IntegrityError):
        await twice()
    for _ in range(6):  # More often than there are connections in the pool.
        async with database.transaction(None, Access.READ) as session:
            assert await send(session.bind, text("SELECT 1"), {}) == [(1,)]


async def test_who_counts_statements_hears_of_these_too(connection, statements):
    with statements.counting() as sent:
        await send(connection, EVERYTHING, GIVEN)
        await send_plain(connection, "SET LOCAL app.tenant_id = ''")

    assert len(sent) == 2
    assert sent[1].startswith("SET LOCAL")
