"""Setting stock aside: which lots serve whom, and what it costs (F7, Our rule 10)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.inventory import operations
from app.inventory.operations import Demand, Receipt
from app.kernel.ids import new_id

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)  # noon in Shanghai
SOON, LATER = date(2026, 7, 1), date(2026, 12, 1)


@pytest.fixture
async def shop(world):
    return await world.organisation("Riverside Distribution")


@pytest.fixture
async def sku(world, shop):
    return await world.sku(shop, case=24)


async def receive(world, shop, *receipts, warehouse=None, now=NOW):
    items = [Receipt(s, Decimal(q), code, None, expires) for s, q, code, expires in receipts]
    return await world.run(
        lambda work: operations.receive(work, shop, warehouse, items, "test", None), now
    )


async def reserve(world, shop, source, *demands, region="", now=NOW):
    wanted = [
        Demand(line, s, Decimal(q), rest[0] if rest else None) for line, s, q, *rest in demands
    ]
    return await world.run(lambda work: operations.reserve(work, shop, source, wanted, region), now)


async def lots_of(world, source):
    lots = await world.run(lambda work: operations.allocated_lots(work, source))
    return {(lot.warehouse_id, lot.lot_id): lot.quantity for lot in lots}


async def codes_of(world, source):
    """Quantities by lot code, in the order of allocated_lots."""
    from sqlalchemy import select  # noqa: PLC0415

    from app.inventory.models import StockLot  # noqa: PLC0415

    async def read(work):
        lots = await operations.allocated_lots(work, source)
        codes = dict((await work.session.execute(select(StockLot.id, StockLot.code))).all())
        return [(codes[lot.lot_id], lot.quantity) for lot in lots]

    return await world.run(read)


async def test_what_expires_first_goes_first(world, shop, sku):
    await receive(world, shop, (sku, 10, "L", LATER), (sku, 10, "S", SOON), (sku, 10, "N", None))
    source, line = new_id(), new_id()

    covered = await reserve(world, shop, source, (line, sku, 25))

    assert covered == {line: 25}
    assert await codes_of(world, source) == [("S", 10), ("L", 10), ("N", 5)]
    assert await world.run(operations.broken_invariants) == []
