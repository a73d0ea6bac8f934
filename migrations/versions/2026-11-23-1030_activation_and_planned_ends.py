"""Organisations that are activated later, and trade that ends at an instant to come."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps

revision: str = "0058"
down_revision: str | None = "0057"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ORGANISATION, TRADE = "organisation", "trading_relationship"
CHECK = "ck_organisation_status"


def upgrade() -> None:
    op.add_column(
        ORGANISATION, sa.Column("activates_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        TRADE,
        sa.Column("end_is_planned", sa.Boolean(), server_default="false", nullable=False),
    )
    _allow("PREPARED", "ACTIVE", "CLOSED")


def downgrade() -> None:
    steps.wait_for_servers()
    _activate_all()
    _allow("ACTIVE", "CLOSED")
    op.drop_column(TRADE, "end_is_planned")
    op.drop_column(ORGANISATION, "activates_at")


def _allow(*statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.drop_constraint(op.f(CHECK), ORGANISATION, type_="check")
    op.execute(
        f"ALTER TABLE organisation ADD CONSTRAINT {CHECK} CHECK (status IN ({listed})) NOT VALID"
    )
    op.execute(f"ALTER TABLE organisation VALIDATE CONSTRAINT {CHECK}")


def _activate_all() -> None:
    """Let what is prepared trade: there is no other way for it to be but closed for good."""
    connection, tenant = op.get_bind(), sa.text("SELECT set_config('app.tenant_id', :id, true)")
    for key in connection.execute(sa.text("SELECT id FROM platform.tenant")).scalars().all():
        connection.execute(tenant, {"id": str(key)})
        op.execute("UPDATE organisation SET status = 'ACTIVE' WHERE status = 'PREPARED'")
    connection.execute(tenant, {"id": ""})
