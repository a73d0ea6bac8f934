"""Stock for tests: received, reserved and looked at through inventory's operations."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.inventory import operations
from app.inventory.models import StockBalance, StockLot
from app.inventory.operations import Buyer, Demand, Receipt
from tests.support.world import World


async def receive(
    world: World,
    organisation: UUID,
    *goods: tuple,
    warehouse: UUID | None = None,
    now: datetime | None = None,
) -> UUID:
    """Take in `(sku, pieces, lot code, expiry)` each; returns the warehouse."""
    receipts = [Receipt(s, Decimal(pieces), code, None, day) for s, pieces, code, day in goods]
    return await world.run(
        lambda work: operations.receive(work, organisation, warehouse, receipts, "test", None), now
    )


async def reserve(
    world: World,
    organisation: UUID,
    source: UUID,
    *wanted: tuple,
    region: str = "",
    now: datetime | None = None,
) -> dict[UUID, Decimal]:
    """Reserve `(line, sku, pieces)` each, or `(line, sku, pieces, keeps until)`."""
    buyer = Buyer(region=region)
    demands = [
        Demand(i, s, Decimal(n), rest[0] if rest else None, buyer) for i, s, n, *rest in wanted
    ]
    return await world.run(
        lambda work: operations.reserve(work, organisation, source, demands), now
    )


async def allocated(world: World, source: UUID) -> list:
    return await world.run(lambda work: operations.allocated_lots(work, source))


async def allocated_codes(world: World, source: UUID) -> list[tuple[str, Decimal]]:
    """Lot codes and pieces set aside, what expires first coming first."""

    async def read(work):
        lots = await operations.allocated_lots(work, source)
        codes = {lot.id: lot.code for lot in await work.session.scalars(select(StockLot))}
        return [(codes[lot.lot_id], lot.quantity) for lot in lots]

    return await world.run(read)


async def balances(world: World, sku: UUID) -> dict[UUID, tuple[Decimal, Decimal]]:
    """On hand and reserved of a SKU by warehouse."""

    async def read(work):
        rows = await work.session.scalars(select(StockBalance).where(StockBalance.sku_id == sku))
        return {row.warehouse_id: (row.on_hand, row.reserved) for row in rows}

    return await world.run(read)


async def lot_id(world: World, code: str) -> UUID:
    return await world.run(
        lambda work: work.session.scalar(select(StockLot.id).where(StockLot.code == code))
    )


async def assert_books_agree(world: World) -> None:
    assert await world.run(operations.broken_invariants) == []


def day(text: str) -> date:
    return date.fromisoformat(text)
