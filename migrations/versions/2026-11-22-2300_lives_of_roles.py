"""Roles that are retired or held for a term, and the built-in roles of the departments."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TERM = ("valid_from", "valid_until")
ROLES: Mapping[str, tuple[str, str, str]] = {
    "PRODUCT_MANAGER": (
        "Product manager",
        "Keeps the products: names, packs, listing and delisting; sets no prices (R2-8).",
        "CATALOGUE_READ ORGANISATION_READ PRICE_READ PRODUCT_WRITE SCHEME_READ STOCK_READ",
    ),
    "OPERATIONS": (
        "Operations",
        "Drafts schemes and prices for others to approve, and watches orders and stock (R1-1).",
        (
            "CATALOGUE_READ EXCEPTION_WRITE ORDER_READ ORGANISATION_READ PRICE_READ PRICE_WRITE "
            "RELATIONSHIP_READ SCHEME_READ SCHEME_WRITE STOCK_READ"
        ),
    ),
    "PURCHASING": (
        "Purchasing",
        "Orders what is short from suppliers and follows it until it is received (R1-1, R0-22).",
        (
            "CATALOGUE_READ INVOICE_READ ORDER_CANCEL ORDER_PLACE ORDER_READ ORGANISATION_READ "
            "PROCUREMENT_WRITE RECEIPT_CONFIRM RELATIONSHIP_READ STOCK_READ"
        ),
    ),
    "LOGISTICS": (
        "Logistics",
        "Books carriers, hands shipments over, follows up on what goes wrong on the way (R1-1).",
        "CARRIER_BOOK EXCEPTION_WRITE ORDER_READ ORGANISATION_READ SHIPMENT_WRITE STOCK_READ",
    ),
}
_MAKE = sa.text(
    "INSERT INTO role (tenant_id, id, code, name, description, created_at)"
    " SELECT tenant_id, gen_random_uuid(), :code, :name, :description, created_at"
    " FROM role WHERE code = 'BUYER'"
)
_GRANT = sa.text(
    "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
    " SELECT tenant_id, id, :permission, 'ORGANISATION', 'ALLOW' FROM role WHERE code = :code"
)
_DROP = sa.text("DELETE FROM role WHERE code = :code")
_LEAVE = sa.text(
    "DELETE FROM membership_role USING role WHERE role.tenant_id = membership_role.tenant_id"
    " AND role.id = membership_role.role_id AND role.code = :code"
)


def upgrade() -> None:
    op.add_column("role", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    for column in TERM:
        instant = sa.Column(column, sa.DateTime(timezone=True), nullable=True)
        op.add_column("membership_role", instant)
    _force_row_level_security("NO FORCE", "role", "role_grant")
    for code, (name, description, permissions) in ROLES.items():
        op.execute(_MAKE.bindparams(code=code, name=name, description=description))
        for permission in permissions.split():
            op.execute(_GRANT.bindparams(code=code, permission=permission))
    _force_row_level_security("FORCE", "role", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _force_row_level_security(word: str, *tables: str) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the built-in roles from whoever holds them; retired roles can be given again."""
    _force_row_level_security("NO FORCE", "role", "role_grant", "membership_role")
    for code in ROLES:
        op.execute(_LEAVE.bindparams(code=code))
        op.execute(_DROP.bindparams(code=code))
    _force_row_level_security("FORCE", "role", "role_grant", "membership_role")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    for column in TERM:
        op.drop_column("membership_role", column)
    op.drop_column("role", "retired_at")
