"""Fill whole tables by one statement each, as the models say, with what they leave to Python."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import psycopg
from sqlalchemy import Column
from sqlalchemy import Table as CoreTable
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from app.db.tables import Table
from bench.keys import Kind, sql_key

Connection = psycopg.Connection[tuple[Any, ...]]
LONG_AGO = "timestamptz '2024-01-01'"


def fill(
    connection: Connection,
    table: type[Table],
    columns: Mapping[str, str],
    rows: str = "generate_series(1, 1) AS n",
) -> int:
    """Insert one row for each of `rows`, columns being SQL expressions; returns how many."""
    core = cast("CoreTable", table.__table__)
    chosen = {column.name: _value(column, columns) for column in core.columns}
    unknown = columns.keys() - chosen.keys()
    if unknown:
        raise LookupError(f"{table.__tablename__} has no {', '.join(sorted(unknown))}")
    given = {name: value for name, value in chosen.items() if value is not None}
    names, values = ", ".join(given), ", ".join(given.values())
    statement = f"INSERT INTO {core.fullname} ({names}) SELECT {values} FROM {rows}"  # noqa: S608  # our own words
    return connection.execute(statement.encode()).rowcount


def _value(column: Column[Any], given: Mapping[str, str]) -> str | None:
    if column.name in given:
        return given[column.name]
    if column.name == "tenant_id":
        return sql_key(Kind.TENANT)
    if isinstance(column.default, ScalarElementColumnDefault):
        return literal(column.default.arg)
    if column.default is not None:
        return "'[]'::jsonb"
    if column.nullable:
        return None
    if column.type.python_type is datetime:
        return LONG_AGO
    raise LookupError(f"{column.table.name}.{column.name} needs a value")


def literal(value: object) -> str:
    """Write a plain value in SQL."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"
