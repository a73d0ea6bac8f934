"""Ways to pay of relationships and orders, settling at receipt, and what buyers pay ahead."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(19, 4)
CAUSES = "'TOP_UP', 'ORDER', 'REFUND', 'PAY_OUT'"
METHODS = ("BANK_TRANSFER", "CASH", "CARD", "WALLET")
ACCOUNTS = ("RECEIVABLE", "ADVANCE", "REVENUE", "TAX", "CASH", "DEPOSIT")


def upgrade() -> None:
    _hold_to("payment", "method", (*METHODS, "ONLINE", "PREPAID_BALANCE"))
    _hold_to("ledger_entry", "account", (*ACCOUNTS, "PREPAID"))
    terms = "trading_relationship"
    op.add_column(terms, sa.Column("payment_ways", postgresql.JSONB(), nullable=True))
    op.add_column(
        terms,
        sa.Column("settles_at_receipt", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("orders", sa.Column("payment_way", sa.Text(), nullable=True))
    _create_prepaid()


def _hold_to(table: str, column: str, words: Sequence[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    name = f"ck_{table}_{column}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID"
    )
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _of_relationship(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "relationship_id"],
        ["trading_relationship.tenant_id", "trading_relationship.id"],
        name=op.f(f"fk_{table}_tenant_id_relationship_id"),
    )


def _create_prepaid() -> None:
    op.create_table(
        "prepaid_account",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "relationship_id")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance", AMOUNT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_prepaid_account_balance")),
        _of_relationship("prepaid_account"),
        sa.PrimaryKeyConstraint("tenant_id", "relationship_id", name=op.f("pk_prepaid_account")),
    )
    op.create_table(
        "prepaid_movement",
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("tenant_id", "id", "relationship_id")
        ),
        sa.Column("cause", sa.Text(), nullable=False),
        *(sa.Column(name, AMOUNT, nullable=False) for name in ("amount", "balance")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("moved_at", AT, nullable=False),
        sa.Column("moved_by_membership_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_prepaid_movement_cause")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_prepaid_movement_amount")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_prepaid_movement_balance")),
        _of_relationship("prepaid_movement"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_prepaid_movement")),
    )
    op.create_index(
        op.f("ix_prepaid_movement_tenant_id_relationship_id_id"),
        "prepaid_movement",
        ["tenant_id", "relationship_id", "id"],
    )
    guard("prepaid_account")
    guard("prepaid_movement", append_only=True)


def downgrade() -> None:
    op.drop_table("prepaid_movement")
    op.drop_table("prepaid_account")
    op.drop_column("orders", "payment_way")
    for name in ("settles_at_receipt", "payment_ways"):
        op.drop_column("trading_relationship", name)
    _hold_to("ledger_entry", "account", ACCOUNTS)
    _hold_to("payment", "method", METHODS)
