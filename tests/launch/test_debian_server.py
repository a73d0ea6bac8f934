"""The same application on Debian's PostgreSQL, where its binaries are: an older major, no wheel."""

from dataclasses import replace

import pytest

from app.db.database import Database
from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import installed_binaries, throwaway_postgres
from tests.support.chain import Chain, on_order
from tests.support.patience import UNHURRIED
from tests.support.served import served
from tests.support.world import World


@pytest.mark.parametrize(
    "binaries",
    installed_binaries()
    or [pytest.param(None, marks=pytest.mark.skip(reason="no PostgreSQL of Debian's here"))],
    ids=str,
)
async def test_an_order_is_placed_and_covered(binaries, settings):
    with throwaway_postgres(binaries=binaries) as server:
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        own = replace(settings, database_url=access.app_dsn)
        database = Database(access.app_dsn, pool_size=2, patience=UNHURRIED)
        async with served(own) as http:
            world = await World.create(database, http, own)
            chain = await Chain.create(world)
            await chain.stock(chain.distributor, 30)
            buyer = await world.member(chain.retailer, "BUYER")
            keeper = await world.member(chain.distributor, "WAREHOUSE")

            order = await chain.place(buyer)
            allocated = await on_order(keeper, "allocateOrder", order["id"])

        await database.close()
    assert allocated["state"] == "ALLOCATED"
    assert allocated["lines"][0]["quantities"]["backordered"] == "18"
