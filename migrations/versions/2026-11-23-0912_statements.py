"""What buyers say of statements, and of which invoices people were told that they are overdue."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AMOUNT = sa.Numeric(19, 4)
AT = sa.DateTime(timezone=True)
TABLE = "statement_answer"
ROLES = ("BUYER", "ENTERPRISE_ADMIN", "PURCHASING")


def upgrade() -> None:
    # Before other tables, as servers read roles before them.
    _force_row_level_security("NO FORCE")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, 'STATEMENT_ANSWER', 'ORGANISATION', 'ALLOW'"
        " FROM role WHERE code = :code"
    )
    for code in ROLES:
        op.execute(granted.bindparams(code=code))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    op.add_column("invoice", sa.Column("overdue_told_at", AT, nullable=True))
    _create_answers()
    guard(TABLE, append_only=True)


def _create_answers() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id")),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("since", "until")),
        *(
            sa.Column(name, AMOUNT, nullable=False)
            for name in ("opening", "charged", "credited", "closing")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("verdict", "words")),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('CONFIRMED', 'DISPUTED')", name=op.f(f"ck_{TABLE}_verdict")
        ),
        sa.CheckConstraint(
            "closing = opening + charged - credited", name=op.f(f"ck_{TABLE}_closing")
        ),
        sa.CheckConstraint("since < until", name=op.f(f"ck_{TABLE}_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f(f"fk_{TABLE}_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(
        op.f(f"ix_{TABLE}_tenant_id_relationship_id_since"),
        TABLE,
        ["tenant_id", "relationship_id", "since"],
    )


def _force_row_level_security(word: str) -> None:
    for table in ("role", "role_grant"):
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the right and what was said of statements back."""
    steps.wait_for_servers()
    _force_row_level_security("NO FORCE")
    op.execute("DELETE FROM role_grant WHERE permission = 'STATEMENT_ANSWER'")
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    op.drop_table(TABLE)
    op.drop_column("invoice", "overdue_told_at")
