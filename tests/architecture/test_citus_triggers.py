"""Triggers on a cluster keep to rows beside their own: what Citus cannot check, these do.

Citus runs a trigger where the row lies and calls it unsafe, as it may reach further. The condition:
it runs for each row, and every statement in it is about a distributed table and the row's tenant.
"""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pglast import parse_plpgsql, parse_sql
from pglast.ast import ColumnRef, InsertStmt, RangeVar, SelectStmt
from pglast.visitors import Visitor

from app.db.revisions import Revised, revised_tables
from app.kernel.ids import new_id
from launch.citus import SETTINGS, TELL_OF_ROW, Kind, plan, row_triggers
from tests.support.tenant_rows import standing_in

OF_THE_ROW = "CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END"
DISTRIBUTED = {step.table for step in plan() if step.kind is Kind.DISTRIBUTED}


def queries(node: Any) -> Iterator[str]:
    """Every piece of SQL in a function, as PostgreSQL's own parser finds it."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "query":
                yield value
            else:
                yield from queries(value)
    elif isinstance(node, list):
        for item in node:
            yield from queries(item)


class Named(Visitor):
    """The tables that a statement names."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: set[str] = set()

    def visit_RangeVar(self, _ancestors: object, node: RangeVar) -> None:  # noqa: N802  # pglast's
        self.tables.add(f"{node.schemaname}.{node.relname}")


def reaching_further(function: str) -> list[str]:
    """Return the pieces of a trigger's function that break the condition."""
    found = []
    for query in queries(json.loads(json.dumps(parse_plpgsql(function)))):
        named, is_statement = Named(), query.lstrip().upper().startswith(("INSERT", "WITH"))
        (parsed,) = parse_sql(query if is_statement else f"SELECT {query.removeprefix('SELECT ')}")
        named(parsed)
        if named.tables and not _is_about_the_tenant(parsed.stmt, named.tables):
            found.append(query)
    return found


def _is_about_the_tenant(statement: object, tables: set[str]) -> bool:
    """Whether a statement writes a row of the trigger's own `tenant` to a distributed table."""
    if not isinstance(statement, InsertStmt) or not isinstance(statement.selectStmt, SelectStmt):
        return False
    columns = [column.name for column in statement.cols or ()]
    (row,) = statement.selectStmt.valuesLists or ((),)
    given = row[columns.index("tenant_id")] if "tenant_id" in columns else None
    is_tenant = isinstance(given, ColumnRef) and [f.sval for f in given.fields] == ["tenant"]
    return is_tenant and {name.removeprefix("public.") for name in tables} <= DISTRIBUTED


def test_the_trigger_of_a_cluster_touches_rows_of_its_own_tenant_beside_its_own_alone():
    assert reaching_further(TELL_OF_ROW) == []
    assert f"tenant uuid := {OF_THE_ROW};" in TELL_OF_ROW


@pytest.mark.parametrize(
    "further",
    [
        "INSERT INTO platform.change_mark (tenant_id) VALUES (tenant);",
        "INSERT INTO public.network_revision (tenant_id, kind) VALUES (gen_random_uuid(), 'A');",
        "INSERT INTO public.network_revision (kind) VALUES ('A');",
        "PERFORM 1 FROM public.orders;",
    ],
)
def test_a_trigger_that_reached_further_would_be_found(further):
    assert (
        len(reaching_further(TELL_OF_ROW.replace("RETURN NULL;", f"{further} RETURN NULL;"))) == 1
    )


def test_every_trigger_of_a_cluster_runs_for_each_row_of_a_distributed_table():
    of_tables = [each.as_string(None) for each in row_triggers()[1:]]

    assert len(of_tables) == len(revised_tables())
    assert set(revised_tables()) <= DISTRIBUTED
    assert all("FOR EACH ROW EXECUTE FUNCTION platform.mark_row(" in each for each in of_tables)
    assert row_triggers(set(revised_tables()))[1:] == []
    assert SETTINGS["citus.enable_unsafe_triggers"] == "on"


@pytest.fixture
def tenant():
    return new_id()


@pytest.fixture
def as_on_a_cluster(access, tenant) -> Iterator[psycopg.Connection]:
    """The triggers of a cluster on this server, in a transaction that leaves nothing."""
    with standing_in(access.owner_dsn, tenant) as connection:
        for table in revised_tables():
            connection.execute(f"DROP TRIGGER revised ON {table}")
        for statement in row_triggers():
            connection.execute(statement)
        yield connection
        connection.rollback()


def revisions(connection) -> dict[str, Any]:
    rows = connection.execute("SELECT kind, revision FROM network_revision").fetchall()
    return {row["kind"]: row["revision"] for row in rows}


ADD = "INSERT INTO brand (tenant_id, id, name) VALUES (%s, %s, 'B')"


def test_a_row_that_changes_gives_its_kind_and_tenant_a_new_revision_once(as_on_a_cluster, tenant):
    connection, seen = as_on_a_cluster, []
    key = new_id()

    connection.execute(ADD, [tenant, key])
    seen.append(revisions(connection))
    connection.execute("UPDATE brand SET name = 'C' WHERE id = %s", [key])
    seen.append(revisions(connection))
    connection.execute("SELECT set_config('app.revised_catalogue', '', true)")  # Another begins.
    connection.execute("DELETE FROM brand WHERE id = %s", [key])
    seen.append(revisions(connection))

    assert [set(each) for each in seen] == [{Revised.CATALOGUE}] * 3
    assert seen[0] == seen[1] != seen[2]


def test_what_a_savepoint_takes_back_is_told_again_when_it_is_repeated(as_on_a_cluster, tenant):
    connection = as_on_a_cluster

    with connection.transaction() as savepoint:
        connection.execute(ADD, [tenant, new_id()])
        raise psycopg.Rollback(savepoint)
    taken_back = revisions(connection)
    connection.execute(ADD, [tenant, new_id()])

    assert taken_back == {}
    assert set(revisions(connection)) == {Revised.CATALOGUE}


def test_a_transaction_that_goes_on_in_another_tenant_tells_it_too(as_on_a_cluster, tenant):
    connection, other = as_on_a_cluster, new_id()
    connection.execute(ADD, [tenant, new_id()])

    connection.execute(f"SET LOCAL app.tenant_id = '{other}'")
    before = revisions(connection)
    connection.execute(ADD, [other, new_id()])

    assert before == {}
    assert set(revisions(connection)) == {Revised.CATALOGUE}
