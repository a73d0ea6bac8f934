"""Packages of shipments, and the prefix under which an organisation numbers them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEVELS = "'PIECE', 'INNER', 'CASE', 'PALLET'"
QUANTITY = sa.Numeric(18, 6)


def upgrade() -> None:
    op.add_column("billing_details", sa.Column("gs1_company_prefix", sa.Text(), nullable=True))
    _create_packages()
    _create_contents()
    guard("shipment_package")
    guard("package_content")


def _id(name: str, *, nullable: bool = False) -> sa.Column[UUID]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _create_packages() -> None:
    table = "shipment_package"
    op.create_table(
        table,
        *map(_id, ("tenant_id", "id", "shipment_id", "seller_id")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sscc", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("weight_kg", QUANTITY, nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        _id("packed_by_membership_id", nullable=True),
        sa.CheckConstraint(f"level IN ({LEVELS})", name=op.f(f"ck_{table}_level")),
        sa.CheckConstraint("weight_kg > 0", name=op.f(f"ck_{table}_weight")),
        _belongs(table, "shipment_id", "shipment"),
        _belongs(table, "seller_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "sscc", name=op.f(f"uq_{table}_tenant_id_seller_id_sscc")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "shipment_id",
            "number",
            name=op.f(f"uq_{table}_tenant_id_shipment_id_number"),
        ),
    )


def _create_contents() -> None:
    table = "package_content"
    op.create_table(
        table,
        *map(_id, ("tenant_id", "package_id", "shipment_line_id")),
        sa.Column("quantity", QUANTITY, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity")),
        _belongs(table, "package_id", "shipment_package"),
        _belongs(table, "shipment_line_id", "shipment_line"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "package_id", "shipment_line_id", name=op.f(f"pk_{table}")
        ),
    )
    op.create_index(
        op.f(f"ix_{table}_tenant_id_shipment_line_id"), table, ["tenant_id", "shipment_line_id"]
    )


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table("package_content")
    op.drop_table("shipment_package")
    op.drop_column("billing_details", "gs1_company_prefix")
