"""Prices on two time axes, change sets, bands and authorities, and trade schemes.

What a price list said beside its prices moves to its terms, known since the list was made; prices
are known since they were written.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW_TABLES = (
    "buyer_standing",
    "coupon",
    "coupon_use",
    "counted_order",
    "customer_group",
    "customer_group_member",
    "discount_authority",
    "granted_benefit",
    "membership_tier",
    "points_entry",
    "points_lot",
    "points_programme",
    "price_band",
    "price_change_row",
    "price_change_set",
    "price_list_terms",
    "price_outside_band",
    "returnable_container",
    "scheme_budget",
    "scheme_standing",
    "territory",
    "trade_scheme",
    "trade_scheme_version",
)
APPEND_ONLY = ("points_entry",)
DEPOSITS = (
    ("orders", "deposits"),
    ("order_line", "deposit"),
    ("invoice", "deposits"),
    ("invoice_line", "deposit"),
)
CHECKS = (
    ("orders", "total", "total = net + tax + deposits"),
    ("orders", "deposits", "deposits >= 0"),
    ("order_line", "deposit", "deposit >= 0"),
    ("invoice", "total", "total = net + tax + deposits"),
    ("invoice", "deposits", "deposits >= 0"),
    ("invoice_line", "deposit", "deposit >= 0"),
    (
        "ledger_entry",
        "account",
        "account IN ('RECEIVABLE', 'ADVANCE', 'REVENUE', 'TAX', 'CASH', 'DEPOSIT')",
    ),
    (
        "price_list",
        "kind",
        "kind IN ('CONTRACT', 'BUYER', 'LEVEL', 'GROUP', 'TERRITORY', 'CHANNEL', 'BASE')",
    ),
    (
        "price_list",
        "sales_channel",
        "sales_channel IN ('GENERAL_TRADE', 'MODERN_TRADE', 'HORECA', 'WHOLESALE', 'ECOMMERCE')",
    ),
    ("price_list", "group", "(kind = 'GROUP') = (group_id IS NOT NULL)"),
    ("price_list", "territory", "(kind = 'TERRITORY') = (territory_id IS NOT NULL)"),
    ("price_list", "channel", "(kind = 'CHANNEL') = (sales_channel IS NOT NULL)"),
    ("price_entry", "known", "known_until IS NULL OR known_until >= known_from"),
    (
        "trading_relationship",
        "sales_channel",
        "sales_channel IN ('GENERAL_TRADE', 'MODERN_TRADE', 'HORECA', 'WHOLESALE', 'ECOMMERCE')",
    ),
    (
        "trading_relationship",
        "cash_discount_percent",
        "cash_discount_percent >= 0 AND cash_discount_percent <= 100",
    ),
    ("tenant", "band_rule", "band_rule IN ('BINDING', 'ADVISORY')"),
    (
        "tenant",
        "free_goods_tax",
        "free_goods_tax IN ('DISCOUNT', 'SUPPLY_SELLER_BEARS', 'SUPPLY_BUYER_BEARS')",
    ),
)
NEW_GRANTS = (
    ("ENTERPRISE_ADMIN", "DISCOUNT_AUTHORITY_WRITE", "BRANCH"),
    ("ENTERPRISE_ADMIN", "DISCOUNT_GRANT", "ORGANISATION"),
    ("ENTERPRISE_ADMIN", "PRICE_APPROVE", "BRANCH"),
    ("ENTERPRISE_ADMIN", "PRICE_BAND_WRITE", "BRANCH"),
    ("ENTERPRISE_ADMIN", "SCHEME_APPROVE", "BRANCH"),
    ("ENTERPRISE_ADMIN", "SCHEME_READ", "BRANCH"),
    ("ENTERPRISE_ADMIN", "SCHEME_WRITE", "BRANCH"),
    ("SALES", "DISCOUNT_GRANT", "ASSIGNED"),
    ("SALES", "SCHEME_READ", "ORGANISATION"),
)
OLD_CHECKS = (
    ("orders", "total", "total = net + tax"),
    ("invoice", "total", "total = net + tax"),
    (
        "ledger_entry",
        "account",
        "account IN ('RECEIVABLE', 'ADVANCE', 'REVENUE', 'TAX', 'CASH')",
    ),
    ("price_list", "kind", "kind IN ('CONTRACT', 'BUYER', 'LEVEL', 'BASE')"),
    ("price_list", "combination", "combination IN ('BY_BREAK', 'REPLACE')"),
    ("price_list", "contract_rule", "contract_rule IN ('CONTRACT_WINS', 'LOWEST_WINS')"),
    ("price_list", "break_type", "break_type IN ('ALL_UNITS', 'GRADUATED')"),
    ("price_list", "validity", "valid_until IS NULL OR valid_until > valid_from"),
)
DEFAULTS = (
    ("order_line", "is_free", "false"),
    ("order_line", "deposit", "0"),
    ("invoice", "deposits", "0"),
    ("invoice_line", "deposit", "0"),
    ("orders", "deposits", "0"),
    ("orders", "coupon_codes", "'[]'"),
    ("orders", "points_to_redeem", "0"),
    ("organisation", "needs_price_approval", "false"),
    ("trading_relationship", "inherits_prices", "false"),
    ("trading_relationship", "cash_discount_percent", "0"),
    ("tenant", "band_rule", "'BINDING'"),
    ("tenant", "free_goods_tax", "'DISCOUNT'"),
)


def _in_schema(table: str) -> str | None:
    return "platform" if table == "tenant" else None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "returnable_container",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deposit", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint("deposit >= 0", name=op.f("ck_returnable_container_deposit")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_returnable_container")),
        sa.UniqueConstraint(
            "tenant_id", "name", name=op.f("uq_returnable_container_tenant_id_name")
        ),
    )
    op.create_table(
        "customer_group",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_customer_group_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint(
            "tenant_id",
            "seller_id",
            "name",
            name=op.f("uq_customer_group_tenant_id_seller_id_name"),
        ),
    )
    op.create_table(
        "membership_tier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_membership_tier_threshold")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_membership_tier_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership_tier")),
        sa.UniqueConstraint(
            "tenant_id",
            "seller_id",
            "name",
            name=op.f("uq_membership_tier_tenant_id_seller_id_name"),
        ),
    )
    op.create_table(
        "points_programme",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("value_per_point", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("days_valid", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_valid > 0", name=op.f("ck_points_programme_days_valid")),
        sa.CheckConstraint("value_per_point > 0", name=op.f("ck_points_programme_value_per_point")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_points_programme_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "seller_id", name=op.f("pk_points_programme")),
    )
    op.create_table(
        "territory",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["territory.tenant_id", "territory.id"],
            name=op.f("fk_territory_tenant_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_territory_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_territory")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "name", name=op.f("uq_territory_tenant_id_seller_id_name")
        ),
    )
    op.create_table(
        "discount_authority",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("limit_percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role_id IS NULL) <> (membership_id IS NULL)",
            name=op.f("ck_discount_authority_role_or_person"),
        ),
        sa.CheckConstraint(
            "limit_percent >= 0 AND limit_percent <= 100",
            name=op.f("ck_discount_authority_limit_percent"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_discount_authority_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_discount_authority_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name=op.f("fk_discount_authority_tenant_id_role_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_discount_authority")),
    )
    op.create_index(
        "uq_discount_authority_holder",
        "discount_authority",
        ["tenant_id", "organisation_id", "role_id", "membership_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "price_change_set",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'SUBMITTED', 'AWAITING_GRANTOR', 'APPROVED', 'REJECTED', "
            "'WITHDRAWN', 'ROLLED_BACK')",
            name=op.f("ck_price_change_set_status"),
        ),
        sa.CheckConstraint(
            "effective_until IS NULL OR effective_until > effective_from",
            name=op.f("ck_price_change_set_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "changed_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_price_change_set_tenant_id_changed_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_price_change_set_tenant_id_created_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_price_change_set_tenant_id_decided_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_price_change_set_tenant_id_seller_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "submitted_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_price_change_set_tenant_id_submitted_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_change_set")),
    )
    op.create_index(
        op.f("ix_price_change_set_tenant_id_seller_id_created_at_id"),
        "price_change_set",
        ["tenant_id", "seller_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "trade_scheme",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('PRIMARY', 'SECONDARY', 'TERTIARY')", name=op.f("ck_trade_scheme_kind")
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'ACTIVE', 'ENDED')", name=op.f("ck_trade_scheme_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_trade_scheme_tenant_id_created_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_trade_scheme_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trade_scheme")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "name", name=op.f("uq_trade_scheme_tenant_id_seller_id_name")
        ),
    )
    op.create_index(
        op.f("ix_trade_scheme_tenant_id_seller_id_status"),
        "trade_scheme",
        ["tenant_id", "seller_id", "status"],
        unique=False,
    )
    op.create_table(
        "buyer_standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("orders_placed", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("purchased_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("membership_tier_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("orders_placed >= 0", name=op.f("ck_buyer_standing_orders_placed")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_buyer_standing_points")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_tier_id"],
            ["membership_tier.tenant_id", "membership_tier.id"],
            name=op.f("fk_buyer_standing_tenant_id_membership_tier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_buyer_standing_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "relationship_id", name=op.f("pk_buyer_standing")),
    )
    op.create_table(
        "coupon",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("uses >= 0 AND uses <= uses_limit", name=op.f("ck_coupon_uses")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_coupon_validity")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_coupon_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["trade_scheme.tenant_id", "trade_scheme.id"],
            name=op.f("fk_coupon_tenant_id_scheme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_coupon_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_coupon")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "code", name=op.f("uq_coupon_tenant_id_seller_id_code")
        ),
    )
    op.create_index(
        op.f("ix_coupon_tenant_id_relationship_id"),
        "coupon",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_coupon_tenant_id_scheme_id"), "coupon", ["tenant_id", "scheme_id"], unique=False
    )
    op.create_table(
        "customer_group_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "group_id"],
            ["customer_group.tenant_id", "customer_group.id"],
            name=op.f("fk_customer_group_member_tenant_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_customer_group_member_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "group_id", "relationship_id", name=op.f("pk_customer_group_member")
        ),
    )
    op.create_index(
        op.f("ix_customer_group_member_tenant_id_relationship_id"),
        "customer_group_member",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_table(
        "price_band",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grantor_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("sku_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("packaging_level", sa.Text(), nullable=True),
        sa.Column("floor", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("ceiling", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("minimum_margin_percent", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("recommended_retail_price", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("maximum_retail_price", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("is_floor_visible", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(audience = 'LEVEL') = (level_id IS NOT NULL)", name=op.f("ck_price_band_level")
        ),
        sa.CheckConstraint(
            "(audience = 'RELATIONSHIP') = (relationship_id IS NOT NULL)",
            name=op.f("ck_price_band_relationship"),
        ),
        sa.CheckConstraint(
            "audience IN ('OWN', 'RELATIONSHIP', 'LEVEL', 'ALL_BUYERS')",
            name=op.f("ck_price_band_audience"),
        ),
        sa.CheckConstraint("outside IN ('REFUSE', 'APPROVAL')", name=op.f("ck_price_band_outside")),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_price_band_packaging_level"),
        ),
        sa.CheckConstraint("ceiling >= floor", name=op.f("ck_price_band_ceiling")),
        sa.CheckConstraint("floor >= 0", name=op.f("ck_price_band_floor")),
        sa.CheckConstraint(
            "maximum_retail_price >= recommended_retail_price",
            name=op.f("ck_price_band_maximum_retail_price"),
        ),
        sa.CheckConstraint(
            "minimum_margin_percent < 100", name=op.f("ck_price_band_minimum_margin_percent")
        ),
        sa.CheckConstraint(
            "recommended_retail_price >= 0", name=op.f("ck_price_band_recommended_retail_price")
        ),
        sa.CheckConstraint(
            "sku_id IS NULL OR category_id IS NULL", name=op.f("ck_price_band_scope")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_price_band_validity")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_price_band_tenant_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "grantor_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_price_band_tenant_id_grantor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "level_id"],
            ["customer_level.tenant_id", "customer_level.id"],
            name=op.f("fk_price_band_tenant_id_level_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_price_band_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_price_band_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_band")),
    )
    op.create_index(
        op.f("ix_price_band_tenant_id_grantor_id_sku_id"),
        "price_band",
        ["tenant_id", "grantor_id", "sku_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_price_band_tenant_id_relationship_id"),
        "price_band",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_table(
        "scheme_budget",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("money_limit", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("money_used", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("goods_limit", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("goods_used", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.CheckConstraint("goods_used <= goods_limit", name=op.f("ck_scheme_budget_goods")),
        sa.CheckConstraint("money_used <= money_limit", name=op.f("ck_scheme_budget_money")),
        sa.CheckConstraint(
            "money_used >= 0 AND goods_used >= 0 AND uses >= 0", name=op.f("ck_scheme_budget_used")
        ),
        sa.CheckConstraint("uses <= uses_limit", name=op.f("ck_scheme_budget_uses")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["trade_scheme.tenant_id", "trade_scheme.id"],
            name=op.f("fk_scheme_budget_tenant_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "scheme_id", name=op.f("pk_scheme_budget")),
    )
    op.create_table(
        "scheme_standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("money", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("goods", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("purchased_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("purchased_quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint(
            "money >= 0 AND goods >= 0 AND uses >= 0", name=op.f("ck_scheme_standing_used")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_scheme_standing_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["trade_scheme.tenant_id", "trade_scheme.id"],
            name=op.f("fk_scheme_standing_tenant_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "scheme_id", "relationship_id", name=op.f("pk_scheme_standing")
        ),
    )
    op.create_index(
        op.f("ix_scheme_standing_tenant_id_relationship_id"),
        "scheme_standing",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_table(
        "trade_scheme_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "known_until IS NULL OR known_until >= known_from",
            name=op.f("ck_trade_scheme_version_known"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_trade_scheme_version_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["trade_scheme.tenant_id", "trade_scheme.id"],
            name=op.f("fk_trade_scheme_version_tenant_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trade_scheme_version")),
        sa.UniqueConstraint(
            "tenant_id",
            "scheme_id",
            "number",
            name=op.f("uq_trade_scheme_version_tenant_id_scheme_id_number"),
        ),
    )
    op.create_table(
        "coupon_use",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('GRANTED', 'GIVEN_BACK')", name=op.f("ck_coupon_use_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "coupon_id"],
            ["coupon.tenant_id", "coupon.id"],
            name=op.f("fk_coupon_use_tenant_id_coupon_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_coupon_use_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "coupon_id", "order_id", name=op.f("pk_coupon_use")),
    )
    op.create_index(
        op.f("ix_coupon_use_tenant_id_order_id"),
        "coupon_use",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_table(
        "granted_benefit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("money", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("goods", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("goods_sku_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("rebate", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("qualifying_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("qualifying_quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=True),
        sa.Column("funded_percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("funded_money", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("is_claimable", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "benefit IN ('FIXED_PRICE', 'AMOUNT_OFF', 'PERCENT_OFF', 'FREE_GOODS', 'POINTS', 'REBATE')",
            name=op.f("ck_granted_benefit_benefit"),
        ),
        sa.CheckConstraint(
            "status IN ('GRANTED', 'GIVEN_BACK')", name=op.f("ck_granted_benefit_status")
        ),
        sa.CheckConstraint(
            "money >= 0 AND goods >= 0 AND points >= 0", name=op.f("ck_granted_benefit_given")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "funder_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_granted_benefit_tenant_id_funder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goods_sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_granted_benefit_tenant_id_goods_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_granted_benefit_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_granted_benefit_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["trade_scheme.tenant_id", "trade_scheme.id"],
            name=op.f("fk_granted_benefit_tenant_id_scheme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["trade_scheme_version.tenant_id", "trade_scheme_version.id"],
            name=op.f("fk_granted_benefit_tenant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_granted_benefit")),
    )
    op.create_index(
        op.f("ix_granted_benefit_tenant_id_funder_id_granted_at"),
        "granted_benefit",
        ["tenant_id", "funder_id", "granted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_granted_benefit_tenant_id_order_id"),
        "granted_benefit",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_granted_benefit_tenant_id_scheme_id_relationship_id"),
        "granted_benefit",
        ["tenant_id", "scheme_id", "relationship_id"],
        unique=False,
    )
    op.create_table(
        "points_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause IN ('EARNED', 'REDEEMED', 'EXPIRED', 'GIVEN_BACK', 'TAKEN_BACK', 'ADJUSTED')",
            name=op.f("ck_points_entry_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_points_entry_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_points_entry_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_points_entry")),
    )
    op.create_index(
        op.f("ix_points_entry_tenant_id_order_id"),
        "points_entry",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_points_entry_tenant_id_relationship_id_recorded_at"),
        "points_entry",
        ["tenant_id", "relationship_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "counted_order",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("points_redeemed", sa.Integer(), nullable=False),
        sa.Column("points_taken", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points_earned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('GRANTED', 'GIVEN_BACK')", name=op.f("ck_counted_order_status")
        ),
        sa.CheckConstraint("points_redeemed >= 0", name=op.f("ck_counted_order_points_redeemed")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_counted_order_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_counted_order_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", name=op.f("pk_counted_order")),
    )
    op.create_index(
        op.f("ix_counted_order_tenant_id_relationship_id_counted_at"),
        "counted_order",
        ["tenant_id", "relationship_id", "counted_at"],
        unique=False,
    )
    op.create_table(
        "points_lot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "remaining >= 0 AND remaining <= points", name=op.f("ck_points_lot_remaining")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_points_lot_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_points_lot_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_points_lot")),
    )
    op.create_index(
        op.f("ix_points_lot_tenant_id_order_id"),
        "points_lot",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_points_lot_tenant_id_relationship_id_expires_at"),
        "points_lot",
        ["tenant_id", "relationship_id", "expires_at"],
        unique=False,
    )
    op.create_table(
        "price_change_row",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_set_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=True),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("packaging_level", sa.Text(), nullable=True),
        sa.Column("from_quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("percent_of_list", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_price_change_row_packaging_level"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_change_row_amount")),
        sa.CheckConstraint(
            "amount IS NULL OR percent_of_list IS NULL",
            name=op.f("ck_price_change_row_amount_or_percent"),
        ),
        sa.CheckConstraint(
            "amount IS NULL OR sku_id IS NOT NULL", name=op.f("ck_price_change_row_amount_of_sku")
        ),
        sa.CheckConstraint("from_quantity >= 0", name=op.f("ck_price_change_row_from_quantity")),
        sa.CheckConstraint(
            "is_removed = (amount IS NULL AND percent_of_list IS NULL)",
            name=op.f("ck_price_change_row_removed_or_priced"),
        ),
        sa.CheckConstraint(
            "percent_of_list >= 0", name=op.f("ck_price_change_row_percent_of_list")
        ),
        sa.CheckConstraint(
            "sku_id IS NULL OR (brand_id IS NULL AND category_id IS NULL)",
            name=op.f("ck_price_change_row_scope"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_price_change_row_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "brand_id"],
            ["brand.tenant_id", "brand.id"],
            name=op.f("fk_price_change_row_tenant_id_brand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_price_change_row_tenant_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "change_set_id"],
            ["price_change_set.tenant_id", "price_change_set.id"],
            name=op.f("fk_price_change_row_tenant_id_change_set_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name=op.f("fk_price_change_row_tenant_id_price_list_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_price_change_row_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_change_row")),
    )
    op.create_index(
        op.f("ix_price_change_row_tenant_id_change_set_id_position"),
        "price_change_row",
        ["tenant_id", "change_set_id", "position"],
        unique=False,
    )
    op.create_index(
        op.f("ix_price_change_row_tenant_id_price_list_id_sku_id"),
        "price_change_row",
        ["tenant_id", "price_list_id", "sku_id"],
        unique=False,
    )
    op.create_table(
        "price_list_terms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("combination", sa.Text(), nullable=False),
        sa.Column("contract_rule", sa.Text(), nullable=False),
        sa.Column("break_type", sa.Text(), nullable=False),
        sa.Column("break_basis", sa.Text(), nullable=False),
        sa.Column("is_promotable", sa.Boolean(), nullable=False),
        sa.Column("is_inheritable", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("amount_added", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("multiple", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("floor", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("ceiling", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "break_basis IN ('LINE', 'SKU', 'PRODUCT_GROUP', 'ORDER')",
            name=op.f("ck_price_list_terms_break_basis"),
        ),
        sa.CheckConstraint(
            "break_type <> 'GRADUATED' OR break_basis IN ('LINE', 'SKU')",
            name=op.f("ck_price_list_terms_graduated"),
        ),
        sa.CheckConstraint(
            "break_type IN ('ALL_UNITS', 'GRADUATED')", name=op.f("ck_price_list_terms_break_type")
        ),
        sa.CheckConstraint(
            "combination IN ('BY_BREAK', 'REPLACE')", name=op.f("ck_price_list_terms_combination")
        ),
        sa.CheckConstraint(
            "contract_rule IN ('CONTRACT_WINS', 'LOWEST_WINS')",
            name=op.f("ck_price_list_terms_contract_rule"),
        ),
        sa.CheckConstraint("ceiling >= floor", name=op.f("ck_price_list_terms_ceiling")),
        sa.CheckConstraint("floor >= 0", name=op.f("ck_price_list_terms_floor")),
        sa.CheckConstraint(
            "known_until IS NULL OR known_until >= known_from",
            name=op.f("ck_price_list_terms_known"),
        ),
        sa.CheckConstraint("multiple > 0", name=op.f("ck_price_list_terms_multiple")),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_price_list_terms_percent")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_price_list_terms_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["price_list.tenant_id", "price_list.id"],
            name=op.f("fk_price_list_terms_tenant_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name=op.f("fk_price_list_terms_tenant_id_price_list_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_list_terms")),
    )
    op.create_index(
        op.f("ix_price_list_terms_tenant_id_parent_id"),
        "price_list_terms",
        ["tenant_id", "parent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_price_list_terms_tenant_id_price_list_id"),
        "price_list_terms",
        ["tenant_id", "price_list_id"],
        unique=False,
    )
    op.create_table(
        "price_outside_band",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approval_step_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("packaging_level", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("granted_limit", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.CheckConstraint(
            "kind IN ('FLOOR', 'CEILING', 'MARGIN', 'MAXIMUM_RETAIL_PRICE', 'MARGIN_UNKNOWN')",
            name=op.f("ck_price_outside_band_kind"),
        ),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_price_outside_band_packaging_level"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approval_step_id"],
            ["approval_step.tenant_id", "approval_step.id"],
            name=op.f("fk_price_outside_band_tenant_id_approval_step_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_price_outside_band_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_outside_band")),
    )
    op.create_index(
        op.f("ix_price_outside_band_tenant_id_approval_step_id_position"),
        "price_outside_band",
        ["tenant_id", "approval_step_id", "position"],
        unique=False,
    )
    op.alter_column("approval_step", "rule_id", existing_type=sa.UUID(), nullable=True)
    op.add_column(
        "order_line", sa.Column("is_free", sa.Boolean(), nullable=False, server_default="false")
    )
    op.add_column(
        "order_line", sa.Column("discount_percent", sa.Numeric(precision=9, scale=4), nullable=True)
    )
    op.add_column("order_line", sa.Column("discount_reason", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("discounted_by_membership_id", sa.Uuid(), nullable=True))
    op.add_column("order_line", sa.Column("discounted_by_name", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_order_line_tenant_id_discounted_by_membership_id"),
        "order_line",
        "membership",
        ["tenant_id", "discounted_by_membership_id"],
        ["tenant_id", "id"],
    )
    for table, column in DEPOSITS:
        op.add_column(
            table,
            sa.Column(
                column, sa.Numeric(precision=19, scale=4), nullable=False, server_default="0"
            ),
        )
    op.add_column(
        "orders",
        sa.Column(
            "coupon_codes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default="[]",
        ),
    )
    op.add_column(
        "orders", sa.Column("points_to_redeem", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "organisation",
        sa.Column("needs_price_approval", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.alter_column("price_entry", "created_at", new_column_name="known_from")
    op.add_column(
        "price_entry", sa.Column("known_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("price_entry", sa.Column("change_set_id", sa.Uuid(), nullable=True))
    op.create_index(
        op.f("ix_price_entry_tenant_id_change_set_id"),
        "price_entry",
        ["tenant_id", "change_set_id"],
        unique=False,
        postgresql_where=sa.text("known_until IS NULL"),
    )
    op.drop_index(op.f("ix_price_entry_tenant_id_sku_id"), table_name="price_entry")
    op.add_column("price_list", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.add_column("price_list", sa.Column("territory_id", sa.Uuid(), nullable=True))
    op.add_column("price_list", sa.Column("sales_channel", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_price_list_tenant_id_territory_id"),
        "price_list",
        "territory",
        ["tenant_id", "territory_id"],
        ["tenant_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_price_list_tenant_id_group_id"),
        "price_list",
        "customer_group",
        ["tenant_id", "group_id"],
        ["tenant_id", "id"],
    )
    _move_terms()
    for table, name, _ in OLD_CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.drop_column("price_list", "priority")
    op.drop_column("price_list", "combination")
    op.drop_column("price_list", "valid_until")
    op.drop_column("price_list", "break_type")
    op.drop_column("price_list", "valid_from")
    op.drop_column("price_list", "contract_rule")
    op.add_column("sku_packaging", sa.Column("container_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sku_packaging_tenant_id_container_id"),
        "sku_packaging",
        "returnable_container",
        ["tenant_id", "container_id"],
        ["tenant_id", "id"],
    )
    op.add_column("trading_relationship", sa.Column("territory_id", sa.Uuid(), nullable=True))
    op.add_column("trading_relationship", sa.Column("sales_channel", sa.Text(), nullable=True))
    op.add_column(
        "trading_relationship",
        sa.Column("inherits_prices", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column(
        "trading_relationship",
        sa.Column(
            "cash_discount_percent",
            sa.Numeric(precision=9, scale=4),
            nullable=False,
            server_default="0",
        ),
    )
    op.create_foreign_key(
        op.f("fk_trading_relationship_tenant_id_territory_id"),
        "trading_relationship",
        "territory",
        ["tenant_id", "territory_id"],
        ["tenant_id", "id"],
    )
    op.add_column(
        "tenant",
        sa.Column("band_rule", sa.Text(), nullable=False, server_default="BINDING"),
        schema="platform",
    )
    op.add_column(
        "tenant",
        sa.Column("free_goods_tax", sa.Text(), nullable=False, server_default="DISCOUNT"),
        schema="platform",
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(
            op.f(f"ck_{table}_{name}"), table, condition, schema=_in_schema(table)
        )
    for table, column, _ in DEFAULTS:
        op.alter_column(table, column, server_default=None, schema=_in_schema(table))
    for table in NEW_TABLES:
        guard(table, append_only=table in APPEND_ONLY)
    _grant_to_built_in_roles()


def _force_row_level_security(how: str, *tables: str) -> None:
    # The owner is under row-level security too (F1), and this moves every tenant's rows.
    for table in tables or ("price_list", "price_list_terms", "price_entry"):
        op.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def _move_terms() -> None:
    _force_row_level_security("NO FORCE")
    op.execute(
        "INSERT INTO price_list_terms (tenant_id, id, price_list_id, priority, combination,"
        " contract_rule, break_type, break_basis, is_promotable, is_inheritable, percent,"
        " amount_added, valid_from, valid_until, known_from)"
        " SELECT tenant_id, gen_random_uuid(), id, priority, combination, contract_rule,"
        " break_type, 'SKU', true, false, 100, 0, valid_from, valid_until, created_at"
        " FROM price_list"
    )
    _force_row_level_security("FORCE")


def _grant_to_built_in_roles() -> None:
    _force_row_level_security("NO FORCE", "role", "role_grant")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, :scope, 'ALLOW' FROM role WHERE code = :role"
    )
    for role, permission, scope in NEW_GRANTS:
        op.execute(granted.bindparams(role=role, permission=permission, scope=scope))
    _force_row_level_security("FORCE", "role", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _take_grants_back() -> None:
    gone = sorted({permission for _, permission, _ in NEW_GRANTS})
    taken = sa.text("DELETE FROM role_grant WHERE permission = ANY(:gone)")
    _force_row_level_security("NO FORCE", "role_grant")
    op.execute(taken.bindparams(sa.bindparam("gone", gone, postgresql.ARRAY(sa.Text()))))
    _force_row_level_security("FORCE", "role_grant")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def downgrade() -> None:
    """Take the tables back to the revision before; what only new tables hold is lost."""
    _take_grants_back()
    op.drop_index(
        op.f("ix_price_outside_band_tenant_id_approval_step_id_position"),
        table_name="price_outside_band",
    )
    op.drop_table("price_outside_band")
    for table, name, _ in CHECKS:
        op.drop_constraint(
            op.f(f"ck_{table}_{name}"), table, type_="check", schema=_in_schema(table)
        )
    op.drop_column("tenant", "free_goods_tax", schema="platform")
    op.drop_column("tenant", "band_rule", schema="platform")
    op.drop_constraint(
        op.f("fk_trading_relationship_tenant_id_territory_id"),
        "trading_relationship",
        type_="foreignkey",
    )
    op.drop_column("trading_relationship", "cash_discount_percent")
    op.drop_column("trading_relationship", "inherits_prices")
    op.drop_column("trading_relationship", "sales_channel")
    op.drop_column("trading_relationship", "territory_id")
    op.drop_constraint(
        op.f("fk_sku_packaging_tenant_id_container_id"), "sku_packaging", type_="foreignkey"
    )
    op.drop_column("sku_packaging", "container_id")
    _move_terms_back()
    op.drop_constraint(op.f("fk_price_list_tenant_id_group_id"), "price_list", type_="foreignkey")
    op.drop_constraint(
        op.f("fk_price_list_tenant_id_territory_id"), "price_list", type_="foreignkey"
    )
    op.drop_column("price_list", "sales_channel")
    op.drop_column("price_list", "territory_id")
    op.drop_column("price_list", "group_id")
    op.alter_column("price_entry", "known_from", new_column_name="created_at")
    op.create_index(
        op.f("ix_price_entry_tenant_id_sku_id"),
        "price_entry",
        ["tenant_id", "sku_id"],
        unique=False,
    )
    op.drop_index(op.f("ix_price_entry_tenant_id_change_set_id"), table_name="price_entry")
    op.drop_column("price_entry", "change_set_id")
    op.drop_column("price_entry", "known_until")
    op.drop_column("organisation", "needs_price_approval")
    op.drop_column("orders", "points_to_redeem")
    op.drop_column("orders", "coupon_codes")
    for table, column in DEPOSITS:
        op.drop_column(table, column)
    op.drop_constraint(
        op.f("fk_order_line_tenant_id_discounted_by_membership_id"),
        "order_line",
        type_="foreignkey",
    )
    op.drop_column("order_line", "discounted_by_name")
    op.drop_column("order_line", "discounted_by_membership_id")
    op.drop_column("order_line", "discount_reason")
    op.drop_column("order_line", "discount_percent")
    op.drop_column("order_line", "is_free")
    op.alter_column("approval_step", "rule_id", existing_type=sa.UUID(), nullable=False)
    op.drop_index(
        op.f("ix_price_list_terms_tenant_id_price_list_id"), table_name="price_list_terms"
    )
    op.drop_index(op.f("ix_price_list_terms_tenant_id_parent_id"), table_name="price_list_terms")
    op.drop_table("price_list_terms")
    op.drop_index(
        op.f("ix_price_change_row_tenant_id_price_list_id_sku_id"), table_name="price_change_row"
    )
    op.drop_index(
        op.f("ix_price_change_row_tenant_id_change_set_id_position"), table_name="price_change_row"
    )
    op.drop_table("price_change_row")
    op.drop_index(
        op.f("ix_counted_order_tenant_id_relationship_id_counted_at"), table_name="counted_order"
    )
    op.drop_table("counted_order")
    op.drop_index(
        op.f("ix_points_lot_tenant_id_relationship_id_expires_at"), table_name="points_lot"
    )
    op.drop_index(op.f("ix_points_lot_tenant_id_order_id"), table_name="points_lot")
    op.drop_table("points_lot")
    op.drop_index(
        op.f("ix_points_entry_tenant_id_relationship_id_recorded_at"), table_name="points_entry"
    )
    op.drop_index(op.f("ix_points_entry_tenant_id_order_id"), table_name="points_entry")
    op.drop_table("points_entry")
    op.drop_index(
        op.f("ix_granted_benefit_tenant_id_scheme_id_relationship_id"), table_name="granted_benefit"
    )
    op.drop_index(op.f("ix_granted_benefit_tenant_id_order_id"), table_name="granted_benefit")
    op.drop_index(
        op.f("ix_granted_benefit_tenant_id_funder_id_granted_at"), table_name="granted_benefit"
    )
    op.drop_table("granted_benefit")
    op.drop_index(op.f("ix_coupon_use_tenant_id_order_id"), table_name="coupon_use")
    op.drop_table("coupon_use")
    op.drop_table("trade_scheme_version")
    op.drop_index(
        op.f("ix_scheme_standing_tenant_id_relationship_id"), table_name="scheme_standing"
    )
    op.drop_table("scheme_standing")
    op.drop_table("scheme_budget")
    op.drop_index(op.f("ix_price_band_tenant_id_relationship_id"), table_name="price_band")
    op.drop_index(op.f("ix_price_band_tenant_id_grantor_id_sku_id"), table_name="price_band")
    op.drop_table("price_band")
    op.drop_index(
        op.f("ix_customer_group_member_tenant_id_relationship_id"),
        table_name="customer_group_member",
    )
    op.drop_table("customer_group_member")
    op.drop_index(op.f("ix_coupon_tenant_id_scheme_id"), table_name="coupon")
    op.drop_index(op.f("ix_coupon_tenant_id_relationship_id"), table_name="coupon")
    op.drop_table("coupon")
    op.drop_table("buyer_standing")
    op.drop_index(op.f("ix_trade_scheme_tenant_id_seller_id_status"), table_name="trade_scheme")
    op.drop_table("trade_scheme")
    op.drop_index(
        op.f("ix_price_change_set_tenant_id_seller_id_created_at_id"), table_name="price_change_set"
    )
    op.drop_table("price_change_set")
    op.drop_index(
        "uq_discount_authority_holder",
        table_name="discount_authority",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("discount_authority")
    op.drop_table("territory")
    op.drop_table("points_programme")
    op.drop_table("membership_tier")
    op.drop_table("customer_group")
    op.drop_table("returnable_container")
    for table, name, condition in OLD_CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _move_terms_back() -> None:
    _force_row_level_security("NO FORCE")
    op.execute("DELETE FROM price_entry WHERE known_until IS NOT NULL")
    op.execute(
        "DELETE FROM price_entry WHERE price_list_id IN"
        " (SELECT id FROM price_list WHERE kind IN ('GROUP', 'TERRITORY', 'CHANNEL'))"
    )
    op.execute(
        "DELETE FROM price_list_terms WHERE price_list_id IN"
        " (SELECT id FROM price_list WHERE kind IN ('GROUP', 'TERRITORY', 'CHANNEL'))"
    )
    op.execute("DELETE FROM price_list WHERE kind IN ('GROUP', 'TERRITORY', 'CHANNEL')")
    for column, kind in (
        ("priority", "integer"),
        ("combination", "text"),
        ("contract_rule", "text"),
        ("break_type", "text"),
        ("valid_from", "timestamptz"),
        ("valid_until", "timestamptz"),
    ):
        op.execute(f"ALTER TABLE price_list ADD COLUMN {column} {kind}")
    op.execute(
        "UPDATE price_list SET priority = t.priority, combination = t.combination,"
        " contract_rule = t.contract_rule, break_type = t.break_type,"
        " valid_from = t.valid_from, valid_until = t.valid_until"
        " FROM (SELECT DISTINCT ON (tenant_id, price_list_id) * FROM price_list_terms"
        " WHERE known_until IS NULL ORDER BY tenant_id, price_list_id, valid_from DESC) t"
        " WHERE t.tenant_id = price_list.tenant_id AND t.price_list_id = price_list.id"
    )
    for column in ("priority", "combination", "contract_rule", "break_type", "valid_from"):
        op.alter_column("price_list", column, nullable=False)
    _force_row_level_security("FORCE")
