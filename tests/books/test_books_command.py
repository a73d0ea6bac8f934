"""`tributary books check` tells a person, and a script, whether the books hold."""

import asyncio
import json

import pytest
from rich.console import Console
from sqlalchemy import text

from app.books import AT_REST, BOOKS, invariants
from launch.auditing import NetworkUnknown
from launch.bookkeeping import BooksBroken, check_books, in_json
from tests.support.chain import Chain


@pytest.fixture
def console():
    return Console(record=True, width=200)


@pytest.fixture
async def slug(world):
    chain = await Chain.create(world)
    await chain.place(await world.member(chain.retailer, "BUYER"))
    return f"t{world.tenant_id.hex}"


async def looked(console, access, **options):
    """What the command finds, which runs a loop of its own."""
    return await asyncio.to_thread(check_books, console, access.app_dsn, **options)


async def test_honest_books_are_said_to_hold(access, console, slug):
    look = await looked(console, access, slugs=[slug])

    look.require()
    assert f"{slug}: {len(invariants(BOOKS))} invariants, 0 broken." in console.export_text()


async def test_a_breach_is_named_with_its_rows_and_fails_the_command(world, access, console, slug):
    await world.run(lambda work: work.session.execute(text("UPDATE orders SET paid = 7")))

    look = await looked(console, access, slugs=[slug])

    with pytest.raises(BooksBroken, match="1 invariants do not hold"):
        look.require()
    told = console.export_text()
    assert "orders/paid-is-payments: paid is not the sum of payments: 7.0000 against 0 at" in told
    (network,) = json.loads(json.dumps(in_json(look)))["networks"]
    assert [(each["name"], each["rows"]) for each in network["broken"]] == [("paid-is-payments", 1)]


async def test_what_waits_for_a_worker_is_a_breach_only_at_rest(access, console, slug):
    working = await looked(console, access, slugs=[slug])
    at_rest = await looked(console, access, slugs=[slug], is_at_rest=True)

    assert working.networks[0].broken == ()
    assert {book for book, _ in at_rest.networks[0].broken} == {"unheard"}
    assert at_rest.networks[0].invariants == len(invariants(AT_REST))


async def test_a_name_that_no_network_has_is_refused(access, console):
    with pytest.raises(NetworkUnknown, match="There is no network nowhere"):
        await looked(console, access, slugs=["nowhere"])
