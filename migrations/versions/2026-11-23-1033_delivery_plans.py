"""Plans of a day's own delivery, and their stops."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0061"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
PLAN, STOP = "delivery_plan", "delivery_stop"


def upgrade() -> None:
    _create_plans()
    _create_stops()
    for table in (PLAN, STOP):
        guard(table)
    op.create_index(
        f"ix_{PLAN}_tenant_id_organisation_id_day", PLAN, ["tenant_id", "organisation_id", "day"]
    )
    op.create_index(f"ix_{STOP}_tenant_id_shipment_id", STOP, ["tenant_id", "shipment_id"])


def _create_plans() -> None:
    ids = ("tenant_id", "id", "organisation_id", "warehouse_id", "driver_membership_id")
    parents = {
        "organisation_id": "organisation",
        "warehouse_id": "warehouse",
        "driver_membership_id": "membership",
    }
    op.create_table(
        PLAN,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("departed_at", AT, nullable=True),
        sa.Column("cancelled_at", AT, nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        *_belong(PLAN, parents),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{PLAN}")),
    )


def _create_stops() -> None:
    ids = ("tenant_id", "plan_id", "shipment_id")
    op.create_table(
        STOP,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("position", sa.Integer(), nullable=False),
        *_belong(STOP, {"plan_id": PLAN, "shipment_id": "shipment"}),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "shipment_id", name=op.f(f"pk_{STOP}")),
    )


def _belong(table: str, parents: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{parent}.tenant_id", f"{parent}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
        )
        for column, parent in parents.items()
    ]


def downgrade() -> None:
    steps.wait_for_servers()
    for table in (STOP, PLAN):
        op.drop_table(table)
