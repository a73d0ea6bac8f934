"""What must hold after any number of orders: the books, the stock, the orders, the shipments."""

from collections.abc import Awaitable, Callable

from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.finance.operations import broken_invariants as broken_books
from app.fulfilment.operations.checking import broken_invariants as broken_shipments
from app.inventory.operations import broken_invariants as broken_stock
from app.kernel.actor import system_actor
from app.orders.operations.checking import broken_invariants as broken_orders
from bench.stage import TENANT

Check = Callable[[Work], Awaitable[list[str]]]
CHECKS: dict[str, Check] = {
    "books": broken_books,
    "stock": broken_stock,
    "orders": broken_orders,
    "shipments": broken_shipments,
}


async def broken_after(app_dsn: str) -> dict[str, list[str]]:
    """Return a sentence for each sum that does not hold."""
    database = Database(app_dsn, pool_size=1)
    known = acting_as(system_actor(TENANT, "bench"))
    try:
        return {
            name: await perform(database, TENANT, known, check) for name, check in CHECKS.items()
        }
    finally:
        await database.close()
