"""One row of every tenant table, made from the tables' own description, for tests of isolation."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from psycopg import Connection, connect
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier, Literal, Placeholder
from psycopg.types.json import Jsonb
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from app.kernel.ids import new_id
from app.orders.models import BUCKETS
from app.tables import METADATA

Row = dict[str, Any]
TABLES = {
    table.name: table
    for table in METADATA.sorted_tables
    if "tenant_id" in table.c and not table.schema
}
_SOME: dict[type, Any] = {
    str: "CNY",  # Three letters, as a currency wants.
    int: 1,
    bool: False,
    bytes: b"\x00",
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
    date: date(2026, 1, 1),
    time: time(8),
}
# What checks between columns ask for.
_FITTING: dict[str, Row] = {
    "carrier": {"url": "https://carriers.example.com/"},
    "carrier_booking": {"status": "BOOKED"},
    "checkout_account": {"kind": "SIGNED_JSON"},
    "care_terms": {"warning_hours": 0},
    "announcement": {"ends_at": datetime(2199, 1, 1, tzinfo=UTC)},
    "credit_note": {"total": 3},
    "import_run": {"bad": 0},
    "invoice": {"total": 3},
    "online_payment": {"state": "PENDING"},
    "lot_balance": dict.fromkeys(("blocked", "damaged", "quarantine"), 0),
    "order_line": dict.fromkeys(BUCKETS, 0) | {"ordered": 1, "unallocated": 1, "gross": 2},
    "orders": {"total": 3},
    "price_band": {"audience": "OWN"},
    "price_change_row": {"amount": 1},
    "price_entry": {"amount": 1},
    "price_list": {"kind": "BASE"},
    "price_list_terms": {"break_type": "ALL_UNITS"},
    "pick_line": {"short": 0},
    "shipment_line": {"refused": 0, "returned": 0, "missing": 0, "lost": 0},
    "statement_answer": {"closing": 1, "credited": 1, "until": date(2026, 2, 1)},
    "stock_balance": {"held": 0},
}
_NEEDED = {
    ("announcement_audience", "level_id"),
    ("announcement_item", "product_id"),
    ("assortment_audience", "level_id"),
    ("assortment_goods", "sku_id"),
    ("discount_authority", "role_id"),
    ("invoice_allocation", "payment_id"),
    ("price_change_row", "sku_id"),
    ("price_entry", "sku_id"),
}


def standing_in(dsn: str, tenant_id: UUID | None) -> Connection[Row]:
    """A transaction of the application's role in one tenant, or in none."""
    connection = connect(dsn, row_factory=dict_row)
    setting = str(tenant_id or "")
    connection.execute(SQL("SET LOCAL app.tenant_id = {}").format(Literal(setting)))
    return connection


def fill(dsn: str, tenant_id: UUID) -> dict[str, list[Row]]:
    """Write two rows into every tenant table and return them; parents come before children."""
    rows: dict[str, list[Row]] = {}
    with standing_in(dsn, tenant_id) as connection:
        for name, table in TABLES.items():
            rows[name] = [_row(table, tenant_id, rows, place) for place in range(2)]
            for row in rows[name]:
                insert(connection, name, row)
    return rows


def insert(connection: Connection[Row], table: str, row: Row) -> None:
    """Write a row as it is."""
    connection.execute(
        SQL("INSERT INTO {} ({}) VALUES ({})").format(
            Identifier(table),
            SQL(", ").join(map(Identifier, row)),
            SQL(", ").join(map(Placeholder, row)),
        ),
        row,
    )


def foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    """The table's references to tables of the tenant, in the order of their columns."""
    found = [key for key in table.foreign_key_constraints if key.referred_table.name in TABLES]
    return sorted(found, key=lambda key: key.column_keys)


def _row(table: Table, tenant_id: UUID, rows: dict[str, list[Row]], place: int) -> Row:
    row: Row = {"tenant_id": tenant_id}
    for column in table.columns:
        if not column.nullable and column.name not in row:
            row[column.name] = _value(table, column, place)
    referred: dict[str, int] = {}
    for key in foreign_keys(table):
        parents = rows.get(key.referred_table.name)
        if not parents or not _is_needed(table, key):
            continue
        # Two references to one table point at different rows: nobody trades with themselves.
        turn = referred[key.referred_table.name] = referred.get(key.referred_table.name, -1) + 1
        parent = parents[(place + turn) % 2]
        row |= {child.parent.name: parent[child.column.name] for child in key.elements}
    return row | _FITTING.get(table.name, {})


def _is_needed(table: Table, key: ForeignKeyConstraint) -> bool:
    return all(
        not element.parent.nullable or (table.name, element.parent.name) in _NEEDED
        for element in key.elements
    )


def _value(table: Table, column: Column[Any], place: int) -> Any:
    listed = _listed(table, column.name)
    if listed:
        return listed[place % len(listed)]
    if isinstance(column.type, JSONB):
        return Jsonb({})
    kind = column.type.python_type
    if kind is UUID:
        return new_id()
    if kind is str and _is_key(table, column) and column.name != "currency":
        return new_id().hex
    if kind is int and _is_key(table, column):
        return place + 1
    return _SOME.get(kind, 1)


def _is_key(table: Table, column: Column[Any]) -> bool:
    keys = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
    return column.primary_key or any(column.name in key.columns for key in [*keys, *table.indexes])


def _listed(table: Table, column: str) -> list[str]:
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            match = re.fullmatch(rf"{column} IN \((.*)\)", str(check.sqltext))
            if match:
                return re.findall(r"'([^']*)'", match[1])
    return []
