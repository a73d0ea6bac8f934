"""Codes of SKUs and GTINs are unique for each owner, not in the network (decision 30)."""

from collections.abc import Sequence

from alembic import op

from migrations import steps

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_HERE = "current_setting('app.tenant_id')::uuid"
_FILL_SKUS = f"""
    UPDATE sku SET owner_id = product.owner_id FROM product
    WHERE product.tenant_id = {_HERE} AND product.id = sku.product_id
    AND sku.tenant_id = {_HERE} AND sku.id IN (
        SELECT id FROM sku WHERE tenant_id = {_HERE} AND owner_id IS NULL LIMIT 5000)
"""  # noqa: S608  # our own words
_FILL_PACKS = f"""
    UPDATE sku_packaging SET owner_id = sku.owner_id FROM sku
    WHERE sku.tenant_id = {_HERE} AND sku.id = sku_packaging.sku_id
    AND sku_packaging.tenant_id = {_HERE} AND (sku_packaging.sku_id, sku_packaging.level) IN (
        SELECT sku_packaging.sku_id, sku_packaging.level FROM sku_packaging
        JOIN sku ON sku.tenant_id = {_HERE} AND sku.id = sku_packaging.sku_id
        WHERE sku_packaging.tenant_id = {_HERE} AND sku_packaging.owner_id IS NULL
        AND sku.owner_id IS NOT NULL LIMIT 5000)
"""  # noqa: S608  # our own words
_ONE_CODE = f"""
    UPDATE sku SET code = code || '~' || left(owner_id::text, 8) || '~' || right(id::text, 12)
    WHERE tenant_id = {_HERE} AND id IN (
        SELECT younger.id FROM sku younger JOIN sku elder
        ON elder.tenant_id = {_HERE} AND elder.code = younger.code AND elder.id < younger.id
        WHERE younger.tenant_id = {_HERE} LIMIT 5000)
"""  # noqa: S608  # our own words
_ONE_GTIN = f"""
    UPDATE sku_packaging SET gtin = NULL
    WHERE tenant_id = {_HERE} AND (sku_id, level) IN (
        SELECT younger.sku_id, younger.level FROM sku_packaging younger JOIN sku_packaging elder
        ON elder.tenant_id = {_HERE} AND elder.gtin = younger.gtin
        AND (elder.sku_id, elder.level) < (younger.sku_id, younger.level)
        WHERE younger.tenant_id = {_HERE} LIMIT 5000)
"""  # noqa: S608  # our own words


def upgrade() -> None:
    """Expand, fill, and only then let the old keys go: at each moment one of them holds."""
    for table in ("sku", "sku_packaging"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS owner_id uuid")
    steps.fill(_FILL_SKUS)
    steps.fill(_FILL_PACKS)
    steps.create_index("uq_sku_owner_code", "sku (tenant_id, owner_id, code)", is_unique=True)
    steps.create_index("ix_sku_code", "sku (tenant_id, code, id)")
    steps.create_index(
        "uq_sku_packaging_owner_gtin", "sku_packaging (tenant_id, owner_id, gtin)", is_unique=True
    )
    op.execute("ALTER TABLE sku DROP CONSTRAINT IF EXISTS uq_sku_tenant_id_code")
    steps.drop_index("uq_sku_packaging_gtin")


def downgrade() -> None:
    """Let the elder SKU keep a code that several owners use, and the elder pack a GTIN."""
    steps.fill(_ONE_CODE)
    steps.fill(_ONE_GTIN)
    steps.create_index("uq_sku_tenant_id_code", "sku (tenant_id, code)", is_unique=True)
    steps.create_index("uq_sku_packaging_gtin", "sku_packaging (tenant_id, gtin)", is_unique=True)
    for name in ("uq_sku_owner_code", "ix_sku_code", "uq_sku_packaging_owner_gtin"):
        steps.drop_index(name)
    op.execute(
        "ALTER TABLE sku DROP COLUMN IF EXISTS owner_id,"
        " ADD CONSTRAINT uq_sku_tenant_id_code UNIQUE USING INDEX uq_sku_tenant_id_code"
    )
    op.execute("ALTER TABLE sku_packaging DROP COLUMN IF EXISTS owner_id")
