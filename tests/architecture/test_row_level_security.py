"""The tenant line lives in the database (F1): its catalogue, and what real statements meet."""

from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from app.db.revisions import Revised
from app.db.tables import PLATFORM_SCHEMA
from app.kernel.ids import new_id
from app.tables import APPEND_ONLY, CLOSED_AT, METADATA
from tests.support.tenant_rows import TABLES, fill, foreign_keys, insert, standing_in

APP, OWNER = "tributary_app", "tributary_owner"
WITHOUT_TENANT = {"alembic_version"}
PLATFORM = {
    "change_mark",
    "identity",
    "job",
    "job_choice",
    "letter",
    "one_time_token",
    "outbox_signal",
    "recovery_code",
    "refresh_token",
    "schedule_run",
    "second_factor",
    "sign_in_attempts",
    "sign_in_session",
    "tenant",
    "tenant_access",
    "tenant_erasure",
    "trial_request",
    "webhook_lane",
    "webhook_tally",
}
QUEUE = {"queue", "result", "worker"}  # The job queue's own; messages name tenant and event.
VIEWS_AND_FUNCTIONS = {"mark_change", "revise"}
POLICY = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)"
# What else a row must say for its reference to be judged at all.
FITTING = {
    **{
        ("announcement_audience", name): {"level_id": None}
        for name in ("group_id", "territory_id", "relationship_id")
    },
    ("announcement_item", "scheme_id"): {"product_id": None},
    **{
        ("assortment_audience", name): {"level_id": None}
        for name in ("group_id", "relationship_id")
    },
    **{("assortment_goods", name): {"sku_id": None} for name in ("brand_id", "category_id")},
    **{
        (table, "followed_by_id"): {"until": datetime(2199, 1, 1, tzinfo=UTC)}
        for table in ("assigned_rep", "territory_rep")
    },
    ("online_payment", "payment_id"): {"state": "PAID"},
    ("price_list", "level_id"): {"kind": "LEVEL"},
    ("price_list", "relationship_id"): {"kind": "CONTRACT"},
    ("price_list", "group_id"): {"kind": "GROUP"},
    ("price_list", "territory_id"): {"kind": "TERRITORY"},
    ("price_band", "relationship_id"): {"audience": "RELATIONSHIP"},
    ("price_band", "level_id"): {"audience": "LEVEL"},
    ("discount_authority", "membership_id"): {"role_id": None},
    ("price_change_row", "brand_id"): {"sku_id": None, "amount": None, "percent_of_list": 1},
    ("price_change_row", "category_id"): {"sku_id": None, "amount": None, "percent_of_list": 1},
    ("price_entry", "brand_id"): {"sku_id": None, "amount": None, "percent_of_list": 1},
    ("price_entry", "category_id"): {"sku_id": None, "amount": None, "percent_of_list": 1},
}
# Rows that the database itself makes of what is written.
MADE = {"network_revision": len(Revised)}
BEARING = [
    pytest.param(table.name, key, id=f"{table.name}-{'-'.join(key.column_keys[1:])}")
    for table in TABLES.values()
    for key in foreign_keys(table)
]


@pytest.fixture(scope="module")
def catalogue(access):
    with psycopg.connect(access.owner_dsn, autocommit=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def tenants(access):
    """Two tenants with two rows in every table."""
    ids = [new_id(), new_id()]
    return [(tenant_id, fill(access.app_dsn, tenant_id)) for tenant_id in ids]


def test_every_table_is_known_and_has_a_tenant_or_is_the_platforms(catalogue):
    rows = catalogue(
        "SELECT relnamespace::regnamespace::text, relname FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text NOT LIKE 'pg_%' "
        "AND relnamespace::regnamespace::text <> 'information_schema'"
    )

    found = {schema: {name for place, name in rows if place == schema} for schema, _ in rows}
    assert found == {
        "public": set(TABLES) | WITHOUT_TENANT,
        PLATFORM_SCHEMA: PLATFORM,
        "dramatiq": QUEUE,
    }
    assert len(METADATA.tables) == len(TABLES) + len(PLATFORM)


def test_every_tenant_table_has_one_policy_that_even_its_owner_obeys(catalogue):
    rows = catalogue(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, "
        "array_agg(pg_get_expr(p.polqual, p.polrelid)), "
        "array_agg(pg_get_expr(p.polwithcheck, p.polrelid)), "
        "array_agg(p.polcmd::text), bool_and(p.polpermissive), array_agg(p.polroles::text) "
        "FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid GROUP BY c.oid"
    )

    assert {row[0]: row[1:] for row in rows} == dict.fromkeys(
        TABLES, (True, True, [POLICY], [POLICY], ["*"], True, ["{0}"])
    )


def test_every_index_and_unique_key_begins_with_the_tenant(catalogue):
    rows = catalogue(
        "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid "
        "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'"
    )

    assert len(rows) >= len(TABLES)
    assert [row for row in rows if row[1] != "tenant_id"] == []


def test_every_reference_begins_with_the_tenant_on_both_sides(catalogue):
    rows = catalogue(
        "SELECT k.conrelid::regclass::text, k.conname, here.attname, there.attname, "
        "k.confrelid::regclass::text FROM pg_constraint k "
        "JOIN pg_attribute here ON here.attrelid = k.conrelid AND here.attnum = k.conkey[1] "
        "JOIN pg_attribute there ON there.attrelid = k.confrelid AND there.attnum = k.confkey[1] "
        "WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace"
    )

    assert len(rows) >= len(BEARING)
    assert [row for row in rows if row[2:4] != ("tenant_id", "tenant_id")] == []


def test_the_application_owns_nothing_and_has_no_way_around(catalogue):
    (role,) = catalogue(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
        f"FROM pg_roles WHERE rolname = '{APP}'"
    )
    owned = catalogue(
        f"SELECT 1 FROM pg_shdepend WHERE refobjid = '{APP}'::regrole AND deptype = 'o'"
    )
    member = catalogue(f"SELECT 1 FROM pg_auth_members WHERE member = '{APP}'::regrole")
    may_create = catalogue(
        f"SELECT n FROM unnest(ARRAY['public', '{PLATFORM_SCHEMA}']) n "
        f"WHERE has_schema_privilege('{APP}', n, 'CREATE')"
    )

    assert role == (False,) * 5
    assert owned == member == may_create == []


def test_views_and_functions_stand_on_the_list(catalogue):
    rows = catalogue(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm', 'S', 'f') "
        f"AND relnamespace::regnamespace::text IN ('public', '{PLATFORM_SCHEMA}') "
        "UNION ALL SELECT proname FROM pg_proc p "
        f"WHERE pronamespace::regnamespace::text IN ('public', '{PLATFORM_SCHEMA}') AND NOT EXISTS "
        "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )

    assert {name for (name,) in rows} == VIEWS_AND_FUNCTIONS


def test_append_only_tables_are_never_changed_and_none_is_emptied(catalogue):
    rows = catalogue(
        "SELECT relname, ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', "
        "'TRUNCATE', 'REFERENCES', 'TRIGGER']) p "
        f"WHERE has_table_privilege('{APP}', oid, p)) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )

    rights = dict(rows)
    writable, fixed = ["SELECT", "INSERT", "UPDATE", "DELETE"], ["SELECT", "INSERT"]
    assert rights.pop("alembic_version") == ["SELECT"]
    closed = {"price_entry": fixed, "price_list_terms": fixed}
    closed["trade_scheme_version"] = [*fixed, "DELETE"]  # Drafts are written anew.
    assert set(closed) == set(CLOSED_AT)
    expected = {name: fixed if name in APPEND_ONLY else writable for name in TABLES}
    assert rights == expected | closed


def test_what_is_closed_and_written_anew_can_be_closed_and_not_rewritten(catalogue):
    rows = catalogue(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute "
        "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'public'::regnamespace) AND attnum > 0 AND NOT attisdropped "
        f"AND has_column_privilege('{APP}', attrelid, attnum, 'UPDATE') "
        f"AND NOT has_table_privilege('{APP}', attrelid, 'UPDATE')"
    )

    assert set(rows) == set(CLOSED_AT.items())


@pytest.mark.parametrize(("table", "column"), CLOSED_AT.items())
def test_prices_that_counted_cannot_be_rewritten(access, tenants, table, column):
    (own, _), (foreign, _) = tenants
    close = SQL("UPDATE {} SET {} = known_from WHERE tenant_id = %s").format(
        Identifier(table), Identifier(column)
    )
    rewrite = SQL("UPDATE {} SET valid_from = known_from").format(Identifier(table))

    with standing_in(access.app_dsn, own) as connection:
        assert connection.execute(close, [foreign]).rowcount == 0
        assert connection.execute(close, [own]).rowcount > 0
        with pytest.raises(InsufficientPrivilege, match="permission denied"):
            connection.execute(rewrite)
        connection.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_a_tenant_sees_no_row_of_another(access, tenants, table):
    (own, rows), (_, others) = tenants
    count = SQL("SELECT tenant_id, count(*) FROM {} GROUP BY tenant_id").format(Identifier(table))

    with standing_in(access.app_dsn, own) as connection:
        seen = connection.execute(count).fetchall()

    assert seen == [{"tenant_id": own, "count": MADE.get(table, len(rows[table]))}]
    assert len(others[table]) == len(rows[table])


@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_nothing_shows_and_nothing_is_written(access, tenants, table):
    _, (_, others) = tenants
    count = SQL("SELECT count(*) FROM {}").format(Identifier(table))

    with standing_in(access.app_dsn, None) as connection:
        seen = connection.execute(count).fetchone()

    assert seen == {"count": 0}
    with (
        standing_in(access.app_dsn, None) as connection,
        pytest.raises(InsufficientPrivilege, match="row-level security"),
    ):
        insert(connection, table, others[table][0])


@pytest.mark.parametrize("table", TABLES)
def test_a_tenant_writes_no_row_of_another(access, tenants, table):
    (own, _), (_, others) = tenants

    with (
        standing_in(access.app_dsn, own) as connection,
        pytest.raises(InsufficientPrivilege, match="row-level security"),
    ):
        insert(connection, table, others[table][0])


@pytest.mark.parametrize("table", sorted(set(TABLES) - APPEND_ONLY - set(CLOSED_AT)))
def test_a_tenant_changes_and_moves_no_row_of_another(access, tenants, table):
    (own, _), (foreign, _) = tenants
    name = Identifier(table)
    touch = SQL("UPDATE {} SET tenant_id = tenant_id WHERE tenant_id = %s").format(name)
    delete = SQL("DELETE FROM {} WHERE tenant_id = %s").format(name)
    give = SQL("UPDATE {} SET tenant_id = %s").format(name)

    with standing_in(access.app_dsn, own) as connection:
        assert connection.execute(touch, [foreign]).rowcount == 0
        assert connection.execute(delete, [foreign]).rowcount == 0
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            connection.execute(give, [foreign])


@pytest.mark.parametrize(("table", "key"), BEARING)
def test_a_reference_cannot_point_into_another_tenant(access, tenants, table, key):
    (own, rows), (_, others) = tenants
    parent = others[key.referred_table.name][0]
    pointing = {
        element.parent.name: parent[element.column.name]
        for element in key.elements
        if element.parent.name != "tenant_id"
    }
    pointing |= FITTING.get((table, *pointing), {})
    row = rows[table][0] | pointing
    if "id" in row:
        row["id"] = new_id()

    with standing_in(access.app_dsn, own) as connection:
        if table in APPEND_ONLY or table in CLOSED_AT:
            with pytest.raises(ForeignKeyViolation):
                insert(connection, table, row)
            return
        changes = SQL(", ").join(SQL("{} = %s").format(Identifier(name)) for name in pointing)
        update = SQL("UPDATE {} SET {} WHERE ctid = (SELECT min(ctid) FROM {})")
        with pytest.raises(ForeignKeyViolation):
            connection.execute(
                update.format(Identifier(table), changes, Identifier(table)),
                list(pointing.values()),
            )
