"""The migration to roles of departments and terms, up and down, where there is data already."""

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from app.kernel.ids import new_id
from app.rbac.built_in import LOGISTICS, OPERATIONS, PRODUCT_MANAGER, PURCHASING
from launch.migrations import migrate, migration_config
from launch.postgres import throwaway_postgres

NEW = {role.code: role for role in (PRODUCT_MANAGER, OPERATIONS, PURCHASING, LOGISTICS)}
GRANTED = """SELECT code, permission, scope, effect FROM role JOIN role_grant
    ON role_grant.tenant_id = role.tenant_id AND role_id = id WHERE role.tenant_id = %s"""
NAMED = "SELECT code, name, description, created_at = %s FROM role WHERE tenant_id = %s"
HELD = "SELECT count(*) FROM membership_role WHERE tenant_id = %s"
MADE = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def server():
    with throwaway_postgres() as started:
        with psycopg.connect(started.dsn(), autocommit=True) as connection:
            connection.execute("CREATE ROLE tributary_app")
        migrate(started.dsn())
        yield started


def network(connection) -> str:
    """A network with the built-in role that every one has; constraints are for other tests."""
    tenant = str(new_id())
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "INSERT INTO platform.tenant (id, slug, name, status, time_zone, currency, tax_mode,"
        " band_rule, free_goods_tax, policy_version, created_at)"
        " VALUES (%s, %s, 'N', 'ACTIVE', 'UTC', 'CNY', 'PER_LINE', 'BINDING', 'DISCOUNT', 1,"
        " now())",
        [tenant, tenant],
    )
    connection.execute(
        "INSERT INTO role (tenant_id, id, code, name, description, created_at)"
        " VALUES (%s, %s, 'BUYER', 'Buyer', '', %s)",
        [tenant, new_id(), MADE],
    )
    return tenant


def hold(connection, tenant: str, code: str) -> None:
    """As a server of the release before writes it: it knows no terms."""
    connection.execute(
        "INSERT INTO membership_role (tenant_id, membership_id, role_id)"
        " SELECT tenant_id, %s, id FROM role WHERE tenant_id = %s AND code = %s",
        [new_id(), tenant, code],
    )


def test_networks_get_the_roles_of_departments_and_lose_nothing_else(server):
    config = migration_config(server.dsn())
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    here = next(each for each in revisions if each.path.endswith("lives_of_roles.py"))
    command.downgrade(config, here.down_revision)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        tenant = network(connection)
        hold(connection, tenant, "BUYER")

        command.upgrade(config, here.revision)
        granted = connection.execute(GRANTED, [tenant]).fetchall()
        named = connection.execute(NAMED, [MADE, tenant]).fetchall()
        hold(connection, tenant, "LOGISTICS")
        command.downgrade(config, here.down_revision)
        left = connection.execute(NAMED, [MADE, tenant]).fetchall()
        held = connection.execute(HELD, [tenant]).fetchone()
        command.upgrade(config, here.revision)
        again = connection.execute(GRANTED, [tenant]).fetchall()
        command.upgrade(config, "head")
        today = connection.execute(GRANTED, [tenant]).fetchall()

    first = {
        (code, permission, "ORGANISATION", "ALLOW")
        for code, (_, _, permissions) in here.module.ROLES.items()
        for permission in permissions.split()
    }
    assert set(granted) == set(again) == first
    assert {each for each in today if each[0] in NEW} == {
        (code, str(permission), str(scope), "ALLOW")
        for code, role in NEW.items()
        for permission, scope in role.grants.items()
    }
    buyer = ("BUYER", "Buyer", "", True)
    assert set(named) == {buyer} | {
        (code, role.name, role.description, True) for code, role in NEW.items()
    }
    assert (left, held) == ([buyer], (1,))
