"""Where the device of a vehicle was, with a report of tracking (R1-62)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "tracking_event"
CHECK = "ck_tracking_event_position"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("latitude", sa.Numeric(8, 6), nullable=True))
    op.add_column(TABLE, sa.Column("longitude", sa.Numeric(9, 6), nullable=True))
    op.create_check_constraint(
        op.f(CHECK),
        TABLE,
        "(latitude IS NULL) = (longitude IS NULL)",
        postgresql_not_valid=True,
    )
    op.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    op.drop_constraint(op.f(CHECK), TABLE)
    op.drop_column(TABLE, "longitude")
    op.drop_column(TABLE, "latitude")
