"""Planned ends of trade are found without reading the whole of it."""

from collections.abc import Sequence

from migrations import steps

revision: str = "0059"
down_revision: str | None = "0058"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX = "ix_trading_relationship_end_planned"


def upgrade() -> None:
    steps.create_index(INDEX, "trading_relationship (tenant_id, valid_until) WHERE end_is_planned")


def downgrade() -> None:
    steps.drop_index(INDEX)
