"""On which days sellers deliver to whom, and until when one orders for a day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "delivery_calendar"
_OWNERS = {
    "seller_id": "organisation",
    "relationship_id": "trading_relationship",
    "territory_id": "territory",
}
_CHECKS = {
    "one_audience": "relationship_id IS NULL OR territory_id IS NULL",
    "cut_off_minute": "cut_off_minute >= 0 AND cut_off_minute < 1440",
    "lead_days": "lead_days >= 0",
}


def upgrade() -> None:
    op.create_table(
        _TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id", "seller_id")),
        *(
            sa.Column(name, sa.Uuid(), nullable=True)
            for name in ("relationship_id", "territory_id")
        ),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("weekdays", "holidays")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("cut_off_minute", "lead_days")
        ),
        sa.Column("time_zone", sa.Text(), nullable=False),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_{_TABLE}_{name}"))
            for name, holds in _CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{of}.tenant_id", f"{of}.id"],
                name=op.f(f"fk_{_TABLE}_tenant_id_{column}"),
            )
            for column, of in _OWNERS.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint(
            "tenant_id",
            *_OWNERS,
            name=f"uq_{_TABLE}_audience",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f(f"ix_{_TABLE}_tenant_id_relationship_id"), _TABLE, ["tenant_id", "relationship_id"]
    )
    op.execute(
        f"CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('PARTIES')"
    )
    guard(_TABLE)


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table(_TABLE)
