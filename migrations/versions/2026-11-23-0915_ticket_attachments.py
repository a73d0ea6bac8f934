"""Files that come with words on tickets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "ticket_attachment"


def upgrade() -> None:
    """Take the tables on from the revision before."""
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_ticket_attachment_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"],
            ["ticket_message.tenant_id", "ticket_message.id"],
            name=op.f("fk_ticket_attachment_tenant_id_message_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "message_id", "file_id", name=op.f("pk_ticket_attachment")
        ),
    )
    op.create_index(op.f("ix_ticket_attachment_tenant_id_file_id"), TABLE, ["tenant_id", "file_id"])
    guard(TABLE)


def downgrade() -> None:
    """Take the tables back to the revision before."""
    steps.wait_for_servers()
    op.drop_table(TABLE)
