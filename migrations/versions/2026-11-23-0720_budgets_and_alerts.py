"""Spending budgets of buyers and what orders hold of them; stock alerts and their thresholds."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.row_level_security import guard

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AMOUNT = sa.Numeric(19, 4)
QUANTITY = sa.Numeric(18, 6)


def upgrade() -> None:
    budget = "spending_budget"
    _create(
        budget,
        _id("id"),
        _id("organisation_id"),
        sa.Column("name", sa.Text(), nullable=False),
        _id("membership_id", nullable=True),
        _id("role_id", nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("order_limit", AMOUNT, nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("period_limit", AMOUNT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("approver", JSONB(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _check(budget, "period", "period IN ('MONTH', 'QUARTER', 'YEAR')"),
        _check(budget, "outcome", "outcome IN ('REFUSE', 'ASK')"),
        _check(budget, "limits", "order_limit >= 0 AND period_limit >= 0"),
        _check(budget, "period_has_limit", "(period IS NULL) = (period_limit IS NULL)"),
        _check(budget, "binds", "membership_id IS NULL OR role_id IS NULL"),
        _check(budget, "days", "ends_on >= starts_on"),
        organisation_id="organisation",
        membership_id="membership",
        role_id="role",
    )
    _index(budget, "organisation_id", "id")
    _create(
        "spending_use",
        _id("budget_id"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("most", AMOUNT, nullable=True),
        sa.Column("used", AMOUNT, nullable=False),
        _check("spending_use", "never_exceeded", "used >= 0 AND used <= most"),
        key=("budget_id", "starts_on"),
        budget_id=budget,
    )
    _create(
        "spending_entry",
        _id("id"),
        _id("budget_id"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        _id("order_id"),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        _check("spending_entry", "amount", "amount >= 0"),
        budget_id=budget,
        order_id="orders",
    )
    _index("spending_entry", "order_id")
    _index("spending_entry", "budget_id", "starts_on")
    _create_alerts()
    _show_stock()


def _show_stock() -> None:
    terms, listed = "trading_relationship", "'EXACT', 'BANDED', 'YES_NO', 'NONE'"
    op.add_column(
        terms, sa.Column("shown_stock", sa.Text(), server_default="YES_NO", nullable=False)
    )
    share = "minimum_shelf_life_percent"
    op.add_column(terms, sa.Column(share, sa.Integer(), nullable=True))
    for column, check in (
        ("shown_stock", f"shown_stock IN ({listed})"),
        (share, f"{share} BETWEEN 1 AND 100"),
    ):
        name = f"ck_{terms}_{column}"
        op.execute(f"ALTER TABLE {terms} ADD CONSTRAINT {name} CHECK ({check}) NOT VALID")
        op.execute(f"ALTER TABLE {terms} VALIDATE CONSTRAINT {name}")
    _create(
        "stock_band",
        _id("organisation_id"),
        sa.Column("from_pieces", QUANTITY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _check("stock_band", "from_pieces", "from_pieces >= 0"),
        key=("organisation_id", "from_pieces"),
        organisation_id="organisation",
    )


def _create_alerts() -> None:
    threshold, alert = "stock_threshold", "stock_alert"
    _create(
        threshold,
        _id("id"),
        _id("organisation_id"),
        *(_id(name, nullable=True) for name in ("warehouse_id", "sku_id", "category_id")),
        *(sa.Column(name, QUANTITY, nullable=True) for name in ("low", "target", "high")),
        sa.Column("watches_expiry", sa.Boolean(), nullable=False),
        sa.Column("expiry_days", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _check(threshold, "goods", "sku_id IS NULL OR category_id IS NULL"),
        _check(threshold, "order", "low >= 0 AND target >= low AND high >= target"),
        _check(threshold, "expiry_days", "expiry_days >= 0"),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "warehouse_id",
            "sku_id",
            "category_id",
            name=op.f("uq_stock_threshold_goods"),
            postgresql_nulls_not_distinct=True,
        ),
        organisation_id="organisation",
        warehouse_id="warehouse",
        sku_id="sku",
        category_id="category",
    )
    _create(
        alert,
        _id("id"),
        *(_id(name) for name in ("organisation_id", "warehouse_id", "sku_id")),
        _id("lot_id", nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("pieces", QUANTITY, nullable=False),
        sa.Column("quantity", QUANTITY, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        _id("acknowledged_by_membership_id", nullable=True),
        sa.Column("acknowledged_by_name", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _check(alert, "kind", "kind IN ('LOW', 'HIGH', 'NEAR_EXPIRY', 'EXPIRED')"),
        _check(alert, "action", "action IN ('REPLENISH', 'TRANSFER', 'PROMOTE', 'DISPOSE')"),
        _check(alert, "pieces", "pieces >= 0 AND quantity >= 0"),
        organisation_id="organisation",
        warehouse_id="warehouse",
        sku_id="sku",
        lot_id="stock_lot",
        acknowledged_by_membership_id="membership",
    )
    op.create_index(
        "uq_stock_alert_open",
        alert,
        ["tenant_id", "organisation_id", "warehouse_id", "sku_id", "lot_id", "kind"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("mended_at IS NULL"),
    )
    _index(alert, "organisation_id", "id")


def downgrade() -> None:
    for column in ("shown_stock", "minimum_shelf_life_percent"):
        op.drop_column("trading_relationship", column)
    for table in ("stock_band", "stock_alert", "stock_threshold"):
        op.drop_table(table)
    for table in ("spending_entry", "spending_use", "spending_budget"):
        op.drop_table(table)


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


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant_id", *columns])
