"""Send statements that were built once straight through the driver.

SQLAlchemy's way of sending one takes three times the processor time of the driver's; where it does
nothing for a statement, it is left out. Who listens to its events hears of these too, and errors
are those that it raises.
"""

from collections import namedtuple
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple, NoReturn, cast

import psycopg
from psycopg import AsyncConnection as DriverConnection
from psycopg import AsyncRawCursor
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from sqlalchemy import ClauseElement, ColumnElement, Connection, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_Writer = Callable[[Any], Any]
_CURSOR, _MANY = "cursor", 500
_NUMERIC = 1700
"""What PostgreSQL calls the type of all our numbers that are no integers."""
_DIALECT = PGDialectAsync_psycopg(paramstyle="numeric_dollar")


class _Written(NamedTuple):
    """A statement as the driver takes it, and its parameters in order.

    `defaults` are values that stand in the statement, `writers` make what the driver takes.
    """

    text: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    writers: tuple[tuple[str, "_Writer"], ...]
    row: Callable[[tuple[Any, ...]], Any] | None


async def send(
    connection: AsyncConnection, statement: Executable, given: Mapping[str, Any]
) -> Sequence[Any]:
    """Send a statement and return its rows, by name where they have names; none of who has none.

    The statement is kept for as long as the process lives: it must not be built for each call.
    """
    written = _written(statement)
    values = {**written.defaults, **given}
    for name, write in written.writers:
        values[name] = write(values[name])
    found = await _send(connection, written.text, [values[name] for name in written.names])
    return found if written.row is None else list(map(written.row, found))


async def send_plain(connection: AsyncConnection, text: str) -> None:
    """Send one or more commands without parameters or rows."""
    await _told(connection, text, None, _commanded)


async def _send(
    connection: AsyncConnection, text: str, values: Sequence[Any]
) -> Sequence[tuple[Any, ...]]:
    return await _told(connection, text, values, _asked)


async def _told(
    connection: AsyncConnection,
    text: str,
    values: Sequence[Any] | None,
    run: Callable[[Connection, str, Any], Awaitable[Sequence[tuple[Any, ...]]]],
) -> Sequence[tuple[Any, ...]]:
    """Run a statement, and tell who listens to SQLAlchemy's events."""
    sync = cast("Connection", connection.sync_connection)
    told = (sync, None, text, values, None, False)
    for hear in sync.dispatch.before_cursor_execute:
        hear(*told)
    try:
        found = await run(sync, text, values)
    except psycopg.Error as error:
        await connection.run_sync(partial(_fail, text, values, error))
        raise
    for hear in sync.dispatch.after_cursor_execute:
        hear(*told)
    return found


async def _asked(sync: Connection, text: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    cursor = _cursor_of(sync)
    await cursor.execute(text.encode(), values)
    result = cursor.pgresult
    if result is None or not result.nfields:
        return ()
    if result.ntuples > _MANY:  # A cursor holds the last rows that it read until it reads others.
        sync.connection.info.pop(_CURSOR, None)
    return await cursor.fetchall()


async def _commanded(sync: Connection, text: str, _values: None) -> Sequence[tuple[Any, ...]]:
    """Send a simple query, without the cursor that nothing would be read from."""
    driver = cast("DriverConnection[Any]", sync.connection.driver_connection)
    async with driver.lock:
        driver.pgconn.send_query(text.encode())
        results = await driver.wait(execute(driver.pgconn))
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result)
    return ()


def _cursor_of(sync: Connection) -> AsyncRawCursor[Any]:
    """Return the one cursor of a connection: it knows how to write and read what it did before."""
    lent = sync.connection
    known: AsyncRawCursor[Any] | None = lent.info.get(_CURSOR)
    if known is None:
        known = AsyncRawCursor(cast("DriverConnection[Any]", lent.driver_connection))
        lent.info[_CURSOR] = known
    return known


def _fail(text: str, values: Sequence[Any] | None, error: Exception, sync: Connection) -> NoReturn:
    """Raise what SQLAlchemy makes of a driver's error, and tell who listens."""
    sync._handle_dbapi_exception(error, text, values, None, None)  # noqa: SLF001  # its one place  # pyright: ignore[reportPrivateUsage]


@cache
def _written(statement: Executable) -> _Written:
    compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=_DIALECT))
    if compiled.post_compile_params:
        msg = "a list of values must be one array, for the text to be the same for any number"
        raise TypeError(msg)
    columns = getattr(statement, "exported_columns", None)
    for column in columns or ():
        _check_readable(column)
    names = tuple(compiled.positiontup or ())
    processors = compiled._bind_processors  # noqa: SLF001  # said nowhere else  # pyright: ignore[reportPrivateUsage]
    writers = [(name, cast("_Writer", processors[name])) for name in names if name in processors]
    row = _row(list(columns.keys())) if columns else None
    return _Written(str(compiled), names, dict(compiled.params), tuple(writers), row)


def _row(names: Sequence[str]) -> Callable[[tuple[Any, ...]], Any]:
    """Return how to give a row's values names; those that are no words in Python get none."""
    made: Any = namedtuple("Row", names, rename=True)  # noqa: PYI024  # known only now  # pyright: ignore[reportUntypedNamedTuple]
    return made._make


def _check_readable(column: ColumnElement[Any]) -> None:
    """Make sure that values come out of the driver as SQLAlchemy would give them."""
    kind: TypeEngine[Any] = column.type
    items = cast("TypeEngine[Any]", getattr(kind, "item_type", kind))
    if items.dialect_impl(_DIALECT).result_processor(_DIALECT, _NUMERIC) is not None:
        msg = f"the driver cannot read a {kind!r} by itself"
        raise TypeError(msg)
