"""How a seller's payment provider is spoken to, and the keys for it, sealed (R1-12)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0056"
down_revision: str | None = "0055"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
because = {"checkout_account": "a row for each seller that takes payments online"}

TABLE = "checkout_account"
CHECKS = {
    "ck_checkout_account_kind": "kind IN ('SIGNED_JSON', 'WECHAT_PAY', 'ALIPAY')",
    "ck_checkout_account_keys": "(kind = 'SIGNED_JSON') = (sealed_keys IS NULL)",
}


def upgrade() -> None:
    kind = sa.Column("kind", sa.Text(), server_default="SIGNED_JSON", nullable=False)
    op.add_column(TABLE, kind)
    op.add_column(TABLE, sa.Column("sealed_keys", sa.Text(), nullable=True))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(name), TABLE, condition)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_constraint(op.f(name), TABLE)
    op.drop_column(TABLE, "sealed_keys")
    op.drop_column(TABLE, "kind")
