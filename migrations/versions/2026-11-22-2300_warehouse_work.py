"""Quotas of scarce goods, who comes first in a shortage, waves of picks, choice of a warehouse."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

QUANTITY = sa.Numeric(18, 6)


def upgrade() -> None:
    op.add_column(
        "trading_relationship",
        sa.Column("allocation_priority", sa.Integer(), server_default="0", nullable=False),
    )
    _create_quotas()
    _create_waves()
    _create(
        "sourcing_rule",
        _id("id"),
        _id("organisation_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _id("warehouse_id"),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("delivery_mode", sa.Text(), nullable=True),
        _check("sourcing_rule", "position", "position > 0"),
        _unique("sourcing_rule", "organisation_id", "position"),
        organisation_id="organisation",
        warehouse_id="warehouse",
    )


def _create_quotas() -> None:
    _create(
        "stock_quota",
        _id("id"),
        _id("organisation_id"),
        _id("sku_id"),
        _id("relationship_id", nullable=True),
        _id("level_id", nullable=True),
        sa.Column("pieces", QUANTITY, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _check("stock_quota", "pieces", "pieces >= 0"),
        _check("stock_quota", "binds", "relationship_id IS NULL OR level_id IS NULL"),
        _check("stock_quota", "days", "ends_on >= starts_on"),
        _check("stock_quota", "period", "period IN ('DAY', 'WEEK', 'MONTH', 'WHOLE')"),
        organisation_id="organisation",
        sku_id="sku",
        relationship_id="trading_relationship",
        level_id="customer_level",
    )
    _index("stock_quota", "organisation_id", "sku_id")
    uses = ("quota_id", "relationship_id", "starts_on")
    _create(
        "quota_use",
        _id("quota_id"),
        _id("relationship_id"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("most", QUANTITY, nullable=False),
        sa.Column("used", QUANTITY, nullable=False),
        _check("quota_use", "never_exceeded", "used >= 0 AND used <= most"),
        key=uses,
        quota_id="stock_quota",
        relationship_id="trading_relationship",
    )
    _create(
        "quota_entry",
        _id("quota_id"),
        _id("source_line_id"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        _id("relationship_id"),
        sa.Column("pieces", QUANTITY, nullable=False),
        _check("quota_entry", "pieces", "pieces >= 0"),
        key=("quota_id", "source_line_id", "starts_on"),
        quota_id="stock_quota",
        relationship_id="trading_relationship",
    )
    _index("quota_entry", "source_line_id")


def _create_waves() -> None:
    # A task of which nothing was found stays, and is for nothing.
    op.drop_constraint(op.f("ck_pick_task_quantity"), "pick_task", type_="check")
    op.execute(
        "ALTER TABLE pick_task ADD CONSTRAINT ck_pick_task_quantity CHECK (quantity >= 0) NOT VALID"
    )
    op.execute("ALTER TABLE pick_task VALIDATE CONSTRAINT ck_pick_task_quantity")
    _create(
        "stock_place",
        _id("warehouse_id"),
        _id("sku_id"),
        sa.Column("place", sa.Text(), nullable=False),
        key=("warehouse_id", "sku_id"),
        warehouse_id="warehouse",
        sku_id="sku",
    )
    _create(
        "pick_wave",
        _id("id"),
        _id("organisation_id"),
        _id("warehouse_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        _id("picker_membership_id", nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        _id("checked_by_membership_id", nullable=True),
        _check("pick_wave", "status", "status IN ('OPEN', 'PICKED', 'CHECKED')"),
        _unique("pick_wave", "warehouse_id", "number"),
        organisation_id="organisation",
        warehouse_id="warehouse",
        picker_membership_id="membership",
        checked_by_membership_id="membership",
    )
    _index("pick_wave", "organisation_id", "id")
    _create(
        "pick_line",
        _id("id"),
        _id("wave_id"),
        _id("pick_task_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        *(
            sa.Column(name, QUANTITY, nullable=False)
            for name in ("factor", "quantity", "picked", "short")
        ),
        sa.Column("short_reason", sa.Text(), nullable=True),
        _id("picked_by_membership_id", nullable=True),
        _check("pick_line", "level", "level IN ('PIECE', 'INNER', 'CASE', 'PALLET')"),
        _check("pick_line", "quantity", "quantity > 0 AND factor > 0"),
        _check("pick_line", "done_positive", "picked >= 0 AND short >= 0"),
        _check("pick_line", "done_within_quantity", "picked + short <= quantity"),
        _unique("pick_line", "pick_task_id", "level"),
        _unique("pick_line", "wave_id", "position"),
        wave_id="pick_wave",
        pick_task_id="pick_task",
    )


def downgrade() -> None:
    """Take the tables back; the check on tasks stays as wide as it is."""
    for table in ("sourcing_rule", "pick_line", "pick_wave", "stock_place"):
        op.drop_table(table)
    for table in ("quota_entry", "quota_use", "stock_quota"):
        op.drop_table(table)
    op.drop_column("trading_relationship", "allocation_priority")


def _create(table: str, *parts: Any, key: Sequence[str] = ("id",), **parents: str) -> None:
    """Create a table of tenants, whose columns named in `parents` point to rows of others."""
    op.create_table(
        table,
        _id("tenant_id"),
        *parts,
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{parent}.tenant_id", f"{parent}.id"],
                name=op.f(f"fk_{table}_tenant_id_{column}"),
            )
            for column, parent in parents.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", *key, name=op.f(f"pk_{table}")),
    )
    guard(table)


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_tenant_id_{'_'.join(columns)}")
    return sa.UniqueConstraint("tenant_id", *columns, name=name)


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant_id", *columns])
