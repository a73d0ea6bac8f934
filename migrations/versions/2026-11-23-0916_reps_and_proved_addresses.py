"""Who looks after whom from an instant on, and whose e-mail address is proved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
because = {"assigned_rep": "has a row for each customer and rep: its key is built in a moment"}

AT = sa.DateTime(timezone=True)
_KEY = "tenant_id", "relationship_id", "membership_id"
_RULES = (
    ("until", "until > assigned_at"),
    ("followed_by", "followed_by_id IS NULL OR until IS NOT NULL"),
)


def upgrade() -> None:
    for name, kind in (("until", AT), ("territory_id", sa.Uuid()), ("followed_by_id", sa.Uuid())):
        op.add_column("assigned_rep", sa.Column(name, kind, nullable=True))
    op.drop_constraint(op.f("pk_assigned_rep"), "assigned_rep")
    op.create_primary_key(op.f("pk_assigned_rep"), "assigned_rep", [*_KEY, "assigned_at"])
    for name, rule in _RULES:
        op.create_check_constraint(op.f(f"ck_assigned_rep_{name}"), "assigned_rep", rule)
    for column, to in (("territory_id", "territory"), ("followed_by_id", "membership")):
        op.create_foreign_key(
            op.f(f"fk_assigned_rep_tenant_id_{column}"),
            "assigned_rep",
            to,
            ["tenant_id", column],
            ["tenant_id", "id"],
        )
    _create_territory_reps()
    guard("territory_rep")
    op.add_column("membership", sa.Column("email_proven_at", AT, nullable=True))
    op.add_column(
        "tenant",
        sa.Column(
            "requires_proven_email", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
        schema="platform",
    )


def _create_territory_reps() -> None:
    table = "territory_rep"
    op.create_table(
        table,
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("tenant_id", "territory_id", "membership_id")
        ),
        sa.Column("assigned_at", AT, nullable=False),
        sa.Column("until", AT, nullable=True),
        sa.Column("followed_by_id", sa.Uuid(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in _RULES),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{to}.tenant_id", f"{to}.id"],
                name=op.f(f"fk_{table}_tenant_id_{column}"),
            )
            for column, to in (
                ("territory_id", "territory"),
                ("membership_id", "membership"),
                ("followed_by_id", "membership"),
            )
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "territory_id", "membership_id", "assigned_at", name=op.f(f"pk_{table}")
        ),
    )
    op.create_index(
        op.f("ix_territory_rep_tenant_id_membership_id"), table, ["tenant_id", "membership_id"]
    )


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_column("tenant", "requires_proven_email", schema="platform")
    op.drop_column("membership", "email_proven_at")
    op.drop_table("territory_rep")
    op.drop_constraint(op.f("pk_assigned_rep"), "assigned_rep")
    for name in ("until", "territory_id", "followed_by_id"):
        op.drop_column("assigned_rep", name)
    op.create_primary_key(op.f("pk_assigned_rep"), "assigned_rep", list(_KEY))
