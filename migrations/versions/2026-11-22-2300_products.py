"""Terms by which products are found, and under which name those of a product were written."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

because = {"product": "read through once for its index: a network has 100,000 products at most"}


def upgrade() -> None:
    op.add_column("product", sa.Column("indexed_as", sa.Text(), nullable=True))
    op.create_index(
        "ix_product_unindexed",
        "product",
        ["tenant_id", "id"],
        postgresql_where=sa.text("indexed_as IS DISTINCT FROM name"),
    )
    op.create_table(
        "search_term",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.Text(collation="C"), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("fk_search_term_tenant_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "term", "product_id", name=op.f("pk_search_term")),
    )
    op.create_index(
        op.f("ix_search_term_tenant_id_product_id"), "search_term", ["tenant_id", "product_id"]
    )
    guard("search_term")


def downgrade() -> None:
    op.drop_table("search_term")
    op.drop_index("ix_product_unindexed", table_name="product")
    op.drop_column("product", "indexed_as")
