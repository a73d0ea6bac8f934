"""The index of open exceptions, built while orders are written."""

from collections.abc import Sequence

from migrations.steps import create_index, drop_index

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = "ix_order_exception_open"


def upgrade() -> None:
    create_index(NAME, "order_exception (tenant_id, id) WHERE closed_at IS NULL")


def downgrade() -> None:
    drop_index(NAME)
