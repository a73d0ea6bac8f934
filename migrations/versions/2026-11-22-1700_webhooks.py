"""Webhooks, their deliveries and attempts, and the lanes that senders lease."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard, open_to_application

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PERMISSIONS = ("WEBHOOK_READ", "WEBHOOK_WRITE")


def upgrade() -> None:
    _create_webhooks()
    _create_deliveries()
    op.create_table(
        "webhook_lane",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "webhook_id", name=op.f("pk_webhook_lane")),
        schema="platform",
    )
    op.create_index(op.f("ix_webhook_lane_due_at"), "webhook_lane", ["due_at"], schema="platform")
    for table in ("webhook", "webhook_secret", "webhook_delivery", "webhook_attempt"):
        guard(table)
    open_to_application(["platform.webhook_lane"])
    _grant_to_administrators()


def _create_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'OFF', 'DISABLED')", name=op.f("ck_webhook_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_webhook_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_webhook_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook")),
    )
    op.create_index(
        op.f("ix_webhook_tenant_id_organisation_id"), "webhook", ["tenant_id", "organisation_id"]
    )
    op.create_table(
        "webhook_secret",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"],
            ["webhook.tenant_id", "webhook.id"],
            name=op.f("fk_webhook_secret_tenant_id_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_secret")),
    )
    op.create_index(
        op.f("ix_webhook_secret_tenant_id_webhook_id"),
        "webhook_secret",
        ["tenant_id", "webhook_id"],
    )


def _create_deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('WAITING', 'DELIVERED', 'GIVEN_UP', 'WITHHELD')",
            name=op.f("ck_webhook_delivery_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"],
            ["webhook.tenant_id", "webhook.id"],
            name=op.f("fk_webhook_delivery_tenant_id_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "tenant_id",
            "webhook_id",
            "event_id",
            name=op.f("uq_webhook_delivery_tenant_id_webhook_id_event_id"),
        ),
    )
    op.create_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["tenant_id", "webhook_id", "next_try_at"],
        postgresql_where=sa.text("status = 'WAITING'"),
    )
    op.create_index(
        "ix_webhook_delivery_before",
        "webhook_delivery",
        ["tenant_id", "webhook_id", "subject_id", "event_id"],
        postgresql_where=sa.text("status = 'WAITING'"),
    )
    op.create_index(
        op.f("ix_webhook_delivery_tenant_id_webhook_id_id"),
        "webhook_delivery",
        ["tenant_id", "webhook_id", "id"],
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('DELIVERED', 'BAD_STATUS', 'TIMED_OUT', 'NOT_CONNECTED', 'BROKEN_ANSWER',"
            " 'REFUSED_ADDRESS', 'TOO_LARGE', 'WITHHELD')",
            name=op.f("ck_webhook_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["webhook_delivery.tenant_id", "webhook_delivery.id"],
            name=op.f("fk_webhook_attempt_tenant_id_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_webhook_attempt_tenant_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index(
        op.f("ix_webhook_attempt_tenant_id_delivery_id"),
        "webhook_attempt",
        ["tenant_id", "delivery_id"],
    )


def _grant_to_administrators() -> None:
    _force_row_level_security("NO FORCE", "role", "role_grant")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, 'ORGANISATION', 'ALLOW' FROM role"
        " WHERE code = 'ENTERPRISE_ADMIN'"
    )
    for permission in PERMISSIONS:
        op.execute(granted.bindparams(permission=permission))
    _force_row_level_security("FORCE", "role", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _force_row_level_security(word: str, *tables: str) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the tables and the rights back; webhooks and their log are lost."""
    taken = sa.text("DELETE FROM role_grant WHERE permission = ANY(:gone)")
    _force_row_level_security("NO FORCE", "role_grant")
    op.execute(
        taken.bindparams(sa.bindparam("gone", list(PERMISSIONS), postgresql.ARRAY(sa.Text())))
    )
    _force_row_level_security("FORCE", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    op.drop_table("webhook_lane", schema="platform")
    op.drop_table("webhook_attempt")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_secret")
    op.drop_table("webhook")
