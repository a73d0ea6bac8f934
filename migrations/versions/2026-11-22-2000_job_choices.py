"""Which kinds of events webhooks have chosen, for the relay: it books no job that nobody wants."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import open_to_application

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMED_BY_VERBS = {
    "PRICE_CHANGE_SUBMITTED": "submit_price_change",
    "PRICE_CHANGE_APPROVED": "approve_price_change",
    "PRICE_CHANGE_REJECTED": "reject_price_change",
    "PRICE_CHANGE_WITHDRAWN": "withdraw_price_change",
    "PRICE_CHANGE_ROLLED_BACK": "roll_back_price_change",
}


def upgrade() -> None:
    op.create_table(
        "job_choice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "listener", "kind", "chosen_by", name=op.f("pk_job_choice")
        ),
        schema="platform",
    )
    open_to_application(["platform.job_choice"])
    # The policy shows even the owner no rows; webhooks are few, and nobody waits for long.
    op.execute("ALTER TABLE webhook NO FORCE ROW LEVEL SECURITY")
    _choose()
    op.execute("ALTER TABLE webhook FORCE ROW LEVEL SECURITY")


def _choose() -> None:
    chosen = sa.text(
        "INSERT INTO platform.job_choice (tenant_id, listener, kind, chosen_by)"
        " SELECT tenant_id, 'hear_for_webhooks', coalesce(kind, lower(event)), id"
        " FROM webhook CROSS JOIN jsonb_array_elements_text(events) AS event"
        " LEFT JOIN unnest(:events, :kinds) AS named(name, kind) ON name = event"
        " WHERE status = 'ACTIVE' ON CONFLICT DO NOTHING"
    )
    words = sa.ARRAY(sa.Text())
    op.execute(
        chosen.bindparams(
            sa.bindparam("events", list(NAMED_BY_VERBS), words),
            sa.bindparam("kinds", list(NAMED_BY_VERBS.values()), words),
        )
    )


def downgrade() -> None:
    op.drop_table("job_choice", schema="platform")
