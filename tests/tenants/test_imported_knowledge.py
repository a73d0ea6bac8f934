"""What a network knew of prices it knows where it went: what is changed there is known later."""

from datetime import timedelta

from app.db.knowledge import known_from
from launch.tenants.reading import connect, stand_in
from tests.support.chain import Chain

LAST = """SELECT (SELECT max(known_at) FROM network_revision) AS known_at,
                 (SELECT max(known_from) FROM price_entry) AS last"""


async def test_a_network_that_came_in_knows_all_its_prices(world, mover):
    await Chain.create(world)
    await world.run(known_from)
    file, _ = await mover.export(world)

    await mover.bring(file)

    with connect(mover.fresh.app_dsn) as connection, connection.transaction():
        stand_in(connection, world.tenant_id)
        known_at, last = connection.execute(LAST).fetchone()
    assert known_at - last > timedelta(days=1)
