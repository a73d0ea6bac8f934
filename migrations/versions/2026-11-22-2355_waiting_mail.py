"""Indexes of e-mails that wait, built while notifications are written."""

from collections.abc import Sequence

from migrations.steps import create_index, drop_index

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = {
    "ix_notification_tenant_id_digest_id": (
        "notification (tenant_id, digest_id) WHERE digest_id IS NOT NULL"
    ),
    "ix_notification_waiting": (
        "notification (tenant_id, email_due_at) WHERE email_due_at IS NOT NULL AND digest_id IS NULL"
    ),
}


def upgrade() -> None:
    for name, on in INDEXES.items():
        create_index(name, on)


def downgrade() -> None:
    for name in INDEXES:
        drop_index(name)
