"""Why a job is dead, in words of the code alone, for the platform's people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("job", sa.Column("cause", sa.Text(), nullable=True), schema="platform")


def downgrade() -> None:
    op.drop_column("job", "cause", schema="platform")
