"""Images of products, and what they show in several languages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("listing_policy", sa.Column("needs_image", sa.Boolean(), nullable=True))
    owners = {"product_id": "product", "file_id": "stored_file", "thumbnail_id": "stored_file"}
    op.create_table(
        "product_image",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id", *owners)),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{of}.tenant_id", f"{of}.id"],
                name=op.f(f"fk_product_image_tenant_id_{column}"),
            )
            for column, of in owners.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_image")),
    )
    for column in owners:
        op.create_index(
            op.f(f"ix_product_image_tenant_id_{column}"), "product_image", ["tenant_id", column]
        )
    guard("product_image")
    op.create_table(
        "product_image_text",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "image_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("language", "alt")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "image_id"],
            ["product_image.tenant_id", "product_image.id"],
            name=op.f("fk_product_image_text_tenant_id_image_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "image_id", "language", name=op.f("pk_product_image_text")
        ),
    )
    guard("product_image_text")


def downgrade() -> None:
    steps.wait_for_servers()
    op.drop_table("product_image_text")
    op.drop_table("product_image")
    op.drop_column("listing_policy", "needs_image")
