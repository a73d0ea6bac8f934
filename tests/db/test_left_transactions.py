"""A transaction that nobody carries on does not keep its locks for ever."""

import psycopg
from sqlalchemy import text

from app.db.database import Access, Database, Patience
from app.kernel.errors import ConnectionLost
from tests.support.patience import UNHURRIED


async def test_the_server_ends_a_transaction_whose_owner_is_not_heard_any_more(access, world):
    """As when the network swallows all that a web process says; others wait for the row's lock."""
    left = Database(access.app_dsn, pool_size=1, patience=Patience(idle_seconds=3))
    other = Database(access.app_dsn, pool_size=1, patience=UNHURRIED)
    rename = text("UPDATE platform.tenant SET name = 'Renamed' WHERE id = :id")
    given = {"id": world.tenant_id}
    context = left.transaction(world.tenant_id, Access.WRITE)

    session = await context.__aenter__()
    await session.execute(rename, given)
    async with other.transaction(world.tenant_id, Access.WRITE) as waiting:
        await waiting.execute(rename, given)

    failure = await left_behind(context)
    assert isinstance(failure, ConnectionLost)
    assert isinstance(failure.__cause__.orig, psycopg.errors.IdleInTransactionSessionTimeout)
    await left.close()
    await other.close()


async def left_behind(context):
    """What the owner of the transaction is told when it comes back."""
    try:
        await context.__aexit__(None, None, None)
    except Exception as failure:  # noqa: BLE001  # it is what the test asks for
        return failure
    raise AssertionError("the transaction went on")
