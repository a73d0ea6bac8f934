"""Notifications in a person's language and an organisation's words; standing orders by cut-offs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


CHECKS = (
    ("notification_setting", "language", "language IN ('EN', 'ZH')"),
    ("standing_order", "missing_goods", "missing_goods IN ('LEAVE_OUT', 'WAIT')"),
    (
        "standing_order",
        "before_cut_off",
        "minutes_before_cut_off IS NULL OR (minutes_before_cut_off > 0 AND delivery_after_days IS NOT NULL)",
    ),
)


def upgrade() -> None:
    op.add_column("notification_setting", sa.Column("language", sa.Text(), nullable=True))
    table = "standing_order"
    op.add_column(table, sa.Column("minutes_before_cut_off", sa.Integer(), nullable=True))
    op.add_column(
        table,
        sa.Column("allows_substitutes", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        table, sa.Column("missing_goods", sa.Text(), server_default="LEAVE_OUT", nullable=False)
    )
    for checked, what, rule in CHECKS:
        name = f"ck_{checked}_{what}"
        op.execute(f"ALTER TABLE {checked} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID")
        op.execute(f"ALTER TABLE {checked} VALIDATE CONSTRAINT {name}")
    op.create_table(
        "notification_template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "language IN ('EN', 'ZH')", name=op.f("ck_notification_template_language")
        ),
        sa.CheckConstraint(
            "title <> '' AND text <> ''", name=op.f("ck_notification_template_words")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_notification_template_tenant_id_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_template")),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "kind",
            "language",
            name=op.f("uq_notification_template_tenant_id_organisation_id_kind_language"),
        ),
    )
    guard("notification_template")


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table("notification_template")
    for _, name, _ in reversed(CHECKS[1:]):
        op.drop_constraint(f"ck_standing_order_{name}", "standing_order")
    for column in ("missing_goods", "allows_substitutes", "minutes_before_cut_off"):
        op.drop_column("standing_order", column)
    op.drop_column("notification_setting", "language")
