"""Look at the books while faults strike, and once all has come to rest."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from sqlalchemy.exc import DBAPIError

from app.books import AT_REST, BOOKS, check_tenant, invariants
from app.db.checking import Book
from app.db.database import Database
from app.kernel.errors import Overload
from chaos.network import Trading

EVERY_SECONDS = 3.0
_POLL_SECONDS = 0.5
_AGE_WORKERS = """
    UPDATE dramatiq.worker SET heartbeat_at = heartbeat_at - interval '1 minute'
"""


@dataclass
class Looks:
    """How many looks there were, at how many invariants, and every breach in a line."""

    taken: int = 0
    prevented: int = 0
    invariants: int = len(invariants())
    broken: list[str] = field(default_factory=list[str])


class Looker:
    """Looks at every network's books, past the proxies."""

    def __init__(self, app_dsn: str, tradings: Sequence[Trading]) -> None:
        """Connect to nothing yet."""
        self._database = Database(app_dsn, pool_size=1)
        self._tenants = [trading.network.tenant_id for trading in tradings]
        self.looks = Looks()

    async def watch(self) -> None:
        """Look every few seconds, for ever; looks that a fault prevents are counted, no more."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.look()

    async def look(self, books: Sequence[Book] = BOOKS) -> bool:
        """Look once at every network; returns whether all could be seen."""
        for tenant in self._tenants:
            try:
                checked = await check_tenant(self._database, tenant, books)
            except (DBAPIError, Overload, OSError):
                self.looks.prevented += 1
                return False
            self.looks.taken += 1
            self.looks.broken += [f"{tenant}: {each}" for each in checked.sentences()]
        return True

    async def rest(self, superuser_dsn: str, patience: float) -> bool:
        """Wait until every event is heard; returns whether that came within the patience.

        Jobs of killed workers come back once their heartbeats are old; nobody waits for that here.
        """
        deadline = time.monotonic() + patience
        while not await self._is_at_rest():
            if time.monotonic() > deadline:
                return False
            await asyncio.to_thread(_age_workers, superuser_dsn)
            await asyncio.sleep(_POLL_SECONDS)
        return True

    async def close(self) -> None:
        """Give the connection back."""
        await self._database.close()

    async def _is_at_rest(self) -> bool:
        unheard = AT_REST[len(BOOKS) :]
        for tenant in self._tenants:
            try:
                if (await check_tenant(self._database, tenant, unheard)).broken:
                    return False
            except (DBAPIError, Overload, OSError):
                return False
        return True


def _age_workers(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(_AGE_WORKERS)


def handled(dsn: str) -> int:
    """Return how many effects of events there are so far, in all networks; -1 if none can tell."""
    try:
        with psycopg.connect(dsn, connect_timeout=2) as connection:
            row = connection.execute("SELECT count(*) FROM handled_event").fetchone()
    except psycopg.OperationalError:
        return -1
    return row[0] if row else -1
