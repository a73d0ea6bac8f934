"""Invoices by year with dates and parties, credit notes, and which payment covers what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
AMOUNT, QUANTITY = sa.Numeric(19, 4), sa.Numeric(18, 6)
OLD_NUMBER = "uq_invoice_tenant_id_seller_id_number"
TABLES = ("invoice_allocation", "credit_note_line", "credit_note", "billing_details")
CAUSES = "'LOST', 'REFUSED', 'SHORT', 'DAMAGED'"


def upgrade() -> None:
    _widen_invoices()
    _widen_payments()
    _create_billing_details()
    _create_credit_notes()
    _create_allocations()
    for table in TABLES:
        guard(table, append_only=table == "invoice_allocation")


def _widen_invoices() -> None:
    op.add_column("invoice", sa.Column("year", sa.Integer(), server_default="0", nullable=False))
    for name in ("issued_on", "due_on"):
        op.add_column("invoice", sa.Column(name, sa.Date(), nullable=True))
    for name in ("seller_details", "buyer_details"):
        op.add_column("invoice", sa.Column(name, postgresql.JSONB(), nullable=True))
    # The counter gives each number once; the key by year is built in the next migration.
    op.execute(f"ALTER TABLE invoice DROP CONSTRAINT {OLD_NUMBER}")
    op.add_column("invoice_line", sa.Column("title", sa.Text(), server_default="", nullable=False))


def _widen_payments() -> None:
    op.add_column("payment", sa.Column("received_on", sa.Date(), nullable=True))
    op.add_column("payment", sa.Column("reversed_at", AT, nullable=True))
    op.add_column("payment", sa.Column("reversed_by_membership_id", sa.Uuid(), nullable=True))
    op.add_column("payment", sa.Column("reversal_reason", sa.Text(), nullable=True))
    op.execute(
        "ALTER TABLE payment ADD CONSTRAINT ck_payment_reversed "
        "CHECK (reversed_at IS NULL OR unallocated = 0) NOT VALID"
    )
    op.execute("ALTER TABLE payment VALIDATE CONSTRAINT ck_payment_reversed")


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _create_billing_details() -> None:
    texts = (
        "legal_name",
        "tax_number",
        "street",
        "postal_code",
        "city",
        "region",
        "country",
        "bank_account",
        "language",
    )
    op.create_table(
        "billing_details",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("language IN ('EN', 'ZH')", name=op.f("ck_billing_details_language")),
        _belongs("billing_details", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "organisation_id", name=op.f("pk_billing_details")),
    )


def _create_credit_notes() -> None:
    parties = {
        "seller_id": "organisation",
        "buyer_id": "organisation",
        "relationship_id": "trading_relationship",
        "invoice_id": "invoice",
    }
    op.create_table(
        "credit_note",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in parties),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "number")),
        sa.Column("currency", sa.Text(), nullable=False),
        *(
            sa.Column(name, AMOUNT, nullable=False)
            for name in ("net", "tax", "deposits", "total", "unallocated")
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.CheckConstraint("total = net + tax + deposits", name=op.f("ck_credit_note_total")),
        sa.CheckConstraint(
            "unallocated >= 0 AND unallocated <= total", name=op.f("ck_credit_note_unallocated")
        ),
        *(_belongs("credit_note", name, to) for name, to in parties.items()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint(
            "tenant_id",
            "seller_id",
            "year",
            "number",
            name=op.f("uq_credit_note_tenant_id_seller_id_year_number"),
        ),
    )
    for name in ("buyer_id", "relationship_id", "invoice_id"):
        op.create_index(
            op.f(f"ix_credit_note_tenant_id_{name}"), "credit_note", ["tenant_id", name]
        )
    op.create_table(
        "credit_note_line",
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("tenant_id", "id", "credit_note_id", "invoice_line_id")
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("quantity", QUANTITY, nullable=False),
        *(sa.Column(name, AMOUNT, nullable=False) for name in ("net", "tax", "deposit")),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_credit_note_line_cause")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_credit_note_line_quantity")),
        _belongs("credit_note_line", "credit_note_id", "credit_note"),
        _belongs("credit_note_line", "invoice_line_id", "invoice_line"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_note_line")),
    )
    for name in ("credit_note_id", "invoice_line_id"):
        index = op.f(f"ix_credit_note_line_tenant_id_{name}")
        op.create_index(index, "credit_note_line", ["tenant_id", name])


def _create_allocations() -> None:
    table = "invoice_allocation"
    columns = {"invoice_id": "invoice", "payment_id": "payment", "credit_note_id": "credit_note"}
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=name != "invoice_id") for name in columns),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("allocated_at", AT, nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f(f"ck_{table}_amount")),
        sa.CheckConstraint(
            "payment_id IS NOT NULL OR credit_note_id IS NOT NULL",
            name=op.f(f"ck_{table}_one_source"),
        ),
        *(_belongs(table, name, to) for name, to in columns.items()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    for name in columns:
        op.create_index(op.f(f"ix_{table}_tenant_id_{name}"), table, ["tenant_id", name])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("invoice_line", "title")
    op.execute("ALTER TABLE payment DROP CONSTRAINT ck_payment_reversed")
    for name in ("received_on", "reversed_at", "reversed_by_membership_id", "reversal_reason"):
        op.drop_column("payment", name)
    for name in ("year", "issued_on", "due_on", "seller_details", "buyer_details"):
        op.drop_column("invoice", name)
    op.create_unique_constraint(OLD_NUMBER, "invoice", ["tenant_id", "seller_id", "number"])
