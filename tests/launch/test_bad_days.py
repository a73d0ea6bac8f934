"""What happens on bad days, as docs/bad-days.md says it."""

import itertools
import os
import shutil
import signal
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest

from app.config import Settings
from app.db.database import Access, Database
from app.identities.tokens import AccessClaims, TokenKeys
from app.inventory.operations import Receipt, receive
from app.kernel.errors import Busy
from app.kernel.ids import new_id
from launch.database import DATABASE, bootstrap
from launch.migrations import SchemaNewer, migrate
from launch.postgres import EmbeddedPostgres
from launch.postgres.errors import ClusterIncompatible
from tests.support.chain import Chain
from tests.support.patience import PATIENCE_SECONDS, UNHURRIED
from tests.support.serving import serving
from tests.support.world import World, gid

SET = """mutation ($input: SetCartLineInput!) { setCartLine(input: $input) {
    __typename ... on Cart { lines { quantity } } } }"""
MOST = 25
VIEWER = "{ viewer { name } }"


@pytest.fixture
def server():
    """A durable server that may be ill-treated; one for each day.

    The owner's connections (tests/support/owner.py) are kept by address: on a shared server the
    next test would be handed one from before the kill, which says so once.
    """
    home = Path(tempfile.mkdtemp(prefix="tributary-test-", dir="/tmp"))
    home.chmod(0o755)
    with EmbeddedPostgres(home, settings={"max_connections": str(MOST)}) as started:
        migrate(bootstrap(started.dsn()).owner_dsn)
        yield started
    shutil.rmtree(home)


@pytest.fixture
async def world(server, settings, queries_run_once):
    own = Settings(bootstrap(server.dsn()).app_dsn, settings.secret, limits=settings.limits)
    database = Database(own.database_url, pool_size=3, patience=UNHURRIED)
    try:
        async with (
            serving(own) as address,
            httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS) as http,
        ):
            yield await World.create(database, http, own)
    finally:
        await database.close()


def _is_taken(hogs, dsn) -> bool:
    """Take one more connection, unless there is none."""
    try:
        hogs.enter_context(psycopg.connect(dsn))
    except psycopg.OperationalError:
        return False
    return True


async def put_in_cart(chain, person):
    wish = {"relationshipId": gid("TradingRelationship", chain.downstream)}
    wish |= {"skuId": gid("Sku", chain.sku), "quantity": "1", "packagingLevel": "CASE"}
    return await person.ask(SET, input=wish)


def empty_cart_lines(server) -> Path:
    """Give the table a new file, for all who had the old one open, too."""
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
        connection.execute("TRUNCATE cart_line")
        place = connection.execute("SELECT pg_relation_filepath('cart_line')").fetchone()[0]
    return server.home / "cluster" / place


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
async def test_full_disk_refuses_changes_and_reading_goes_on(server, world, caplog):
    chain = await Chain.create(world)
    person = await world.member(chain.retailer, "BUYER")
    path = empty_cart_lines(server)
    path.unlink()
    path.symlink_to("/dev/full")  # The one disk of every machine that never has room.

    refused = await put_in_cart(chain, person)
    read = await person.ask(VIEWER)
    empty_cart_lines(server)
    again = await put_in_cart(chain, person)

    assert (refused.status, refused.error_codes) == (503, ["STORAGE_FULL"])
    assert "the database has no room left" in caplog.text
    assert read.data["viewer"]
    assert len(again.data["setCartLine"]["lines"]) == 1


async def test_database_that_is_gone_is_told_and_comes_back(server, world, caplog):
    chain = await Chain.create(world)
    person = await world.member(chain.retailer, "BUYER")
    assert (await put_in_cart(chain, person)).status == 200

    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    broken, away = await put_in_cart(chain, person), await person.ask(VIEWER)
    ready = await world.http.get("/readyz")
    server.start()
    again = await put_in_cart(chain, person)

    assert (broken.status, broken.error_codes[0]) == (503, "INTERRUPTED")
    assert (away.status, away.error_codes[0]) == (503, "BUSY")
    assert (ready.status_code, ready.json()["because"]) == (503, "database")
    assert "incident" not in caplog.text
    assert again.status == 200
    assert len(again.data["setCartLine"]["lines"]) == 1


async def test_server_without_free_connections_is_busy_for_a_while(server, caplog):
    dsn = bootstrap(server.dsn()).app_dsn
    narrow = Database(dsn, pool_size=1, patience=UNHURRIED)
    with ExitStack() as hogs:
        taken = itertools.count()
        while _is_taken(hogs, dsn):
            assert next(taken) < MOST
        with pytest.raises(Busy):
            async with narrow.transaction(None, Access.READ):
                pass

    async with narrow.transaction(None, Access.READ):
        pass
    await narrow.close()
    assert "no connection to the database" in caplog.text


def test_token_of_a_clock_that_was_ahead_is_good(settings):
    keys = TokenKeys(settings.secret, timedelta(minutes=15), timedelta(days=30))
    ahead = datetime.now(UTC) + timedelta(hours=1)
    claims = AccessClaims(new_id(), new_id(), None, None)

    assert keys.read(keys.sign(claims, ahead)) == claims


async def test_orders_are_taken_after_the_clock_was_set_back(server, world):
    chain = await Chain.create(world)
    person = await world.member(chain.retailer, "BUYER")
    ahead = datetime.now(UTC) + timedelta(hours=1)
    receipt = Receipt(chain.sku, 1_000, "early", None, None)
    await world.run(
        lambda work: receive(work, chain.distributor, None, [receipt], "test", None), now=ahead
    )

    placed = await chain.place(person)

    assert placed["state"] == "CONFIRMED"


def test_data_of_a_newer_schema_is_left_alone(server):
    owner = bootstrap(server.dsn()).owner_dsn
    with psycopg.connect(owner, autocommit=True) as connection:
        (before,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = 'tomorrow'")

        with pytest.raises(SchemaNewer, match=r"tomorrow.*newer version"):
            migrate(owner)

        connection.execute("UPDATE alembic_version SET version_num = %s", [before])


def test_database_files_of_another_version_are_left_alone(home):
    with EmbeddedPostgres(home) as server:
        version = server.home / "cluster" / "PG_VERSION"
    version.write_text("99\n")

    with pytest.raises(ClusterIncompatible, match="belongs to PostgreSQL 99"):
        EmbeddedPostgres(home).start()
