"""How people want to be told: choices by kind, quiet hours, and digests."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATUS = "ck_notification_email_status"
_BEFORE, _SINCE = ("NOT_SENT", "SENT"), ("NOT_SENT", "WAITING", "NOT_WANTED", "SENT")


def upgrade() -> None:
    _create_settings()
    op.create_table(
        "notification_digest",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        _of_membership("notification_digest"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_digest")),
    )
    op.create_index(
        op.f("ix_notification_digest_tenant_id_membership_id"),
        "notification_digest",
        ["tenant_id", "membership_id"],
    )
    guard("notification_digest")
    _widen_notification()


def _create_settings() -> None:
    op.create_table(
        "notification_setting",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Time(), nullable=True) for name in ("quiet_begin", "quiet_end")),
        sa.Column("digest_at", sa.Time(), nullable=True),
        sa.CheckConstraint(
            "(quiet_begin IS NULL) = (quiet_end IS NULL) AND quiet_begin <> quiet_end",
            name=op.f("ck_notification_setting_quiet_hours"),
        ),
        _of_membership("notification_setting"),
        sa.PrimaryKeyConstraint("tenant_id", "membership_id", name=op.f("pk_notification_setting")),
    )
    op.create_table(
        "notification_choice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "email IN ('AT_ONCE', 'DAILY', 'NEVER')", name=op.f("ck_notification_choice_email")
        ),
        _of_membership("notification_choice"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "membership_id", "kind", name=op.f("pk_notification_choice")
        ),
    )
    guard("notification_setting")
    guard("notification_choice")


def _widen_notification() -> None:
    op.add_column(
        "notification", sa.Column("email_due_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("notification", sa.Column("digest_id", sa.Uuid(), nullable=True))
    op.add_column(
        "notification",
        sa.Column("is_shown", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_notification_tenant_id_digest_id"),
        "notification",
        "notification_digest",
        ["tenant_id", "digest_id"],
        ["tenant_id", "id"],
        postgresql_not_valid=True,
    )
    _allow(_SINCE)


def _allow(statuses: Sequence[str]) -> None:
    """Hold the status to these; all rows are within them, so none is read to find out."""
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.drop_constraint(op.f(_STATUS), "notification")
    op.create_check_constraint(
        op.f(_STATUS), "notification", f"email_status IN ({listed})", postgresql_not_valid=True
    )


def _of_membership(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "membership_id"],
        ["membership.tenant_id", "membership.id"],
        name=op.f(f"fk_{table}_tenant_id_membership_id"),
    )


def downgrade() -> None:
    """Take the choices back: what waits goes out at once, and what was not wanted never does."""
    op.execute("ALTER TABLE notification NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE notification SET email_status = 'SENT' WHERE email_status = 'NOT_WANTED'")
    op.execute("UPDATE notification SET email_status = 'NOT_SENT' WHERE email_status = 'WAITING'")
    op.execute("ALTER TABLE notification FORCE ROW LEVEL SECURITY")
    _allow(_BEFORE)
    for column in ("digest_id", "is_shown", "email_due_at"):
        op.drop_column("notification", column)
    for table in ("notification_digest", "notification_choice", "notification_setting"):
        op.drop_table(table)
