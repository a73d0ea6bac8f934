"""The number that a buyer's own system gives to an order (R1-7)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("buyer_reference", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "buyer_reference")
