"""Let pages of orders be walked in their order: by relationship, and by who placed them.

And let those above find which relationships show them their orders, which few do.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BY_RELATIONSHIP = "ix_orders_tenant_id_relationship_id"
_IN_ORDER = "ix_orders_tenant_id_relationship_id_created_at_id"
_BY_PERSON = "ix_orders_tenant_id_placed_by_membership_id_created_at_id"
_SHOWN_UPSTREAM = "ix_trading_relationship_shown_upstream"


def upgrade() -> None:
    op.create_index(_IN_ORDER, "orders", ["tenant_id", "relationship_id", "created_at", "id"])
    op.drop_index(_BY_RELATIONSHIP, table_name="orders")
    op.create_index(
        _BY_PERSON, "orders", ["tenant_id", "placed_by_membership_id", "created_at", "id"]
    )
    op.create_index(
        _SHOWN_UPSTREAM,
        "trading_relationship",
        ["tenant_id", "seller_id"],
        postgresql_where=sa.text("upstream_visibility = 'ORDERS'"),
    )


def downgrade() -> None:
    op.drop_index(_SHOWN_UPSTREAM, table_name="trading_relationship")
    op.drop_index(_BY_PERSON, table_name="orders")
    op.create_index(_BY_RELATIONSHIP, "orders", ["tenant_id", "relationship_id"])
    op.drop_index(_IN_ORDER, table_name="orders")
