"""Statements straight to the driver: what every request sends costs a third of the way round.

SQLAlchemy writes a statement once; from then on its text and its parameters go to psycopg, on the
connection that the session uses. Whoever listens to statements hears of these as of all others, and
errors are SQLAlchemy's own. This module alone leans on how SQLAlchemy is built for that.
"""
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportAttributeAccessIssue=false

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

from psycopg import AsyncConnection as Driver
from psycopg import AsyncCursor, AsyncRawCursor
from sqlalchemy import ARRAY, Integer, Select, Uuid
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import greenlet_spawn

_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")
_MOST_STATEMENTS = 500
Processor = Callable[[Any], Any]


class Written:
    """A Core statement as the driver takes it, and how its parameters and rows are turned."""

    __slots__ = ("_columns", "_constants", "_names", "_processors", "_read", "_row", "text")

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        """Write a statement; its lists must be arrays, which are not spread out."""
        compiled = statement.compile(dialect=_DIALECT)
        self.text = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        binds = [(name, compiled.binds[name]) for name in self._names]
        self._constants = {name: bind.value for name, bind in binds if not bind.required}
        writers = {name: _writer_of(bind.type) for name, bind in binds}
        self._processors = {name: write for name, write in writers.items() if write}
        self._columns = list(statement.selected_columns)
        keys = [str(column.key) for column in self._columns]
        self._row = namedtuple("Row", keys, rename=True)._make  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple]  # of any statement
        self._read: list[tuple[int, Processor]] | None = None

    def parameters(self, given: Mapping[str, Any]) -> list[Any]:
        """Return the parameters in their places; raises `KeyError` for one that is missing."""
        values = {**self._constants, **given}
        for name, write in self._processors.items():
            values[name] = write(values[name])
        return [values[name] for name in self._names]

    def rows(self, cursor: AsyncCursor[Any], found: Iterable[Sequence[Any]]) -> list[Any]:
        """Turn what the driver has read into rows with the columns' names."""
        if self._read is None:
            self._read = list(self._readers(cursor))
        if self._read:
            found = [self._turned(row) for row in found]
        return list(map(self._row, found))

    def _turned(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, read in self._read or ():
            values[place] = read(values[place])
        return values

    def _readers(self, cursor: AsyncCursor[Any]) -> Iterable[tuple[int, Processor]]:
        described = cursor.description or ()
        for place, (column, seen) in enumerate(zip(self._columns, described, strict=True)):
            kind = column.type.dialect_impl(_DIALECT)
            # psycopg makes lists of arrays by itself.
            read = None if _is_array(kind) else kind.result_processor(_DIALECT, seen.type_code)
            if read is not None:
                yield place, read


def ids_text(ids: Iterable[UUID]) -> str:
    """Write ids as PostgreSQL writes an array: what is asked often may be written once."""
    return "{" + ",".join([f"{each.int:032x}" for each in ids]) + "}"


@lru_cache(_MOST_STATEMENTS)
def _written(statement: Select[*tuple[Any, ...]]) -> Written:
    return Written(statement)


async def select_rows(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]
) -> list[Any]:
    """Return all rows of a statement that was built once; an array of ids may come as its text."""
    written = _written(statement)
    parameters = written.parameters(given)
    sync, driver = _both(connection)
    _tell(sync, written.text)
    cursor = AsyncRawCursor(driver)
    try:
        await cursor.execute(written.text.encode(), parameters)
        found = await cursor.fetchall()
    except BaseException as error:  # noqa: BLE001  # raised again, as SQLAlchemy's own
        await _fail(sync, error, written.text)
    _tell_end(sync, written.text)
    return written.rows(cursor, found)


async def send(connection: AsyncConnection, text: str) -> None:
    """Send text without parameters, as one simple query."""
    sync, driver = _both(connection)
    _tell(sync, text)
    try:
        await AsyncRawCursor(driver).execute(text.encode())
    except BaseException as error:  # noqa: BLE001  # raised again, as SQLAlchemy's own
        await _fail(sync, error, text)
    _tell_end(sync, text)


def _both(connection: AsyncConnection) -> tuple[Connection, Driver[Any]]:
    sync = connection.sync_connection
    assert sync is not None
    driver: Any = sync.connection.driver_connection
    return sync, driver


def _tell(sync: Connection, text: str) -> None:
    for listener in sync.dispatch.before_cursor_execute:
        listener(sync, None, text, (), None, False)  # noqa: FBT003  # the event's own signature


def _tell_end(sync: Connection, text: str) -> None:
    for listener in sync.dispatch.after_cursor_execute:
        listener(sync, None, text, (), None, False)  # noqa: FBT003  # the event's own signature


async def _fail(sync: Connection, error: BaseException, text: str) -> NoReturn:
    """Raise an error as SQLAlchemy would; a connection that is lost leaves the pool."""

    def handle() -> NoReturn:
        try:
            raise error  # noqa: TRY301  # SQLAlchemy looks for the one that is being handled
        except BaseException as again:  # noqa: BLE001  # it is raised again
            sync._handle_dbapi_exception(again, text, None, None, None)  # noqa: SLF001  # no public face

    await greenlet_spawn(handle)
    raise error


def _writer_of(kind: TypeEngine[Any]) -> Processor | None:
    own = kind.dialect_impl(_DIALECT)
    if not _is_array(own):
        return own.bind_processor(_DIALECT)
    # psycopg takes other lists as they are; it writes item by item, ten times as slowly.
    if isinstance(own.item_type, Uuid):
        return _ids
    return _numbers if isinstance(own.item_type, Integer) else None


def _is_array(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, ARRAY)


def _ids(given: Any) -> str:
    return given if isinstance(given, str) else ids_text(given)


def _numbers(given: Sequence[int]) -> str:
    return "{" + ",".join(map(str, given)) + "}"
