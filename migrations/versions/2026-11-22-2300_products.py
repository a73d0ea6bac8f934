"""Terms by which products are found; listing policies and reviews; quantities, substitutes."""

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
    _create_listings()


def _create_listings() -> None:
    needs = ("review", "description", "price", "stock")
    op.create_table(
        "listing_policy",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(sa.Column(f"needs_{need}", sa.Boolean(), nullable=False) for need in needs),
        _key("listing_policy", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "organisation_id", name=op.f("pk_listing_policy")),
    )
    guard("listing_policy")
    people = (
        "submitted_by_membership_id",
        "decided_by_membership_id",
        "display_confirmed_by_membership_id",
    )
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "listing_review",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("submitted_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", instant, nullable=True),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("display_confirmed_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("display_confirmed_at", instant, nullable=True),
        sa.CheckConstraint(
            "state IN ('UNDER_REVIEW', 'APPROVED', 'REFUSED')",
            name=op.f("ck_listing_review_state"),
        ),
        _key("listing_review", "product_id", "product"),
        _key("listing_review", "owner_id", "organisation"),
        *(_key("listing_review", column, "membership") for column in people),
        sa.PrimaryKeyConstraint("tenant_id", "product_id", name=op.f("pk_listing_review")),
    )
    op.create_index(
        op.f("ix_listing_review_tenant_id_owner_id_state_product_id"),
        "listing_review",
        ["tenant_id", "owner_id", "state", "product_id"],
    )
    guard("listing_review")
    _create_quantity_rules()


def _create_quantity_rules() -> None:
    limits = ("minimum", "maximum", "multiple")
    owners = {
        "seller_id": "organisation",
        "sku_id": "sku",
        "level_id": "customer_level",
        "relationship_id": "trading_relationship",
    }
    op.create_table(
        "quantity_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        *(sa.Column(limit, sa.Numeric(18, 6), nullable=True) for limit in limits),
        *(
            sa.CheckConstraint(f"{limit} > 0", name=op.f(f"ck_quantity_rule_{limit}"))
            for limit in limits
        ),
        sa.CheckConstraint(
            "level_id IS NULL OR relationship_id IS NULL",
            name=op.f("ck_quantity_rule_one_audience"),
        ),
        *(_key("quantity_rule", *each) for each in owners.items()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quantity_rule")),
        sa.UniqueConstraint(
            "tenant_id",
            "seller_id",
            "sku_id",
            "level_id",
            "relationship_id",
            name="uq_quantity_rule_audience",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_quantity_rule_tenant_id_sku_id"), "quantity_rule", ["tenant_id", "sku_id"]
    )
    op.execute(
        "CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON quantity_rule "
        "FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('CATALOGUE')"
    )
    guard("quantity_rule")
    op.create_table(
        "sku_substitute",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("sku_id <> substitute_id", name=op.f("ck_sku_substitute_another")),
        _key("sku_substitute", "sku_id", "sku"),
        _key("sku_substitute", "substitute_id", "sku"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "sku_id", "substitute_id", name=op.f("pk_sku_substitute")
        ),
    )
    guard("sku_substitute")


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{of}.tenant_id", f"{of}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table("sku_substitute")
    op.drop_table("quantity_rule")
    op.drop_table("listing_review")
    op.drop_table("listing_policy")
    op.drop_table("search_term")
    op.drop_index("ix_product_unindexed", table_name="product")
    op.drop_column("product", "indexed_as")
