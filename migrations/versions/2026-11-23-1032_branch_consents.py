"""Permissions that reach down the tree by consent of both sides."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0060"
down_revision: str | None = "0059"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "branch_consent",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("above_id", sa.Uuid(), nullable=False),
        sa.Column("below_id", sa.Uuid(), nullable=False),
        sa.Column("above_name", sa.Text(), nullable=False),
        sa.Column("below_name", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("offered_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "permission IN ('STOCK_READ')", name=op.f("ck_branch_consent_permission")
        ),
        sa.CheckConstraint(
            "state IN ('OFFERED', 'ACCEPTED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_branch_consent_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "above_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_branch_consent_tenant_id_above_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "below_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_branch_consent_tenant_id_below_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_branch_consent_tenant_id_decided_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offered_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_branch_consent_tenant_id_offered_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "withdrawn_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_branch_consent_tenant_id_withdrawn_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_branch_consent")),
    )
    op.create_index(
        op.f("ix_branch_consent_tenant_id_above_id_id"),
        "branch_consent",
        ["tenant_id", "above_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_branch_consent_tenant_id_below_id_id"),
        "branch_consent",
        ["tenant_id", "below_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_branch_consent_open",
        "branch_consent",
        ["tenant_id", "above_id", "below_id", "permission"],
        unique=True,
        postgresql_where=sa.text("state IN ('OFFERED', 'ACCEPTED')"),
    )
    guard("branch_consent")


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table("branch_consent")
