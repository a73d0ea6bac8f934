"""The index of open invoices of which nobody was told that they are overdue."""

from collections.abc import Sequence

from migrations.steps import create_index, drop_index

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = "ix_invoice_untold"


def upgrade() -> None:
    create_index(NAME, "invoice (tenant_id, due_on) WHERE paid < total AND overdue_told_at IS NULL")


def downgrade() -> None:
    drop_index(NAME)
