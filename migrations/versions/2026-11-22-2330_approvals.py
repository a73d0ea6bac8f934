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
INSTANT = sa.DateTime(timezone=True)
RULE = (
    ("conditions", JSON),
    ("steps", JSON),
    ("remind_after_hours", sa.Integer()),
    ("escalate_after_hours", sa.Integer()),
    ("escalate_to", JSON),
)
STEP = (
    ("looked_at", sa.Text()),
    ("carried_from_revision", sa.Integer()),
    ("decided_for_membership_id", sa.Uuid()),
    ("decided_for_name", sa.Text()),
    ("remind_after_hours", sa.Integer()),
    ("escalate_after_hours", sa.Integer()),
    ("escalates_to", JSON),
    ("reminded_at", INSTANT),
    ("escalated_at", INSTANT),
)


def upgrade() -> None:
    _widen_rules()
    op.add_column("orders", sa.Column("changed_by", JSON, nullable=True))
    for name, kind in STEP:
        op.add_column("approval_step", sa.Column(name, kind, nullable=True))
    _create_seats()
    _create_managers()
    _create_delegations()
    _create_holds()


def _widen_rules() -> None:
    table = "approval_rule"
    op.alter_column(table, "currency", nullable=True)
    op.add_column(table, sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        table, sa.Column("is_inheritable", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name, kind in RULE:
        op.add_column(table, sa.Column(name, kind, nullable=True))


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


def _create_delegations() -> None:
    columns = (
        ("organisation_id", "organisation", False),
        ("from_membership_id", "membership", False),
        ("to_membership_id", "membership", False),
        ("rule_id", "approval_rule", True),
    )
    op.create_table(
        "approval_delegation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=is_free) for name, _, is_free in columns),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_approval_delegation_period")),
        *(_belongs_to("approval_delegation", name, table) for name, table, _ in columns),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approval_delegation")),
    )
    for name in ("to_membership_id", "from_membership_id"):
        op.create_index(
            op.f(f"ix_approval_delegation_tenant_id_{name}"),
            "approval_delegation",
            ["tenant_id", name],
        )
    guard("approval_delegation")


def _create_holds() -> None:
    references = (
        ("seller_id", "organisation", False),
        ("relationship_id", "trading_relationship", False),
        ("order_id", "orders", True),
    )
    op.create_table(
        "order_hold",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=is_free) for name, _, is_free in references),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by_name", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('CREDIT', 'LEGAL', 'PAYMENT', 'QUALITY', 'OTHER')",
            name=op.f("ck_order_hold_kind"),
        ),
        *(_belongs_to("order_hold", name, table) for name, table, _ in references),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_hold")),
    )
    for name, columns in (("relationship_id", []), ("seller_id", ["id"])):
        index = "_".join(["ix_order_hold_tenant_id", name, *columns])
        op.create_index(op.f(index), "order_hold", ["tenant_id", name, *columns])
    op.create_index(
        "ix_order_hold_expiring",
        "order_hold",
        ["tenant_id", "expires_at"],
        postgresql_where=sa.text("ended_at IS NULL AND expires_at IS NOT NULL"),
    )
    guard("order_hold")
    op.create_table(
        "hold_override",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _belongs_to("hold_override", "hold_id", "order_hold"),
        _belongs_to("hold_override", "order_id", "orders"),
        sa.PrimaryKeyConstraint("tenant_id", "hold_id", "order_id", name=op.f("pk_hold_override")),
    )
    guard("hold_override")


def _belongs_to(owner: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{table}.tenant_id", f"{table}.id"],
        name=op.f(f"fk_{owner}_tenant_id_{column}"),
    )


def downgrade() -> None:
    """Take the tables and columns back; a rule without a currency stays, and speaks for nothing."""
    op.drop_table("hold_override")
    op.drop_table("order_hold")
    op.drop_table("approval_delegation")
    op.drop_table("approval_manager")
    op.drop_table("approval_seat")
    for name, _ in reversed(STEP):
        op.drop_column("approval_step", name)
    op.drop_column("orders", "changed_by")
    for column in (*(name for name, _ in reversed(RULE)), "is_inheritable", "name"):
        op.drop_column("approval_rule", column)
