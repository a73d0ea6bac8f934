"""The books find every kind of tampering, name it, and find nothing in an honest network."""

import ast
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

import app
from app.books import AT_REST, BOOKS, check, check_networks, check_tenant, invariants
from app.books.keys import MADE
from app.db.database import Access, Database
from app.db.work import Work
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from tests.books.tampering import TAMPERING, WITHOUT
from tests.support.lived_in import live
from tests.support.patience import UNHURRIED


@pytest.fixture
async def owner(access):
    database = Database(access.owner_dsn, pool_size=1, patience=UNHURRIED)
    yield database
    await database.close()


@pytest.fixture
async def chain(world, tmp_path):
    return await live(world, tmp_path)


async def found_after(owner, tenant_id, *statements, books=AT_REST, sample=10):
    """What the books say of rows that the owner changed, in a transaction that leaves nothing."""
    async with owner.transaction(tenant_id, Access.WRITE) as session:
        for statement in statements:
            await session.execute(text(statement))
        work = Work(session, system_actor(tenant_id, "test"), datetime.now(UTC))
        found = await check(work, books, sample)
        await session.execute(text("ROLLBACK"))
    return {f"{book}/{broken.invariant.name}": broken for book, broken in found}


async def test_nothing_is_found_in_an_honest_network(chain, owner):
    world = chain.world

    assert await found_after(owner, world.tenant_id) == {}
    assert (await check_tenant(world.database, world.tenant_id, AT_REST)).sentences() == []


async def test_every_invariant_is_named_when_it_is_broken(chain, owner):
    named = {}
    for name, statements in TAMPERING.items():
        stops = [
            f"ALTER TABLE {table} DROP CONSTRAINT {rule}" for table, rule in WITHOUT.get(name, ())
        ]
        books = [book for book in AT_REST if name.startswith(f"{book.name}/")]
        tampering = (*stops, *statements)
        named[name] = await found_after(owner, chain.world.tenant_id, *tampering, books=books)

    assert {name for name, found in named.items() if name not in found} == set()


def test_every_invariant_has_its_tampering():
    names = [f"{book}/{invariant.name}" for book, invariant in invariants(AT_REST)]

    assert [name for name, number in Counter(names).items() if number > 1] == []
    assert set(names) == set(TAMPERING)


async def test_a_breach_tells_how_many_rows_break_it_and_shows_some(chain, owner):
    tampering = "UPDATE orders SET paid = paid + 1"

    found = await found_after(owner, chain.world.tenant_id, tampering, sample=2)

    broken = found["orders/paid-is-payments"]
    assert (broken.rows, len(broken.sample)) == (3, 2)
    assert re.fullmatch(r"[\d.]+ against [\d.]+ at [0-9a-f-]{36}", broken.sample[0])
    assert str(broken).startswith("paid is not the sum of payments: ")
    assert str(broken).endswith(" and 1 more")


async def test_a_look_costs_one_statement_a_book(chain, statements):
    world = chain.world

    with statements.counting() as sent:
        await check_tenant(world.database, world.tenant_id, AT_REST)

    assert (
        len([each for each in sent if "BEGIN" not in each and each != "COMMIT"]) == len(AT_REST) + 1
    )


async def test_networks_are_looked_at_one_by_one(chain):
    world = chain.world
    slug = f"t{world.tenant_id.hex}"

    looked = [checked async for checked in check_networks(world.database, [slug])]

    assert [(each.tenant_id, each.slug, each.broken) for each in looked] == [
        (world.tenant_id, slug, ())
    ]
    assert looked[0].invariants == len(invariants(BOOKS))


async def test_a_network_that_is_not_there_is_no_clean_one(world):
    with pytest.raises(LookupError):
        await check_tenant(world.database, new_id())


def test_the_books_know_what_comes_of_every_key():
    """Whoever adds an operation with a key says in `app.books.keys` where its result stands."""
    used = {
        argument.value
        for path in Path(app.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "once"
        for argument in node.args[2:3]
        if isinstance(argument, ast.Constant)
    }

    assert used == set(MADE)
