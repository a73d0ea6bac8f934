"""Distribute the tables over a cluster by tenant: a deployment step, and nothing on PostgreSQL.

The order is the one that Citus wants (docs/decisions/0027): tables every machine holds whole come
first, then tenants' tables, parents before children, so that each foreign key finds its other end
in the same place. Keys that lead from a tenant's table to the platform's are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import Table

from app.db.revisions import revised_tables
from app.tables import METADATA
from launch.errors import LaunchError

Connection = psycopg.Connection[tuple[Any, ...]]
WHOLE = frozenset({"identity", "tenant", "tenant_access"})
"""Platform tables that tenants' statements join: each machine holds them whole."""


class Kind(StrEnum):
    """Where the rows of a table live."""

    DISTRIBUTED = "distributed by tenant_id"
    REFERENCE = "whole on every machine"
    LOCAL = "on the coordinator alone"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one table; `beside` names the table whose shards its own lie with."""

    table: str
    kind: Kind
    beside: str | None = None

    @property
    def statement(self) -> Composed | None:
        """What makes it so; a table that stays where it is needs nothing."""
        name = Literal(self.table)
        match self.kind:
            case Kind.REFERENCE:
                return SQL("SELECT create_reference_table({})").format(name)
            case Kind.DISTRIBUTED:
                beside = Literal(self.beside or "default")
                return SQL(
                    "SELECT create_distributed_table({}, 'tenant_id', colocate_with => {})"
                ).format(name, beside)
            case Kind.LOCAL:
                return None

    def __str__(self) -> str:
        """Say it in a line."""
        beside = f", beside {self.beside}" if self.beside else ""
        return f"{self.table}: {self.kind.value}{beside}"


@dataclass(eq=False)
class TriggersStay(LaunchError):
    """Tables tell by triggers that they were changed, which no cluster runs where it would help."""

    text: ClassVar = "{number} tables note their changes by triggers, which Citus refuses."
    remedy: ClassVar = (
        "Nothing was changed. docs/scale.md says what must be decided before tables are spread."
    )
    number: int


def plan(tables: Sequence[Table] = METADATA.sorted_tables) -> list[Step]:
    """Return what happens to every table, in an order in which each step can be taken."""
    kinds = {table.fullname: _kind(table) for table in tables}
    order = (Kind.REFERENCE, Kind.DISTRIBUTED, Kind.LOCAL)
    names = sorted(kinds, key=lambda name: order.index(kinds[name]))
    first = next((name for name in names if kinds[name] is Kind.DISTRIBUTED), None)
    return [Step(name, kinds[name], _beside(name, kinds[name], first)) for name in names]


def _beside(name: str, kind: Kind, first: str | None) -> str | None:
    return first if kind is Kind.DISTRIBUTED and name != first else None


def distribute(owner_dsn: str) -> list[Step] | None:
    """Take all steps that are not taken yet; none, and no change, where there is no Citus.

    Raises `TriggersStay` while tables have triggers.
    """
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        if not _has_citus(connection):
            return None
        if triggered := _triggered(connection):
            raise TriggersStay(triggered)
        done = _done(connection)
        steps = [step for step in plan() if step.table not in done and step.statement]
        for step in steps:
            if statement := step.statement:
                connection.execute(statement)
        _pass_on_settings(connection)
    return steps


def _kind(table: Table) -> Kind:
    if table.schema is None:
        return Kind.DISTRIBUTED
    return Kind.REFERENCE if table.name in WHOLE else Kind.LOCAL


def _has_citus(connection: Connection) -> bool:
    found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'").fetchone()
    return found is not None


def _done(connection: Connection) -> set[str]:
    rows = connection.execute("SELECT table_name::text FROM citus_tables").fetchall()
    return {str(name).removeprefix("public.") for (name,) in rows}


def _triggered(connection: Connection) -> int:
    found = connection.execute(
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgrelid::regclass::text = ANY(%s)",
        [list(revised_tables())],
    ).fetchone()
    return 0 if found is None else int(found[0])


def _pass_on_settings(connection: Connection) -> None:
    """Let SET LOCAL reach the machines that hold the shards: policies read the tenant there."""
    name = Identifier(connection.info.dbname)
    connection.execute(
        SQL("ALTER DATABASE {} SET citus.propagate_set_commands = 'local'").format(name)
    )
