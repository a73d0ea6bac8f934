"""Goods on their way from one warehouse of an organisation to another."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

QUANTITY = sa.Numeric(18, 6)
AT = sa.DateTime(timezone=True)
TRANSFER, LINE = "stock_transfer", "stock_transfer_line"
CAUSES = ("RECEIPT", "ADJUSTMENT", "SHIPMENT", "RETURN_TO_WAREHOUSE")


def upgrade() -> None:
    _create_transfers()
    _create_lines()
    for table in (TRANSFER, LINE):
        guard(table)
    op.create_index(
        f"ix_{TRANSFER}_tenant_id_organisation_id_id",
        TRANSFER,
        ["tenant_id", "organisation_id", "id"],
    )
    _allow(*CAUSES, "TRANSFER")


def _create_transfers() -> None:
    ids = ("tenant_id", "id", "organisation_id", "from_warehouse_id", "to_warehouse_id")
    parents = {
        "organisation_id": "organisation",
        "from_warehouse_id": "warehouse",
        "to_warehouse_id": "warehouse",
    }
    op.create_table(
        TRANSFER,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", AT, nullable=False),
        sa.Column("sent_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", AT, nullable=True),
        sa.Column("received_by_membership_id", sa.Uuid(), nullable=True),
        *_belong(TRANSFER, parents),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TRANSFER}")),
    )


def _create_lines() -> None:
    ids = ("tenant_id", "transfer_id", "lot_id", "sku_id")
    parents = {"transfer_id": TRANSFER, "lot_id": "stock_lot", "sku_id": "sku"}
    op.create_table(
        LINE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("sent", QUANTITY, nullable=False),
        sa.Column("received", QUANTITY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("sent > 0 AND received >= 0", name=op.f(f"ck_{LINE}_pieces")),
        sa.CheckConstraint(
            "received = sent OR reason IS NOT NULL", name=op.f(f"ck_{LINE}_explained")
        ),
        *_belong(LINE, parents),
        sa.PrimaryKeyConstraint("tenant_id", "transfer_id", "lot_id", name=op.f(f"pk_{LINE}")),
    )


def _belong(table: str, parents: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{parent}.tenant_id", f"{parent}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
        )
        for column, parent in parents.items()
    ]


def _allow(*causes: str) -> None:
    listed = ", ".join(f"'{cause}'" for cause in causes)
    op.drop_constraint(op.f("ck_stock_move_cause"), "stock_move", type_="check")
    op.execute(
        f"ALTER TABLE stock_move ADD CONSTRAINT ck_stock_move_cause CHECK (cause IN ({listed}))"
        " NOT VALID"
    )
    op.execute("ALTER TABLE stock_move VALIDATE CONSTRAINT ck_stock_move_cause")


def downgrade() -> None:
    steps.wait_for_servers()
    _allow(*CAUSES)
    for table in (LINE, TRANSFER):
        op.drop_table(table)
