"""Prices that counted stay as they were: the application may close them and nothing else.

A draft of a scheme is still deleted and written anew.
"""

from collections.abc import Sequence

from alembic import op

from migrations.row_level_security import APP_ROLE

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RIGHTS = {
    "price_entry": "UPDATE, DELETE",
    "price_list_terms": "UPDATE, DELETE",
    "trade_scheme_version": "UPDATE",
}


def upgrade() -> None:
    for table, rights in RIGHTS.items():
        op.execute(f"REVOKE {rights} ON {table} FROM {APP_ROLE}")
        op.execute(f"GRANT UPDATE (known_until) ON {table} TO {APP_ROLE}")


def downgrade() -> None:
    for table, rights in RIGHTS.items():
        op.execute(f"REVOKE UPDATE (known_until) ON {table} FROM {APP_ROLE}")
        op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")
