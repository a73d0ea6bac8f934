"""Every table, key, index and trigger stands as a cluster that is distributed by tenant wants it.

The rules were measured (docs/decisions/0027); what breaks one and is meant stands here with its
reason.
"""

import psycopg
import pytest
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from typer.testing import CliRunner

from app.db.revisions import revised_tables
from app.db.tables import PLATFORM_SCHEMA
from app.tables import METADATA
from launch.citus import Kind, distribute, plan
from launch.cli import tributary

TENANTS_OWN = [table for table in METADATA.sorted_tables if table.schema is None]
PLATFORMS = [table for table in METADATA.sorted_tables if table.schema == PLATFORM_SCHEMA]
# A cluster gets others in their place: test_citus_triggers.py.
TRIGGERED = set(revised_tables())


@pytest.fixture(scope="module")
def catalogue(access):
    with psycopg.connect(access.owner_dsn, autocommit=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@pytest.mark.parametrize("table", TENANTS_OWN, ids=str)
def test_keys_of_a_tenants_table_hold_the_tenant(table):
    unique = [set(table.primary_key.columns.keys())]
    unique += [
        set(key.columns.keys()) for key in table.constraints if isinstance(key, UniqueConstraint)
    ]
    unique += [set(index.columns.keys()) for index in table.indexes if index.unique]
    unique += [
        set(key.columns.keys()) for key in table.constraints if isinstance(key, ExcludeConstraint)
    ]

    assert [key for key in unique if "tenant_id" not in key] == []


def test_the_database_itself_has_no_unique_index_without_the_tenant(catalogue):
    rows = catalogue(
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE (i.indisunique OR i.indisexclusion) AND c.relname <> 'alembic_version'"
        " AND c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_attribute a"
        " WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) AND a.attname = 'tenant_id')"
    )

    assert rows == []


@pytest.mark.parametrize("table", TENANTS_OWN, ids=str)
def test_references_stay_within_the_tenant_and_never_empty_it(table):
    keys = [key for key in table.constraints if isinstance(key, ForeignKeyConstraint)]

    for key in keys:
        assert key.referred_table.schema is None
        pairs = [(each.parent.name, each.column.name) for each in key.elements]
        assert ("tenant_id", "tenant_id") in pairs
        assert key.ondelete in {None, "CASCADE", "RESTRICT"}
        assert key.onupdate is None


@pytest.mark.parametrize("table", PLATFORMS, ids=str)
def test_the_platforms_tables_point_at_no_tenants_row(table):
    for key in table.foreign_key_constraints:
        assert key.referred_table.schema == PLATFORM_SCHEMA


def test_no_row_is_numbered_by_the_database(catalogue):
    sequences = catalogue(
        "SELECT relname FROM pg_class WHERE relkind = 'S'"
        f" AND relnamespace::regnamespace::text IN ('public', '{PLATFORM_SCHEMA}')"
    )

    assert sequences == []
    assert [
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.identity is not None or column.server_default is not None
    ] == []


def test_only_tables_whose_changes_are_noted_have_triggers(catalogue):
    rows = catalogue(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
    )

    assert {name for (name,) in rows} == TRIGGERED


def test_no_value_is_of_a_kind_whose_equality_can_leak(catalogue):
    rows = catalogue(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_type t ON t.oid = a.atttypid WHERE c.relkind = 'r' AND a.attnum > 0"
        " AND c.relnamespace = 'public'::regnamespace AND t.typtype = 'e'"
    )

    assert rows == []


def test_the_plan_has_every_table_and_takes_each_after_those_it_points_at():
    steps = plan()

    places = {step.table: place for place, step in enumerate(steps)}
    assert set(places) == {table.fullname for table in METADATA.sorted_tables}
    kinds = {step.table: step.kind for step in steps}
    for table in METADATA.sorted_tables:
        assert (kinds[table.fullname] is Kind.DISTRIBUTED) == (table.schema is None)
        for key in table.foreign_key_constraints:
            assert places[key.referred_table.fullname] <= places[table.fullname]
            # A whole table may point at a whole one only, else every machine would need the rest.
            if kinds[table.fullname] is Kind.REFERENCE:
                assert kinds[key.referred_table.fullname] is Kind.REFERENCE


def test_all_tenants_tables_lie_beside_the_first():
    first, *others = [step for step in plan() if step.kind is Kind.DISTRIBUTED]

    assert first.beside is None
    assert {step.beside for step in others} == {first.table}


def test_on_postgresql_it_does_nothing_and_says_so(access, monkeypatch):
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", access.owner_dsn)
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)

    said = CliRunner().invoke(tributary, ["distribute"])
    planned = CliRunner().invoke(tributary, ["distribute", "--dry-run"])

    assert distribute(access.owner_dsn) is None
    assert (said.exit_code, planned.exit_code) == (0, 0)
    assert "without Citus: all tables stay where they are" in said.output
    assert "orders: distributed by tenant_id, beside" in planned.output
    assert "platform.tenant: whole on every machine" in planned.output
