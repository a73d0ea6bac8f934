"""Distribute the tables over a cluster by tenant: a deployment step, and nothing on PostgreSQL.

The order is the one that Citus wants (docs/decisions/0027): tables every machine holds whole come
first, then tenants' tables, parents before children, so that each foreign key finds its other end
in the same place. Keys that lead from a tenant's table to the platform's are none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import Table

from app.db.revisions import revised_tables
from app.tables import METADATA

Connection = psycopg.Connection[tuple[Any, ...]]
WHOLE = frozenset({"identity", "tenant", "tenant_access"})
"""Platform tables that tenants' statements join: each machine holds them whole."""
SETTINGS = MappingProxyType(
    {"citus.propagate_set_commands": "local", "citus.enable_unsafe_triggers": "on"}
)
TELL_OF_ROW = """
CREATE OR REPLACE FUNCTION platform.mark_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
    told text := 'app.revised_' || lower(TG_ARGV[0]);
BEGIN
    IF coalesce(current_setting(told, true), '') IS DISTINCT FROM tenant::text THEN
        INSERT INTO public.network_revision (tenant_id, kind, revision)
        VALUES (tenant, TG_ARGV[0], gen_random_uuid())
        ON CONFLICT (tenant_id, kind) DO UPDATE SET revision = excluded.revision;
        PERFORM set_config(told, tenant::text, true);
    END IF;
    RETURN NULL;
END $$
"""
"""Gives the kind of a changed row a new revision in the row's own tenant, and does nothing else."""


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

    No web process and no worker may run meanwhile: until the last step changes are not told.
    """
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        if not _has_citus(connection):
            return None
        _pass_on_settings(connection)
        done = _done(connection)
        steps = [step for step in plan() if step.table not in done and step.statement]
        for step in steps:
            for statement in (*_untold(step.table), step.statement):
                if statement is not None:
                    connection.execute(statement)
        for statement in row_triggers(_told(connection)):
            connection.execute(statement)
    return steps


def row_triggers(there: Collection[str] = ()) -> list[Composed | SQL]:
    """Return what lets tables on a cluster tell of changes, but for those that do so already.

    Citus runs triggers where the rows lie, once for each row, and promises nothing for those that
    reach further (`citus.enable_unsafe_triggers`). So this one touches `network_revision` alone, by
    the tenant of the very row that was changed: both lie in shards of the same machine, as all
    tenants' tables do. It writes once a transaction and kind, as the setting remembers.
    """
    missing = [(name, kind) for name, kind in revised_tables().items() if name not in there]
    return [
        SQL(TELL_OF_ROW),
        *(
            SQL(
                "CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE ON {}"
                " FOR EACH ROW EXECUTE FUNCTION platform.mark_row({})"
            ).format(Identifier(name), Literal(kind.value))
            for name, kind in missing
        ),
    ]


def _untold(table: str) -> list[Composed]:
    """Return what takes away the trigger that a single server tells of changes by."""
    if table not in revised_tables():
        return []
    return [SQL("DROP TRIGGER IF EXISTS revised ON {}").format(Identifier(table))]


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


def _told(connection: Connection) -> set[str]:
    rows = connection.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger"
        " WHERE tgname = 'revised' AND tgfoid = to_regproc('platform.mark_row')"
    ).fetchall()
    return {str(name) for (name,) in rows}


def _pass_on_settings(connection: Connection) -> None:
    """Let SET LOCAL reach the machines that hold the shards, and triggers that keep to their rows.

    Policies read the tenant there. Both are for later connections too: shards that are moved take
    their triggers with them.
    """
    name = Identifier(connection.info.dbname)
    for setting, value in SETTINGS.items():
        parts = {"name": Identifier(*setting.split(".")), "value": Literal(value)}
        connection.execute(SQL("SET {name} = {value}").format(**parts))
        connection.execute(
            SQL("ALTER DATABASE {database} SET {name} = {value}").format(database=name, **parts)
        )
