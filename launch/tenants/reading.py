"""Read a network's rows out of a database, as text that is the same wherever the rows are."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Literal

from launch.tenants.archive import Counting, File, file_name
from launch.tenants.parts import Part

Connection = psycopg.Connection[tuple[Any, ...]]
Told = Callable[[str, int], None]
"""Hears the name of a table and how many of its rows are done."""

ROWS_A_WORD = 10_000
# How values are written depends on settings of the session; these are the archive's.
_SETTINGS = (
    "SET timezone TO 'UTC'; SET datestyle TO 'ISO, YMD'; SET bytea_output TO 'hex'; "
    "SET statement_timeout TO 0; SET client_encoding TO 'UTF8'"
)


def connect(dsn: str) -> Connection:
    """Connect for a long work, with the settings that the text of an archive depends on."""
    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute(_SETTINGS)
    return connection


def stand_in(connection: Connection, tenant_id: UUID) -> None:
    """See and write only the rows of a network, from here to the end of the transaction."""
    connection.execute(SQL("SET LOCAL app.tenant_id = {}").format(Literal(str(tenant_id))))


def copy_out(
    connection: Connection, part: Part, tenant_id: UUID, into: Counting, told: Told
) -> File:
    """Write a part's rows as CSV with a line of names; one row is held at a time."""
    statement = SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER true)")
    lines = 0
    with connection.cursor().copy(statement.format(part.rows(tenant_id))) as rows:
        for row in rows:
            into.write(bytes(row))
            lines += 1
            if lines % ROWS_A_WORD == 0:
                told(part.name, lines)
    told(part.name, lines - 1)
    return File(file_name(part.name), part.name, part.columns, lines - 1, into.size, into.sha256)


def digests(connection: Connection, parts: list[Part], tenant_id: UUID, told: Told) -> list[File]:
    """Return what an archive would say of each part now, without writing one."""
    return [copy_out(connection, part, tenant_id, Counting(), told) for part in parts]


def schema_revision(connection: Connection) -> str:
    """Return the newest migration the database has seen."""
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return "none" if found is None else str(found[0])
