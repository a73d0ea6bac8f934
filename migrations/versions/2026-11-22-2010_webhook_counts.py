"""What came of webhooks over all networks, and which lanes rest: for metrics."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import open_to_application

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "webhook_tally",
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("outcome", name=op.f("pk_webhook_tally")),
        schema="platform",
    )
    open_to_application(["platform.webhook_tally"])
    op.add_column(
        "webhook_lane",
        sa.Column("is_resting", sa.Boolean(), server_default=sa.false(), nullable=False),
        schema="platform",
    )


def downgrade() -> None:
    op.drop_column("webhook_lane", "is_resting", schema="platform")
    op.drop_table("webhook_tally", schema="platform")
