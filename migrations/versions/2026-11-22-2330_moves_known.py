"""Moves of branches made so far are known: whom prices are inherited from is asked as of then."""

from collections.abc import Sequence

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with_force("NO FORCE", "network_revision", "former_ancestry")
    op.execute(
        "UPDATE network_revision AS revision SET known_at = moved.until FROM ("
        " SELECT tenant_id, max(until) AS until FROM former_ancestry GROUP BY tenant_id) AS moved"
        " WHERE moved.tenant_id = revision.tenant_id AND revision.kind = 'PRICES'"
        " AND (revision.known_at IS NULL OR revision.known_at < moved.until)"
    )
    with_force("FORCE", "network_revision", "former_ancestry")


def with_force(how: str, *tables: str) -> None:
    # The owner is under row-level security too (F1), and this touches every tenant's rows.
    for table in tables:
        op.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Nothing to take back: what is known stays known."""
