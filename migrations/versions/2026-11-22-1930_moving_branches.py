"""Moves of branches, since when organisations stand where they do, and where they stood before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PERMISSION = "ORGANISATION_MOVE"
SCOPES = {"ENTERPRISE_ADMIN": "BRANCH", "SYSTEM_ADMIN": "TENANT"}


def upgrade() -> None:
    op.add_column(
        "organisation_ancestry", sa.Column("since", sa.DateTime(timezone=True), nullable=True)
    )
    _create_former_ancestry()
    _create_moves()
    _force_row_level_security("NO FORCE", "role", "role_grant")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, :scope, 'ALLOW' FROM role WHERE code = :code"
    )
    for code, scope in SCOPES.items():
        op.execute(granted.bindparams(permission=PERMISSION, scope=scope, code=code))
    _force_row_level_security("FORCE", "role", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _create_former_ancestry() -> None:
    op.create_table(
        "former_ancestry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("descendant_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                ["organisation.tenant_id", "organisation.id"],
                name=op.f(f"fk_former_ancestry_tenant_id_{column}"),
            )
            for column in ("ancestor_id", "descendant_id")
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "ancestor_id", "descendant_id", "until", name=op.f("pk_former_ancestry")
        ),
    )
    op.create_index(
        op.f("ix_former_ancestry_tenant_id_descendant_id"),
        "former_ancestry",
        ["tenant_id", "descendant_id"],
    )
    op.execute(
        "CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON former_ancestry "
        "FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('PARTIES')"
    )
    guard("former_ancestry", append_only=True)


def _create_moves() -> None:
    organisations = (
        "organisation_id",
        "former_parent_id",
        "new_parent_id",
        "asked_by_organisation_id",
    )
    op.create_table(
        "organisation_move",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in organisations[:3]),
        sa.Column("keeps_supplier", sa.Boolean(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("is_network_wide", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('PLANNED', 'DONE', 'CANCELLED', 'REFUSED')",
            name=op.f("ck_organisation_move_state"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                ["organisation.tenant_id", "organisation.id"],
                name=op.f(f"fk_organisation_move_tenant_id_{column}"),
            )
            for column in organisations
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_organisation_move_tenant_id_asked_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation_move")),
    )
    planned = {"postgresql_where": sa.text("state = 'PLANNED'")}
    op.create_index(
        "uq_organisation_move_planned",
        "organisation_move",
        ["tenant_id", "organisation_id", "asked_by_organisation_id"],
        unique=True,
        **planned,
    )
    op.create_index(
        "ix_organisation_move_due", "organisation_move", ["tenant_id", "effective_at"], **planned
    )
    op.create_index(
        op.f("ix_organisation_move_tenant_id_asked_by_organisation_id_id"),
        "organisation_move",
        ["tenant_id", "asked_by_organisation_id", "id"],
    )
    guard("organisation_move")


def _force_row_level_security(word: str, *tables: str) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the tables and the right back; moves stay done, and when they were is lost."""
    _force_row_level_security("NO FORCE", "role_grant")
    gone = sa.text("DELETE FROM role_grant WHERE permission = :permission")
    op.execute(gone.bindparams(permission=PERMISSION))
    _force_row_level_security("FORCE", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    op.drop_table("organisation_move")
    op.drop_table("former_ancestry")
    op.drop_column("organisation_ancestry", "since")
