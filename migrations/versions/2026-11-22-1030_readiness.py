"""Let the application read which schema it has, so that a server can say whether it is ready."""

from collections.abc import Sequence

from alembic import op

from migrations.row_level_security import APP_ROLE

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")


def downgrade() -> None:
    op.execute(f"REVOKE ALL ON alembic_version FROM {APP_ROLE}")
