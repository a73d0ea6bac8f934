"""Tables of the job queue: made by the owner, used by the application, outside tenant lines."""

from collections.abc import Sequence

from alembic import op
from dramatiq_postgres.schema import generate_init_sql

from migrations.row_level_security import APP_ROLE

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEMA = "dramatiq"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(generate_init_sql(SCHEMA))
    op.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {APP_ROLE}")
    op.execute(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO {APP_ROLE}"
    )


def downgrade() -> None:
    op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
