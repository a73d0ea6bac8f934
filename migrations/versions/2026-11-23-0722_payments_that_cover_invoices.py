"""Numbers of invoices by year, and which invoices the payments so far have covered."""

from collections.abc import Sequence

from migrations.steps import create_index, drop_index, fill

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = "uq_invoice_tenant_id_seller_id_year_number"


def upgrade() -> None:
    create_index(NUMBER, "invoice (tenant_id, seller_id, year, number)", is_unique=True)
    # Until now a payment covered the invoice of what it was for, and no other.
    fill(
        """
        INSERT INTO invoice_allocation (
            tenant_id, id, invoice_id, payment_id, amount, allocated_at
        )
        SELECT p.tenant_id, gen_random_uuid(), i.id, p.id, p.amount - p.unallocated,
            greatest(p.received_at, i.issued_at)
        FROM payment p JOIN invoice i ON i.tenant_id = p.tenant_id AND i.source_id = p.source_id
        WHERE p.amount > p.unallocated AND NOT EXISTS (
            SELECT FROM invoice_allocation a
            WHERE a.tenant_id = p.tenant_id AND a.payment_id = p.id
        )
        LIMIT 1000
        """
    )


def downgrade() -> None:
    drop_index(NUMBER)
