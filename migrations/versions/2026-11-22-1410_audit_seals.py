"""Seals over the audit trail, a chain for each network; where a change came from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("address", sa.Text(), nullable=True))
    op.create_table(
        "audit_seal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "audit_sealed_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "entry_id", name=op.f("pk_audit_sealed_entry")),
        sa.UniqueConstraint(
            "tenant_id",
            "seal_number",
            "place",
            name=op.f("uq_audit_sealed_entry_tenant_id_seal_number_place"),
        ),
    )
    op.create_table(
        "audit_unsealed_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "entry_id", name=op.f("pk_audit_unsealed_entry")),
    )
    _let_older_entries_wait()
    guard("audit_seal", append_only=True)
    guard("audit_sealed_entry", append_only=True)
    guard("audit_unsealed_entry")


def _let_older_entries_wait() -> None:
    op.execute("ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO audit_unsealed_entry (tenant_id, entry_id) SELECT tenant_id, id FROM audit_entry"
    )
    op.execute("ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the tables back; the seals are lost."""
    op.drop_table("audit_unsealed_entry")
    op.drop_table("audit_sealed_entry")
    op.drop_table("audit_seal")
    op.drop_column("audit_entry", "address")
