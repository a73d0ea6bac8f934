"""Connections to PostgreSQL: a bounded pool, and transactions that carry their tenant."""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from psycopg.errors import DiskFull, QueryCanceled
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from app.db.driver import send_plain
from app.db.hearing import HearingConnection
from app.db.tables import TenantOwned
from app.kernel.errors import Busy, ConnectionLost, Overload, StorageFull, TookTooLong
from app.kernel.footprint import FOOTPRINT

log = logging.getLogger("tributary.db")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many may wait for a connection and how long, and how long a statement may take.

    The server ends a transaction in which nothing is asked for `idle_seconds`: whoever began it is
    gone or cannot be heard any more, and others wait for its locks.
    """

    waiters: int = 1_000
    wait_seconds: float = 5
    statement_seconds: float = 15
    idle_seconds: float = 120


_USUAL = Patience()
_CRITERIA = "tenant criteria"


class Access(StrEnum):
    """What a transaction is for; reads share one snapshot, writes lock and then read (F4)."""

    READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    WRITE = "BEGIN"


class Database:
    """The tables of all tenants, reached one transaction of one tenant at a time."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        patience: Patience = _USUAL,
        connecting: type[psycopg.AsyncConnection[Any]] = HearingConnection,
    ) -> None:
        """Prepare the pool; nothing connects before the first transaction."""
        self.engine: AsyncEngine = create_async_engine(
            _with_driver(url),
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=patience.wait_seconds,
            # The one used last: it has its statements prepared, and the buffers that it needs.
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                "async_creator_fn": connecting.connect,
                "options": f"-c statement_timeout={round(patience.statement_seconds * 1_000)} "
                "-c idle_in_transaction_session_timeout="
                f"{round(patience.idle_seconds * 1_000)} -c timezone=UTC",
            },
        )
        # psycopg's executemany sends a statement a row; one INSERT with many VALUES does not.
        self.engine.dialect.use_insertmanyvalues_wo_returning = True
        self._room = pool_size + patience.waiters
        self._inside = 0

    @property
    def inside(self) -> int:
        """How many hold a connection or wait for one."""
        return self._inside

    @asynccontextmanager
    async def transaction(
        self, tenant_id: UUID | None, access: Access
    ) -> AsyncGenerator[AsyncSession, None]:
        """Open a transaction that sees `tenant_id`'s rows only (none when it is None).

        Commits when the block ends, rolls back when it raises. Raises `Busy` when no connection is
        free in time or too many wait already, `TookTooLong` when a statement was stopped,
        `StorageFull` and `ConnectionLost`.
        """
        async with self._connection() as connection:
            session = AsyncSession(connection, expire_on_commit=False, sync_session_class=_Tenanted)
            session.sync_session.info["tenant_id"] = tenant_id
            async with session:
                # One simple query: no extra round trip, and the form a cluster passes on (F1).
                setting = "" if tenant_id is None else str(tenant_id)
                await send_plain(connection, f"{access}; SET LOCAL app.tenant_id = '{setting}'")
                yield session
                if access is Access.WRITE:
                    await session.flush()
                # Without this line the pool rolls back when it takes the connection back.
                await send_plain(connection, "COMMIT")

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[AsyncConnection, None]:
        """Lend a connection, and take it back however the block ends."""
        if self._inside >= self._room:
            raise Busy
        self._inside += 1
        is_lent, began = False, time.perf_counter_ns()
        try:
            async with self.engine.connect() as connection:
                is_lent = True
                _note_wait(began)
                yield connection
        except PoolTimeout:
            _note_wait(began)
            raise Busy from None
        except DBAPIError as failed:
            if not is_lent:
                log.warning("no connection to the database: %s", failed.orig)
                raise Busy from failed
            if (told := _told(failed)) is not None:
                raise told from failed
            raise
        finally:
            self._inside -= 1

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.engine.dispose()


class _Tenanted(Session):
    """A session whose every ORM statement names its tenant: the first wall, before the policy."""


def _told(failed: DBAPIError) -> Overload | None:
    """Say what became of the database, if that is why a statement failed."""
    if isinstance(failed.orig, QueryCanceled):
        return TookTooLong()
    if isinstance(failed.orig, DiskFull):
        log.error("the database has no room left: %s", failed.orig)
        return StorageFull()
    if failed.connection_invalidated:
        log.warning("the connection to the database broke: %s", failed.orig)
        return ConnectionLost()
    return None


def _note_wait(began: int) -> None:
    if (footprint := FOOTPRINT.get()) is not None:
        footprint.waited += (time.perf_counter_ns() - began) // 1_000


@event.listens_for(Engine, "before_cursor_execute")
def _count_the_statement(*_: object) -> None:
    if (footprint := FOOTPRINT.get()) is not None:
        footprint.statements += 1


@event.listens_for(_Tenanted, "do_orm_execute")
def _name_the_tenant(state: ORMExecuteState) -> None:
    if not state.is_orm_statement or state.is_column_load or state.is_relationship_load:
        return
    tenant_id: UUID | None = state.session.info["tenant_id"]
    if tenant_id is not None and (state.is_select or state.is_update or state.is_delete):
        state.statement = state.statement.options(_of_tenant(state.session, tenant_id))


def _of_tenant(session: Session, tenant_id: UUID) -> ExecutableOption:
    """Return the option that holds statements to a tenant; made once a session and tenant."""
    known: tuple[UUID, ExecutableOption] | None = session.info.get(_CRITERIA)
    if known is not None and known[0] == tenant_id:
        return known[1]
    option = with_loader_criteria(
        TenantOwned, lambda table: table.tenant_id == tenant_id, include_aliases=True
    )
    session.info[_CRITERIA] = (tenant_id, option)
    return option


def _with_driver(url: str) -> str:
    return f"postgresql+psycopg://{url.partition('://')[2]}"
