"""The instants at which changes of prices and schemes become known, network by network, in order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # What there is already is known by now.
    known_at = sa.Column("known_at", sa.DateTime(timezone=True), server_default=sa.func.now())
    op.add_column("network_revision", known_at)
    op.alter_column("network_revision", "known_at", server_default=None)


def downgrade() -> None:
    op.drop_column("network_revision", "known_at")
