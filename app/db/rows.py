"""Write new rows of any tables in one round trip, each table's as one JSON document (tech I.5).

One text parameter a table is the same statement for any number of rows: it is built, prepared and
planned once. A document in the only row of a table is a parameter of its own, so that PostgreSQL
reads it once and not twice. Foreign keys are checked as it ends, so that parents and children go
together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from psycopg.types.json import Json, Jsonb
from sqlalchemy import Column, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from app.db.driver import send
from app.db.tables import TenantOwned, table_of
from app.kernel.document import WrittenJson

Rows = Mapping[type[TenantOwned], Sequence[Mapping[str, Any]]]
Made = TypeVar("Made", bound=TenantOwned)
_QUOTING = postgresql.dialect().identifier_preparer
Shape = tuple[tuple[type[TenantOwned], tuple[str, ...], frozenset[str]], ...]
"""Tables with the columns that are written, and those of them that are parameters of their own."""


@dataclass(frozen=True, slots=True)
class Question:
    """A SELECT that is asked in the statement that writes; `given` are its own parameters."""

    text: str
    given: Mapping[str, Any]


async def write_rows(
    session: AsyncSession, tables: Rows, asking: Question | None = None
) -> Sequence[Any]:
    """Write rows of tables in one statement; every mapping of a table has the same columns.

    Columns that are left out take the defaults of their models. Returns the answer to what is
    asked.
    """
    documents, shape = prepared(tables)
    if not shape:
        return ()
    statement = _statement(shape, asking.text if asking else "")
    given = {**documents, **asking.given} if asking else documents
    return await send(cast("AsyncConnection", session.bind), statement, given)


async def write_objects(
    session: AsyncSession,
    tenant_id: UUID,
    objects: Sequence[TenantOwned],
    beside: Rows,
    asking: Question | None = None,
) -> Sequence[Any]:
    """Write new objects in one statement; the session knows them afterwards as if it had read them.

    No column of theirs may be made by the database. Rows `beside` them are of other tables.
    Returns the answer to what is asked.
    """
    tables: dict[type[TenantOwned], list[Mapping[str, Any]]] = {}
    for each in objects:
        each.tenant_id = tenant_id
        tables.setdefault(type(each), []).append(_values_of(completed(each)))
    answer = await write_rows(session, {**tables, **beside}, asking)
    for each in objects:
        make_transient_to_detached(each)
    session.add_all(objects)
    return answer


def completed(row: Made) -> Made:
    """Give a new object the defaults of its columns now, for who looks at it before it is written.

    What is not set and has none is none.
    """
    given = row.__dict__
    for name, make in _defaults(type(row)).items():
        if name not in given:
            setattr(row, name, make())
    for name in _names(type(row)):
        if name not in given:
            setattr(row, name, None)
    return row


def prepared(tables: Rows) -> tuple[dict[str, Json | Jsonb], Shape]:
    """Return the parameters of a statement that writes the rows, and which statement that is."""
    shape: list[tuple[type[TenantOwned], tuple[str, ...], frozenset[str]]] = []
    documents: dict[str, Json | Jsonb] = {}
    for place, (table, rows) in enumerate((key, rows) for key, rows in tables.items() if rows):
        missing = {name: make for name, make in _defaults(table).items() if name not in rows[0]}
        full = [_completed(row, missing) for row in rows] if missing else rows
        apart = _apart(full[0]) if len(full) == 1 else {}
        shape.append((table, tuple(full[0]), frozenset(apart)))
        documents[f"rows_{place}"] = _json([{**full[0], **dict.fromkeys(apart)}] if apart else full)
        for name, document in apart.items():
            documents[_own_name(place, name)] = Jsonb(document, dumps=bytes)
    return documents, tuple(shape)


def insertions(shape: Shape) -> list[str]:
    """Return an INSERT for each table of a shape, which reads the parameter `rows_N`."""
    return [_insertion(place, *each) for place, each in enumerate(shape)]


@cache
def _statement(shape: Shape, question: str = "") -> TextClause:
    *first, last = [*insertions(shape), *([question] if question else [])]
    parts = ", ".join(f"written_{place} AS ({each})" for place, each in enumerate(first))
    return text(f"WITH {parts} {last}" if parts else last)


def _insertion(
    place: int, table: type[TenantOwned], names: Sequence[str], apart: Collection[str]
) -> str:
    columns = ", ".join(map(_QUOTING.quote, names))
    given = ", ".join(
        f"CAST(:{_own_name(place, name)} AS jsonb)" if name in apart else _QUOTING.quote(name)
        for name in names
    )
    name = _QUOTING.format_table(table_of(table))
    return (
        f"INSERT INTO {name} ({columns}) SELECT {given} "  # noqa: S608  # names of our own models
        f"FROM json_populate_recordset(CAST(NULL AS {name}), CAST(:rows_{place} AS json))"
    )


def _own_name(place: int, name: str) -> str:
    return f"rows_{place}_{name}"


def _apart(row: Mapping[str, Any]) -> dict[str, WrittenJson]:
    return {name: value for name, value in row.items() if isinstance(value, WrittenJson)}


def _values_of(row: TenantOwned) -> dict[str, Any]:
    given = row.__dict__
    return {name: given[name] for name in _names(type(row))}


def _completed(row: Mapping[str, Any], missing: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{name: make() for name, make in missing.items()}}


@cache
def _names(table: type[TenantOwned]) -> tuple[str, ...]:
    return tuple(column.name for column in table_of(table).columns)


@cache
def _defaults(table: type[TenantOwned]) -> dict[str, Any]:
    """Return how to make the value of each column that has a default, by its name."""
    return {
        column.name: _maker(column)
        for column in table_of(table).columns
        if column.default is not None
    }


def _maker(column: Column[Any]) -> Any:
    given: Any = column.default
    value = given.arg
    return (lambda: value(None)) if given.is_callable else (lambda: value)


def _json(rows: object) -> Json:
    """Write JSON that goes to the server as it is, never copied into text: quotes are megabytes."""
    return Json(orjson.dumps(rows, default=_plain, option=orjson.OPT_NON_STR_KEYS), dumps=bytes)


def _plain(value: object) -> str | orjson.Fragment:
    """Write numbers as text, which keeps every digit, and bytes as PostgreSQL reads them.

    What else has no JSON is a mistake.
    """
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, WrittenJson):
        return orjson.Fragment(bytes(value))
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"a {type(value).__name__} has no place in a row")
