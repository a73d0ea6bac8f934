"""Orders paid online: accounts at providers, payments under way, and what was reported."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(19, 4)
TABLES = ("checkout_report", "online_payment", "checkout_account")


def upgrade() -> None:
    _create_accounts()
    _create_payments()
    _create_reports()
    for table in TABLES:
        guard(table)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _keys(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id", *names)]


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _create_accounts() -> None:
    op.create_table(
        "checkout_account",
        *_keys("seller_id"),
        *_texts("address", "merchant"),
        sa.Column("secret_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        _belongs("checkout_account", "seller_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checkout_account")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", name=op.f("uq_checkout_account_tenant_id_seller_id")
        ),
    )


def _create_payments() -> None:
    table = "online_payment"
    parents = {
        "account_id": "checkout_account",
        "order_id": "orders",
        "relationship_id": "trading_relationship",
        "payment_id": "payment",
    }
    op.create_table(
        table,
        *_keys("account_id", "order_id", "relationship_id"),
        *_texts("state"),
        sa.Column("amount", AMOUNT, nullable=False),
        *_texts("currency"),
        *_texts("redirect_url", "provider_reference", nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", AT, nullable=False),
        *(sa.Column(name, AT, nullable=True) for name in ("decided_at", "ask_at")),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('STARTED', 'PENDING', 'PAID', 'FAILED')", name=op.f(f"ck_{table}_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{table}_amount")),
        sa.CheckConstraint(
            "(state = 'PAID') = (payment_id IS NOT NULL)", name=op.f(f"ck_{table}_paid")
        ),
        *(_belongs(table, column, to) for column, to in parents.items()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_tenant_id_order_id"), table, ["tenant_id", "order_id"])
    op.create_index(
        "ix_online_payment_unclear",
        table,
        ["tenant_id", "ask_at"],
        postgresql_where=sa.text("ask_at IS NOT NULL"),
    )


def _create_reports() -> None:
    table = "checkout_report"
    outcomes = "'ACCEPTED', 'REPEATED', 'OUTDATED', 'MISMATCHED'"
    op.create_table(
        table,
        *_keys("online_payment_id"),
        *_texts("event", "state", "outcome"),
        sa.Column("amount", AMOUNT, nullable=False),
        *_texts("currency"),
        sa.Column("heard_at", AT, nullable=False),
        sa.CheckConstraint(f"outcome IN ({outcomes})", name=op.f(f"ck_{table}_outcome")),
        _belongs(table, "online_payment_id", "online_payment"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "tenant_id",
            "online_payment_id",
            "event",
            name=op.f(f"uq_{table}_tenant_id_online_payment_id_event"),
        ),
    )


def downgrade() -> None:
    steps.wait_for_servers()
    for table in TABLES:
        op.drop_table(table)
