"""Goods that lie in a warehouse and may not be sold: blocked, damaged, in quarantine."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

QUANTITY = sa.Numeric(18, 6)
CHANGE = "stock_status_change"
HELD = ("blocked", "damaged", "quarantine")
CHECKS = (
    ("stock_balance", "held", "held >= 0 AND reserved + held <= on_hand"),
    ("lot_balance", "held", "blocked >= 0 AND damaged >= 0 AND quarantine >= 0"),
    (
        "lot_balance",
        "held_within_on_hand",
        "allocated + blocked + damaged + quarantine <= on_hand",
    ),
)


def upgrade() -> None:
    for table, names in (("stock_balance", ("held",)), ("lot_balance", HELD)):
        for name in names:
            column = sa.Column(name, QUANTITY, server_default="0", nullable=False)
            op.add_column(table, column)
    for table, name, condition in CHECKS:
        check = f"ck_{table}_{name}"
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}")
    ids = ("tenant_id", "id", "warehouse_id", "sku_id", "lot_id")
    parents = {"warehouse_id": "warehouse", "sku_id": "sku", "lot_id": "stock_lot"}
    listed = "('AVAILABLE', 'BLOCKED', 'DAMAGED', 'QUARANTINE')"
    op.create_table(
        CHANGE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("quantity", QUANTITY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        *(
            sa.CheckConstraint(f"{name} IN {listed}", name=op.f(f"ck_{CHANGE}_{name}"))
            for name in ("from_status", "to_status")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{CHANGE}_quantity")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{parent}.tenant_id", f"{parent}.id"],
                name=op.f(f"fk_{CHANGE}_tenant_id_{column}"),
            )
            for column, parent in parents.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{CHANGE}")),
    )
    guard(CHANGE, append_only=True)
    op.create_index(
        f"ix_{CHANGE}_tenant_id_warehouse_id_id", CHANGE, ["tenant_id", "warehouse_id", "id"]
    )


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table(CHANGE)
    for table, names in (("stock_balance", ("held",)), ("lot_balance", HELD)):
        for name in names:
            op.drop_column(table, name)
