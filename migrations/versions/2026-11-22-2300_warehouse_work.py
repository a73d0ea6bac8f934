"""Quotas of scarce goods and what was used of them, and who comes first in a shortage."""

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


def downgrade() -> None:
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


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant_id", *columns])
