"""The drill: orders come in, a backup is taken, disaster; the copy holds exactly what it should."""

from datetime import UTC, datetime

import psycopg
import pytest

from launch.access import open_database
from launch.backup import restore
from launch.settings import LaunchSettings
from tests.support.chain import Chain
from tests.support.installation import installed, orders_coming_in

pytestmark = pytest.mark.xdist_group("backup")


def orders_in(data):
    with (
        open_database(LaunchSettings.read({"TRIBUTARY_DATA": str(data)})) as copy,
        psycopg.connect(copy.server.dsn("tributary")) as connection,
    ):
        return {number for (number,) in connection.execute("SELECT number FROM orders")}


async def test_restored_copy_holds_exactly_what_was_acknowledged_before_the_instant(home, settings):
    acknowledged = []
    async with installed(home, settings) as installation:
        chain = await Chain.create(installation.world)
        await chain.stock(chain.distributor, 100_000)
        buyers = [await installation.world.member(chain.retailer, "BUYER") for _ in range(3)]
        async with orders_coming_in(chain, buyers, acknowledged) as more:
            await more(3)
            await installation.run("backup", "take")
            await more(3)
        at, before = datetime.now(UTC), set(acknowledged)
        async with orders_coming_in(chain, buyers, acknowledged) as more:
            await more(3)
            told = await installation.run(
                "backup", "restore", "--at", at.isoformat(), "--into", str(home / "then")
            )

    restore(LaunchSettings.read({"TRIBUTARY_DATA": str(installation.data)}), None, home / "all")

    assert list((installation.data / "backups" / "wal").glob("0*.gz")) != []  # Fetched from there.
    assert "All books agree" in told
    assert orders_in(home / "then") == before
    assert orders_in(home / "all") >= set(acknowledged) > before
