"""Where races run: a throwaway database, and the application before it with room for everybody."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import psycopg

from app.config import Settings
from app.db.database import Database
from app.edge.limits import Limits
from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from tests.support.patience import PATIENCE_SECONDS, UNHURRIED
from tests.support.serving import serving
from tests.support.world import World

_SECRET = "a secret of the races that is long enough"  # noqa: S105  # of a throwaway server
_POINTS = 10**9
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
_FURTHER_CONNECTIONS = 30


@dataclass(frozen=True, slots=True)
class Stage:
    """The application, served over HTTP, and its database."""

    database: Database
    http: httpx2.AsyncClient
    settings: Settings
    owner_dsn: str

    async def world(self) -> World:
        """Make a new tenant."""
        return await World.create(self.database, self.http, self.settings)

    def deadlocks(self) -> int:
        """How many transactions the server has stopped so far for waiting in a circle."""
        with psycopg.connect(self.owner_dsn) as connection:
            found = connection.execute(_DEADLOCKS).fetchone()
        return found[0] if found else 0


@asynccontextmanager
async def staged(clients: int) -> AsyncGenerator[Stage, None]:
    """Start everything with a connection for each client; all of it is gone afterwards."""
    with throwaway_postgres({"max_connections": str(clients + _FURTHER_CONNECTIONS)}) as server:
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        settings = Settings(
            database_url=access.app_dsn,
            secret=_SECRET,
            limits=_limits(),
            pool_size=clients,
            request_log=False,
        )
        database = Database(access.app_dsn, pool_size=5, patience=UNHURRIED)
        room = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with (
            serving(settings) as address,
            httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS, limits=room) as http,
        ):
            yield Stage(database, http, settings, access.owner_dsn)
        await database.close()


def _limits() -> Limits:
    """Let nobody be refused for asking too often: that is not what is looked at."""
    return Limits(
        tenant_burst=_POINTS,
        user_burst=_POINTS,
        address_burst=_POINTS,
        pool_waiters=1_000,
        pool_wait_seconds=PATIENCE_SECONDS,
        statement_seconds=PATIENCE_SECONDS,
        operation_seconds=2 * PATIENCE_SECONDS,
    )
