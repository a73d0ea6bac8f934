"""Which orders carriers take, what was agreed with them, and why a shipment has its carrier."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import steps

revision: str = "0055"
down_revision: str | None = "0054"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LISTS = ("rules", "agreements")
KEY = "fk_shipment_tenant_id_proposed_carrier_id"


def upgrade() -> None:
    for name in LISTS:
        op.add_column(
            "carrier",
            sa.Column(
                name,
                postgresql.JSONB(astext_type=sa.Text()),
                server_default="[]",
                nullable=False,
            ),
        )
    op.add_column("shipment", sa.Column("proposed_carrier_id", sa.Uuid(), nullable=True))
    op.add_column(
        "shipment", sa.Column("carrier_reason", sa.Text(), server_default="", nullable=False)
    )
    op.execute(
        f"ALTER TABLE shipment ADD CONSTRAINT {KEY} FOREIGN KEY (tenant_id, proposed_carrier_id)"
        " REFERENCES carrier (tenant_id, id) NOT VALID"
    )
    op.execute(f"ALTER TABLE shipment VALIDATE CONSTRAINT {KEY}")


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_constraint(op.f(KEY), "shipment", type_="foreignkey")
    for name in ("carrier_reason", "proposed_carrier_id"):
        op.drop_column("shipment", name)
    for name in LISTS:
        op.drop_column("carrier", name)
