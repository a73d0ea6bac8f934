"""What must hold after any number of orders: all books, but for what was written without a past."""

from app.books import BOOKS, check_tenant
from app.db.database import Database, Patience
from bench.stage import TENANT

WITHOUT_A_PAST = frozenset({"trail", "quotes", "schemes"})
"""Books that seeded orders never went into: they were not placed, they are there."""

_SEEDED = frozenset(
    {
        "cash",
        "counted-once",
        "invoice-counter",
        "invoice-numbers",
        "revenue",
        "stock-gone",
        "tax",
    }
)
"""And what of the other books holds only of documents that somebody made."""


async def broken_after(app_dsn: str) -> dict[str, list[str]]:
    """Return a sentence for each sum that does not hold, by book."""
    database = Database(app_dsn, pool_size=1, patience=Patience(statement_seconds=600))
    books = [book for book in BOOKS if book.name not in WITHOUT_A_PAST]
    try:
        checked = await check_tenant(database, TENANT, books)
    finally:
        await database.close()
    return {
        book.name: [
            str(broken)
            for name, broken in checked.broken
            if name == book.name and broken.invariant.name not in _SEEDED
        ]
        for book in books
    }
