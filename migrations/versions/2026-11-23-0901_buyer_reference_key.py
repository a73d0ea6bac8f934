"""One order for a buyer's number from one hand, but for cancelled ones; built while all goes on."""

from collections.abc import Sequence

from migrations.steps import create_index, drop_index

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = "uq_orders_buyer_reference"
ON = "orders (tenant_id, buyer_id, seller_id, placed_by_organisation_id, buyer_reference)"


def upgrade() -> None:
    create_index(
        NAME,
        f"{ON} WHERE buyer_reference IS NOT NULL AND state <> 'CANCELLED'",
        is_unique=True,
    )


def downgrade() -> None:
    drop_index(NAME)
