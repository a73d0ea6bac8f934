"""The migration to keys of owners, up and down, where there is data already."""

import psycopg
import pytest
from alembic import command
from psycopg.errors import UniqueViolation

from app.kernel.ids import new_id
from launch.migrations import migrate, migration_config
from launch.postgres import throwaway_postgres

BEFORE, AFTER = "0011", "0012"


@pytest.fixture(scope="module")
def server():
    with throwaway_postgres() as started:
        with psycopg.connect(started.dsn(), autocommit=True) as connection:
            connection.execute("CREATE ROLE tributary_app")
        migrate(started.dsn())
        yield started


def network(connection) -> tuple[str, list[str]]:
    """A network with two organisations; the tables' constraints are for other tests."""
    tenant = str(new_id())
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "INSERT INTO platform.tenant (id, slug, name, status, time_zone, currency, tax_mode,"
        " band_rule, free_goods_tax, policy_version, created_at)"
        " VALUES (%s, %s, 'N', 'ACTIVE', 'UTC', 'CNY', 'PER_LINE', 'BINDING', 'DISCOUNT', 1,"
        " now())",
        [tenant, tenant],
    )
    return tenant, [str(new_id()) for _ in range(2)]


def sku(connection, tenant: str, owner: str, code: str, gtin: str) -> None:
    """As a server of the release before writes it: it knows no owner."""
    product, made = str(new_id()), str(new_id())
    connection.execute(
        "INSERT INTO product (tenant_id, id, owner_id, brand_id, category_id, name, description,"
        " status, created_at) VALUES (%s, %s, %s, %s, %s, 'P', '', 'DRAFT', now())",
        [tenant, product, owner, new_id(), new_id()],
    )
    connection.execute(
        "INSERT INTO sku (tenant_id, id, product_id, tax_category_id, code, name)"
        " VALUES (%s, %s, %s, %s, %s, 'S')",
        [tenant, made, product, new_id(), code],
    )
    connection.execute(
        "INSERT INTO sku_packaging (tenant_id, sku_id, level, factor, gtin)"
        " VALUES (%s, %s, 'PIECE', 1, %s)",
        [tenant, made, gtin],
    )


KEYS = """SELECT sku.owner_id = product.owner_id, sku_packaging.owner_id = product.owner_id
    FROM product JOIN sku ON sku.product_id = product.id
    JOIN sku_packaging ON sku_packaging.sku_id = sku.id WHERE product.tenant_id = %s"""
NAMED = """SELECT code, gtin FROM sku JOIN sku_packaging ON sku_packaging.sku_id = sku.id
    WHERE sku.tenant_id = %s ORDER BY sku.id"""
OWN = """UPDATE {} SET owner_id = product.owner_id FROM product, sku s
    WHERE product.id = s.product_id AND {} = s.id"""


def test_keys_are_filled_for_what_was_there_and_taken_back_with_nothing_lost(server):
    config = migration_config(server.dsn())
    command.downgrade(config, BEFORE)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        tenant, owners = network(connection)
        other, _ = network(connection)
        sku(connection, tenant, owners[0], "TEA", "96385074")
        sku(connection, tenant, owners[1], "MILK", "12345670")
        sku(connection, other, owners[1], "TEA", "96385074")

        command.upgrade(config, AFTER)
        filled = connection.execute(KEYS, [tenant]).fetchall()
        sku(connection, tenant, owners[1], "TEA", "96385074")  # Of a server not yet restarted.
        connection.execute(OWN.format("sku", "sku.id"))
        connection.execute(OWN.format("sku_packaging", "sku_packaging.sku_id"))
        with pytest.raises(UniqueViolation, match="uq_sku_owner_code"):
            connection.execute("UPDATE sku SET code = 'TEA' WHERE code = 'MILK'")
        with pytest.raises(UniqueViolation, match="uq_sku_packaging_owner_gtin"):
            connection.execute("UPDATE sku_packaging SET gtin = '96385074' WHERE gtin = '12345670'")

        command.downgrade(config, BEFORE)
        first, milk, second = connection.execute(NAMED, [tenant]).fetchall()
        with pytest.raises(UniqueViolation, match="uq_sku_tenant_id_code"):
            sku(connection, tenant, owners[1], "TEA", "40170725")
        command.upgrade(config, AFTER)
        again = connection.execute(KEYS, [tenant]).fetchall()

    assert filled == [(True, True)] * 2
    assert (first, milk) == (("TEA", "96385074"), ("MILK", "12345670"))
    assert second[0].startswith(f"TEA~{owners[1][:8]}~")
    assert second[1] is None
    assert again == [(True, True)] * 3
