"""Whoever writes to what processes remember, and however: its revision moves with the commit."""

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from app.db.database import Access
from app.db.revisions import Memory, Revised, revised_tables
from app.db.work import acting_as, begin
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from app.tables import METADATA
from tests.support.tenant_rows import standing_in

TABLES = revised_tables()


def revisions(access, tenant_id):
    with standing_in(access.owner_dsn, tenant_id) as connection:
        return {
            row["kind"]: row["revision"]
            for row in connection.execute("SELECT kind, revision FROM network_revision")
        }


def touch(connection, table):
    """Run a change that changes nothing: even that must be noticed."""
    statement = SQL("UPDATE {} SET tenant_id = tenant_id WHERE false")
    connection.execute(statement.format(Identifier(table)))


def test_every_table_of_a_kind_has_its_trigger_and_no_other_has_one(access):
    with psycopg.connect(access.owner_dsn) as connection:
        rows = connection.execute(
            "SELECT tgrelid::regclass::text, tgargs, tgtype, tgenabled "
            "FROM pg_trigger WHERE tgfoid = 'platform.mark_change'::regproc"
        ).fetchall()

    # 60: after INSERT, DELETE, UPDATE and TRUNCATE, once a statement.
    found = {table: (kind.decode().rstrip("\0"), what, on) for table, kind, what, on in rows}
    assert found == {table: (kind, 60, "O") for table, kind in TABLES.items()}
    assert set(TABLES) < set(METADATA.tables)
    assert set(TABLES.values()) == set(Revised)


@pytest.mark.parametrize(("table", "kind"), TABLES.items())
def test_a_change_gives_its_kind_and_tenant_a_new_revision_as_it_commits(access, table, kind):
    tenant, other = new_id(), new_id()
    for each in (tenant, other):
        with standing_in(access.owner_dsn, each) as connection:
            touch(connection, table)
    before, others = revisions(access, tenant), revisions(access, other)

    with standing_in(access.owner_dsn, tenant) as connection:
        touch(connection, table)
        touch(connection, table)
        meanwhile = revisions(access, tenant)

    after = revisions(access, tenant)
    assert list(after) == [kind]
    assert meanwhile == before
    assert after != before
    assert revisions(access, other) == others


def test_what_is_rolled_back_gives_no_revision(access):
    tenant = new_id()

    with standing_in(access.owner_dsn, tenant) as connection:
        touch(connection, "price_entry")
        connection.rollback()

    assert revisions(access, tenant) == {}


def test_marks_are_gone_with_the_transaction(access):
    tenant = new_id()

    with standing_in(access.owner_dsn, tenant) as connection:
        for table in TABLES:
            touch(connection, table)

    assert set(revisions(access, tenant)) == set(Revised)
    with psycopg.connect(access.owner_dsn) as connection:
        left = connection.execute(
            "SELECT count(*) FROM platform.change_mark WHERE tenant_id = %s", [tenant]
        ).fetchone()
    assert left == (0,)


def reading(database, tenant_id, **more):
    actor = system_actor(tenant_id, "test")
    return begin(database, tenant_id, acting_as(actor), **more)


async def test_nothing_is_remembered_across_tenants_or_by_who_writes(database, access):
    memory: Memory[str, int] = Memory(Revised.PRICES, most=2)
    tenant, other = new_id(), new_id()

    async with reading(database, tenant, access=Access.READ) as work:
        (await memory.at(work)).put("key", 1)
    async with reading(database, other, access=Access.READ) as work:
        abroad = (await memory.at(work)).get("key")
    async with reading(database, tenant, access=Access.READ) as work:
        home = (await memory.at(work)).get("key")
    async with reading(database, tenant) as work:
        writing = await memory.at(work)

    assert (home, abroad, writing) == (1, None, None)


async def test_a_memory_forgets_what_was_not_asked_for_longest(database):
    memory: Memory[str, int] = Memory(Revised.PRICES, most=2)

    async with reading(database, new_id(), access=Access.READ) as work:
        view = await memory.at(work)
        view.put("a", 1)
        view.put("b", 2)
        view.get("a")
        view.put("c", 3)

        assert [view.get(key) for key in "abc"] == [1, None, 3]
    assert len(memory) == 2
