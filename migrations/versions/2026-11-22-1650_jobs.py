"""Jobs with books of their own, dead letters, runs of schedules; who may look after them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard, open_to_application

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PERMISSIONS = ("JOB_READ", "JOB_REPLAY")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "listener", name=op.f("pk_job")),
        schema="platform",
    )
    op.create_index(op.f("ix_job_due_at"), "job", ["due_at"], schema="platform")
    op.create_index(
        op.f("ix_job_queue_tenant_id_due_at_event_id"),
        "job",
        ["queue", "tenant_id", "due_at", "event_id"],
        schema="platform",
    )
    op.create_index(
        "ix_job_sent",
        "job",
        ["queue", "tenant_id", "due_at"],
        schema="platform",
        postgresql_where=sa.text("sends > 0"),
    )
    op.create_table(
        "schedule_run",
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "due_at", name=op.f("pk_schedule_run")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_schedule_run_id"), "schedule_run", ["id"], unique=True, schema="platform"
    )
    op.create_table(
        "dead_letter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("event_kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('DEAD', 'REPLAYED', 'DROPPED')", name=op.f("ck_dead_letter_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dead_letter")),
        sa.UniqueConstraint(
            "tenant_id",
            "event_id",
            "listener",
            name=op.f("uq_dead_letter_tenant_id_event_id_listener"),
        ),
    )
    op.create_index(
        op.f("ix_dead_letter_tenant_id_state_id"), "dead_letter", ["tenant_id", "state", "id"]
    )
    open_to_application(["platform.job", "platform.schedule_run"])
    guard("dead_letter")
    _let_administrators_look_after_jobs()


def _let_administrators_look_after_jobs() -> None:
    with_force("NO FORCE", "role", "role_grant")
    for permission in PERMISSIONS:
        op.execute(
            sa.text(
                "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
                " SELECT tenant_id, id, :permission, 'TENANT', 'ALLOW' FROM role"
                " WHERE code = 'SYSTEM_ADMIN'"
            ).bindparams(permission=permission)
        )
    with_force("FORCE", "role", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def with_force(how: str, *tables: str) -> None:
    # The owner is under row-level security too (F1), and this touches every tenant's rows.
    for table in tables:
        op.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Give what waits back to the relay of the revision before; what is dead stays dead."""
    _hand_jobs_back()
    with_force("NO FORCE", "role_grant")
    gone = sa.bindparam("gone", list(PERMISSIONS), postgresql.ARRAY(sa.Text()))
    op.execute(sa.text("DELETE FROM role_grant WHERE permission = ANY(:gone)").bindparams(gone))
    with_force("FORCE", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    op.drop_table("dead_letter")
    op.drop_table("schedule_run", schema="platform")
    op.drop_table("job", schema="platform")


def _hand_jobs_back() -> None:
    with_force("NO FORCE", "outbox_event")
    op.execute(
        "INSERT INTO platform.outbox_signal (event_id, tenant_id, kind)"
        " SELECT DISTINCT event.id, event.tenant_id, event.kind FROM platform.job"
        " JOIN outbox_event AS event ON event.tenant_id = job.tenant_id AND event.id = job.event_id"
        " WHERE job.due_at IS NOT NULL ON CONFLICT DO NOTHING"
    )
    with_force("FORCE", "outbox_event")
