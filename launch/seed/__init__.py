"""Fill an empty network with what a newcomer wants to see, and say what to try there."""

import asyncio

from sqlalchemy import select

from app.catalog.models import Brand
from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.kernel.actor import system_actor
from app.tenants.operations import raise_policy_version
from launch.seed.assortment import fill_warehouses, write_catalogue, write_prices
from launch.seed.examples import describe
from launch.seed.network import found, settle
from launch.seed.orders import trade
from launch.seed.promotions import promote
from launch.seed.stage import Stage
from launch.welcome import Demonstration


def seed_demo(app_dsn: str) -> Demonstration:
    """Make the sample network unless the database has it; what was done there since is kept."""
    return asyncio.run(_seed(app_dsn))


async def _seed(app_dsn: str) -> Demonstration:
    database = Database(app_dsn, pool_size=1)
    try:
        tenant_id = await found(database)
        actor = system_actor(tenant_id, "launch")
        await perform(database, tenant_id, acting_as(actor), _fill)
        return await perform(database, tenant_id, acting_as(actor), describe)
    finally:
        await database.close()


async def _fill(work: Work) -> None:
    """Fill the network as a whole or not at all."""
    await raise_policy_version(work)  # Its row lock lets one launch at a time through.
    if await work.session.scalar(select(Brand.id).limit(1)) is not None:
        return
    stage = Stage(work)
    await settle(stage)
    await write_catalogue(stage)
    await write_prices(stage)
    await fill_warehouses(stage)
    await trade(stage)
    await promote(stage)
