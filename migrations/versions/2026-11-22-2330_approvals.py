"""Approval rules over more than the total, who may decide each step, and who changed an order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _widen_rules()
    op.add_column("orders", sa.Column("changed_by", JSON, nullable=True))
    op.add_column("approval_step", sa.Column("looked_at", sa.Text(), nullable=True))
    op.add_column("approval_step", sa.Column("carried_from_revision", sa.Integer(), nullable=True))
    _create_seats()
    _create_managers()


def _widen_rules() -> None:
    table = "approval_rule"
    op.alter_column(table, "currency", nullable=True)
    op.add_column(table, sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        table, sa.Column("is_inheritable", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(table, sa.Column("conditions", JSON, nullable=True))
    op.add_column(table, sa.Column("steps", JSON, nullable=True))


def _create_seats() -> None:
    op.create_table(
        "approval_seat",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        *(
            _belongs_to("approval_seat", column, table)
            for column, table in (
                ("step_id", "approval_step"),
                ("organisation_id", "organisation"),
                ("role_id", "role"),
                ("membership_id", "membership"),
            )
        ),
        sa.PrimaryKeyConstraint("tenant_id", "step_id", "place", name=op.f("pk_approval_seat")),
    )
    op.create_index(
        op.f("ix_approval_seat_tenant_id_organisation_id_step_id"),
        "approval_seat",
        ["tenant_id", "organisation_id", "step_id"],
    )
    guard("approval_seat")


def _create_managers() -> None:
    op.create_table(
        "approval_manager",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("manager_membership_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _belongs_to("approval_manager", "membership_id", "membership"),
        _belongs_to("approval_manager", "manager_membership_id", "membership"),
        sa.PrimaryKeyConstraint("tenant_id", "membership_id", name=op.f("pk_approval_manager")),
    )
    guard("approval_manager")


def _belongs_to(owner: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{table}.tenant_id", f"{table}.id"],
        name=op.f(f"fk_{owner}_tenant_id_{column}"),
    )


def downgrade() -> None:
    """Take the tables and columns back; a rule without a currency stays, and speaks for nothing."""
    op.drop_table("approval_manager")
    op.drop_table("approval_seat")
    op.drop_column("approval_step", "carried_from_revision")
    op.drop_column("approval_step", "looked_at")
    op.drop_column("orders", "changed_by")
    for column in ("steps", "conditions", "is_inheritable", "name"):
        op.drop_column("approval_rule", column)
