"""first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import APP_ROLE, guard, open_to_application

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TENANT_TABLES = [
    "allocation",
    "approval_rule",
    "approval_step",
    "assigned_rep",
    "audit_entry",
    "brand",
    "cart",
    "cart_line",
    "category",
    "category_ancestry",
    "customer_level",
    "document_counter",
    "handled_event",
    "idempotency_key",
    "invoice",
    "invoice_line",
    "ledger_entry",
    "lot_balance",
    "membership",
    "membership_role",
    "notification",
    "order_exception",
    "order_line",
    "order_quote",
    "orders",
    "organisation",
    "organisation_ancestry",
    "outbox_event",
    "payment",
    "pick_task",
    "price_entry",
    "price_list",
    "product",
    "reservation",
    "role",
    "role_grant",
    "shipment",
    "shipment_line",
    "shortage",
    "sku",
    "sku_packaging",
    "stock_balance",
    "stock_lot",
    "stock_move",
    "tax_category",
    "tracking_event",
    "trading_relationship",
    "warehouse",
]
APPEND_ONLY = [
    "audit_entry",
    "ledger_entry",
    "order_quote",
    "outbox_event",
    "stock_move",
    "tracking_event",
]
PLATFORM_TABLES = [
    "platform.identity",
    "platform.outbox_signal",
    "platform.refresh_token",
    "platform.sign_in_session",
    "platform.tenant",
    "platform.tenant_access",
]


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute("CREATE SCHEMA platform")
    op.execute(f"GRANT USAGE ON SCHEMA platform, public TO {APP_ROLE}")
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_membership_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("actor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_subject_kind_subject_id_at"),
        "audit_entry",
        ["tenant_id", "subject_kind", "subject_id", "at"],
        unique=False,
    )
    op.create_table(
        "brand",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_brand")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_brand_tenant_id_name")),
    )
    op.create_table(
        "category",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_category_tenant_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_category")),
        sa.UniqueConstraint(
            "tenant_id",
            "parent_id",
            "name",
            name=op.f("uq_category_tenant_id_parent_id_name"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "document_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "organisation_id", "series", name=op.f("pk_document_counter")
        ),
    )
    op.create_table(
        "handled_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "handler", name=op.f("pk_handled_event")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "membership_id", "key", name=op.f("pk_idempotency_key")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("standard_margin_percent", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('BRAND', 'DISTRIBUTOR', 'SUB_DISTRIBUTOR', 'AGENT', 'RETAILER')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.CheckConstraint("status IN ('ACTIVE', 'CLOSED')", name=op.f("ck_organisation_status")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_tenant_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation")),
    )
    op.create_index(
        op.f("ix_organisation_tenant_id_parent_id"),
        "organisation",
        ["tenant_id", "parent_id"],
        unique=False,
    )
    op.create_table(
        "outbox_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox_event")),
    )
    op.create_index(
        op.f("ix_outbox_event_tenant_id_subject_id_occurred_at"),
        "outbox_event",
        ["tenant_id", "subject_id", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_system_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("email", name=op.f("uq_identity_email")),
        schema="platform",
    )
    op.create_table(
        "outbox_signal",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_outbox_signal")),
        schema="platform",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_mode", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name=op.f("ck_tenant_status")),
        sa.CheckConstraint(
            "tax_mode IN ('PER_LINE', 'PER_GROUP')", name=op.f("ck_tenant_tax_mode")
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_tenant_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
        schema="platform",
    )
    op.create_table(
        "tax_category",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rate_percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.CheckConstraint(
            "rate_percent >= 0 AND rate_percent <= 100", name=op.f("ck_tax_category_rate_percent")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tax_category")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_tax_category_tenant_id_name")),
    )
    op.create_table(
        "category_ancestry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("descendant_id", sa.Uuid(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_category_ancestry_tenant_id_ancestor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "descendant_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_category_ancestry_tenant_id_descendant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "ancestor_id", "descendant_id", name=op.f("pk_category_ancestry")
        ),
    )
    op.create_index(
        op.f("ix_category_ancestry_tenant_id_descendant_id"),
        "category_ancestry",
        ["tenant_id", "descendant_id"],
        unique=False,
    )
    op.create_table(
        "customer_level",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["customer_level.tenant_id", "customer_level.id"],
            name=op.f("fk_customer_level_tenant_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_customer_level_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_level")),
        sa.UniqueConstraint(
            "tenant_id",
            "seller_id",
            "name",
            name=op.f("uq_customer_level_tenant_id_seller_id_name"),
        ),
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_membership_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership")),
    )
    op.create_index(
        op.f("ix_membership_tenant_id_organisation_id"),
        "membership",
        ["tenant_id", "organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_membership_open",
        "membership",
        ["tenant_id", "identity_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "organisation_ancestry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("descendant_id", sa.Uuid(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_ancestry_tenant_id_ancestor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "descendant_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_ancestry_tenant_id_descendant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "ancestor_id", "descendant_id", name=op.f("pk_organisation_ancestry")
        ),
    )
    op.create_index(
        op.f("ix_organisation_ancestry_tenant_id_descendant_id"),
        "organisation_ancestry",
        ["tenant_id", "descendant_id"],
        unique=False,
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name=op.f("fk_sign_in_session_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_sign_in_session_identity_id"),
        "sign_in_session",
        ["identity_id"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "tenant_access",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name=op.f("fk_tenant_access_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["platform.tenant.id"], name=op.f("fk_tenant_access_tenant_id")
        ),
        sa.PrimaryKeyConstraint("identity_id", "tenant_id", name=op.f("pk_tenant_access")),
        schema="platform",
    )
    op.create_table(
        "product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'LISTED', 'DELISTED')", name=op.f("ck_product_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "brand_id"],
            ["brand.tenant_id", "brand.id"],
            name=op.f("fk_product_tenant_id_brand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_product_tenant_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_product_tenant_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product")),
    )
    op.create_index(
        op.f("ix_product_tenant_id_category_id"),
        "product",
        ["tenant_id", "category_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_product_tenant_id_status_name_id"),
        "product",
        ["tenant_id", "status", "name", "id"],
        unique=False,
    )
    op.create_table(
        "role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_role_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_role")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_role_tenant_id_code")),
    )
    op.create_index(
        "uq_role_organisation_name",
        "role",
        ["tenant_id", "organisation_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "warehouse",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_warehouse_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "name",
            name=op.f("uq_warehouse_tenant_id_organisation_id_name"),
        ),
    )
    op.create_table(
        "approval_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("approver_membership_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attribute IN ('TOTAL')", name=op.f("ck_approval_rule_attribute")),
        sa.CheckConstraint(
            "operator IN ('AT_LEAST', 'ABOVE')", name=op.f("ck_approval_rule_operator")
        ),
        sa.CheckConstraint("party IN ('SELLER', 'BUYER')", name=op.f("ck_approval_rule_party")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approver_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_approval_rule_tenant_id_approver_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_approval_rule_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approval_rule")),
    )
    op.create_index(
        op.f("ix_approval_rule_tenant_id_organisation_id"),
        "approval_rule",
        ["tenant_id", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "membership_role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_membership_role_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name=op.f("fk_membership_role_tenant_id_role_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "membership_id", "role_id", name=op.f("pk_membership_role")
        ),
    )
    op.create_index(
        op.f("ix_membership_role_tenant_id_role_id"),
        "membership_role",
        ["tenant_id", "role_id"],
        unique=False,
    )
    op.create_table(
        "notification",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("email_status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "email_status IN ('NOT_SENT', 'SENT')", name=op.f("ck_notification_email_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_notification_tenant_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "tenant_id",
            "membership_id",
            "event_id",
            name=op.f("uq_notification_tenant_id_membership_id_event_id"),
        ),
    )
    op.create_index(
        op.f("ix_notification_tenant_id_membership_id_created_at_id"),
        "notification",
        ["tenant_id", "membership_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["platform.sign_in_session.id"],
            name=op.f("fk_refresh_token_session_id"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_refresh_token_session_id"),
        "refresh_token",
        ["session_id"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "role_grant",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.CheckConstraint("effect IN ('ALLOW', 'DENY')", name=op.f("ck_role_grant_effect")),
        sa.CheckConstraint(
            "scope IN ('OWN', 'ASSIGNED', 'ORGANISATION', 'BRANCH', 'TENANT')",
            name=op.f("ck_role_grant_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name=op.f("fk_role_grant_tenant_id_role_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "role_id", "permission", name=op.f("pk_role_grant")),
    )
    op.create_table(
        "sku",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("tax_category_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("shelf_life_days > 0", name=op.f("ck_sku_shelf_life_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("fk_sku_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tax_category_id"],
            ["tax_category.tenant_id", "tax_category.id"],
            name=op.f("fk_sku_tenant_id_tax_category_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sku")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_sku_tenant_id_code")),
    )
    op.create_index(
        op.f("ix_sku_tenant_id_product_id"), "sku", ["tenant_id", "product_id"], unique=False
    )
    op.create_table(
        "trading_relationship",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payment_terms", sa.Text(), nullable=False),
        sa.Column("payment_gate", sa.Text(), nullable=False),
        sa.Column("credit_limit", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("is_credit_unlimited", sa.Boolean(), nullable=False),
        sa.Column("price_instant", sa.Text(), nullable=False),
        sa.Column("shortage_policy", sa.Text(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("minimum_order_value", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("minimum_shelf_life_days", sa.Integer(), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=True),
        sa.Column("automatic_receipt_days", sa.Integer(), nullable=True),
        sa.Column("upstream_visibility", sa.Text(), nullable=False),
        sa.Column("allows_fallback_price", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "payment_gate IN ('BEFORE_REVIEW', 'AFTER_APPROVAL')",
            name=op.f("ck_trading_relationship_payment_gate"),
        ),
        sa.CheckConstraint(
            "payment_terms IN ('PREPAID', 'ON_ACCOUNT')",
            name=op.f("ck_trading_relationship_payment_terms"),
        ),
        sa.CheckConstraint(
            "price_instant IN ('ORDER', 'REQUESTED_DELIVERY')",
            name=op.f("ck_trading_relationship_price_instant"),
        ),
        sa.CheckConstraint(
            "shortage_policy IN ('BACKORDER', 'SHORT_CLOSE')",
            name=op.f("ck_trading_relationship_shortage_policy"),
        ),
        sa.CheckConstraint(
            "upstream_visibility IN ('NOTHING', 'ORDERS')",
            name=op.f("ck_trading_relationship_upstream_visibility"),
        ),
        sa.CheckConstraint(
            "automatic_receipt_days > 0",
            name=op.f("ck_trading_relationship_automatic_receipt_days"),
        ),
        sa.CheckConstraint("credit_limit >= 0", name=op.f("ck_trading_relationship_credit_limit")),
        sa.CheckConstraint(
            "minimum_order_value >= 0", name=op.f("ck_trading_relationship_minimum_order_value")
        ),
        sa.CheckConstraint(
            "minimum_shelf_life_days >= 0",
            name=op.f("ck_trading_relationship_minimum_shelf_life_days"),
        ),
        sa.CheckConstraint("payment_days > 0", name=op.f("ck_trading_relationship_payment_days")),
        sa.CheckConstraint(
            "seller_id <> buyer_id", name=op.f("ck_trading_relationship_two_parties")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_trading_relationship_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buyer_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_trading_relationship_tenant_id_buyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "level_id"],
            ["customer_level.tenant_id", "customer_level.id"],
            name=op.f("fk_trading_relationship_tenant_id_level_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_trading_relationship_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trading_relationship")),
    )
    op.create_index(
        op.f("ix_trading_relationship_tenant_id_buyer_id"),
        "trading_relationship",
        ["tenant_id", "buyer_id"],
        unique=False,
    )
    op.create_index(
        "uq_trading_relationship_open",
        "trading_relationship",
        ["tenant_id", "seller_id", "buyer_id"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "approval_step",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("approver_membership_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN')",
            name=op.f("ck_approval_step_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_approval_step_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rule_id"],
            ["approval_rule.tenant_id", "approval_rule.id"],
            name=op.f("fk_approval_step_tenant_id_rule_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approval_step")),
    )
    op.create_index(
        op.f("ix_approval_step_tenant_id_organisation_id_status"),
        "approval_step",
        ["tenant_id", "organisation_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_approval_step_tenant_id_subject_id"),
        "approval_step",
        ["tenant_id", "subject_id"],
        unique=False,
    )
    op.create_table(
        "assigned_rep",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_assigned_rep_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_assigned_rep_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "relationship_id", "membership_id", name=op.f("pk_assigned_rep")
        ),
    )
    op.create_index(
        op.f("ix_assigned_rep_tenant_id_membership_id"),
        "assigned_rep",
        ["tenant_id", "membership_id"],
        unique=False,
    )
    op.create_table(
        "cart",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_cart_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_cart_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart")),
        sa.UniqueConstraint(
            "tenant_id",
            "membership_id",
            "relationship_id",
            name=op.f("uq_cart_tenant_id_membership_id_relationship_id"),
        ),
    )
    op.create_table(
        "invoice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("paid", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paid >= 0 AND paid <= total", name=op.f("ck_invoice_paid")),
        sa.CheckConstraint("total = net + tax", name=op.f("ck_invoice_total")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buyer_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_invoice_tenant_id_buyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_invoice_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_invoice_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "number", name=op.f("uq_invoice_tenant_id_seller_id_number")
        ),
        sa.UniqueConstraint("tenant_id", "source_id", name=op.f("uq_invoice_tenant_id_source_id")),
    )
    op.create_index(
        op.f("ix_invoice_tenant_id_buyer_id"), "invoice", ["tenant_id", "buyer_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoice_tenant_id_relationship_id"),
        "invoice",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_table(
        "ledger_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account IN ('RECEIVABLE', 'ADVANCE', 'REVENUE', 'TAX', 'CASH')",
            name=op.f("ck_ledger_entry_account"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_ledger_entry_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ledger_entry")),
    )
    op.create_index(
        op.f("ix_ledger_entry_tenant_id_posting_id"),
        "ledger_entry",
        ["tenant_id", "posting_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ledger_entry_tenant_id_relationship_id_account"),
        "ledger_entry",
        ["tenant_id", "relationship_id", "account"],
        unique=False,
    )
    op.create_table(
        "orders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("delivery_mode", sa.Text(), nullable=False),
        sa.Column("placed_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("placed_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("paid", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("price_instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_delivery_on", sa.Date(), nullable=True),
        sa.Column("expected_ship_on", sa.Date(), nullable=True),
        sa.Column("payment_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approval_status", sa.Text(), nullable=False),
        sa.Column("review_status", sa.Text(), nullable=False),
        sa.Column("credit_status", sa.Text(), nullable=False),
        sa.Column("fulfilment_status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("invoice_status", sa.Text(), nullable=False),
        sa.Column("settlement_status", sa.Text(), nullable=False),
        sa.Column("has_open_exception", sa.Boolean(), nullable=False),
        sa.Column("is_preparing", sa.Boolean(), nullable=False),
        sa.Column("planned_shipments", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "approval_status IN ('NOT_REQUIRED', 'PENDING', 'APPROVED', 'REJECTED')",
            name=op.f("ck_orders_approval_status"),
        ),
        sa.CheckConstraint(
            "channel IN ('WEBSITE', 'MOBILE_APP', 'SALES_REP', 'PARTNER_SYSTEM', 'CASCADE')",
            name=op.f("ck_orders_channel"),
        ),
        sa.CheckConstraint(
            "credit_status IN ('NOT_CHECKED', 'OK', 'HELD', 'RELEASED')",
            name=op.f("ck_orders_credit_status"),
        ),
        sa.CheckConstraint(
            "delivery_mode IN ('DELIVERY', 'PICKUP')", name=op.f("ck_orders_delivery_mode")
        ),
        sa.CheckConstraint(
            "fulfilment_status IN ('NONE', 'PARTIAL', 'FULL')",
            name=op.f("ck_orders_fulfilment_status"),
        ),
        sa.CheckConstraint(
            "invoice_status IN ('NOT_INVOICED', 'INVOICED')", name=op.f("ck_orders_invoice_status")
        ),
        sa.CheckConstraint(
            "payment_status IN ('UNPAID', 'PARTIAL', 'PAID')", name=op.f("ck_orders_payment_status")
        ),
        sa.CheckConstraint(
            "review_status IN ('NOT_REQUIRED', 'PENDING', 'PASSED')",
            name=op.f("ck_orders_review_status"),
        ),
        sa.CheckConstraint(
            "settlement_status IN ('OPEN', 'SETTLED')", name=op.f("ck_orders_settlement_status")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PENDING_PAYMENT', 'PENDING_REVIEW', 'PENDING_APPROVAL', 'REJECTED', 'CONFIRMED', 'BACKORDERED', 'ALLOCATED', 'PREPARING', 'PREPARED', 'READY_FOR_PICKUP', 'SHIPPED', 'REFUSED', 'SIGNED', 'RECEIVED', 'COMPLETED', 'CANCELLED')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_orders_paid")),
        sa.CheckConstraint("total = net + tax", name=op.f("ck_orders_total")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buyer_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_orders_tenant_id_buyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "placed_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_orders_tenant_id_placed_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_orders_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_orders_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "number", name=op.f("uq_orders_tenant_id_seller_id_number")
        ),
    )
    op.create_index(
        op.f("ix_orders_tenant_id_buyer_id_created_at_id"),
        "orders",
        ["tenant_id", "buyer_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_tenant_id_relationship_id"),
        "orders",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_tenant_id_seller_id_created_at_id"),
        "orders",
        ["tenant_id", "seller_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_tenant_id_state"), "orders", ["tenant_id", "state"], unique=False
    )
    op.create_table(
        "payment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("unallocated", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_membership_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "method IN ('BANK_TRANSFER', 'CASH', 'CARD', 'WALLET')", name=op.f("ck_payment_method")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "unallocated >= 0 AND unallocated <= amount", name=op.f("ck_payment_unallocated")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_payment_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payment")),
    )
    op.create_index(
        op.f("ix_payment_tenant_id_relationship_id"),
        "payment",
        ["tenant_id", "relationship_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_payment_tenant_id_source_id"), "payment", ["tenant_id", "source_id"], unique=False
    )
    op.create_table(
        "price_list",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), nullable=False),
        sa.Column("combination", sa.Text(), nullable=False),
        sa.Column("contract_rule", sa.Text(), nullable=False),
        sa.Column("break_type", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'LEVEL') = (level_id IS NOT NULL)", name=op.f("ck_price_list_level")
        ),
        sa.CheckConstraint(
            "(kind IN ('CONTRACT', 'BUYER')) = (relationship_id IS NOT NULL)",
            name=op.f("ck_price_list_relationship"),
        ),
        sa.CheckConstraint(
            "break_type IN ('ALL_UNITS', 'GRADUATED')", name=op.f("ck_price_list_break_type")
        ),
        sa.CheckConstraint(
            "combination IN ('BY_BREAK', 'REPLACE')", name=op.f("ck_price_list_combination")
        ),
        sa.CheckConstraint(
            "contract_rule IN ('CONTRACT_WINS', 'LOWEST_WINS')",
            name=op.f("ck_price_list_contract_rule"),
        ),
        sa.CheckConstraint(
            "kind IN ('CONTRACT', 'BUYER', 'LEVEL', 'BASE')", name=op.f("ck_price_list_kind")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_price_list_validity")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "level_id"],
            ["customer_level.tenant_id", "customer_level.id"],
            name=op.f("fk_price_list_tenant_id_level_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_price_list_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_price_list_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_list")),
    )
    op.create_index(
        op.f("ix_price_list_tenant_id_seller_id_currency"),
        "price_list",
        ["tenant_id", "seller_id", "currency"],
        unique=False,
    )
    op.create_table(
        "reservation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source_line_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_reservation_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_reservation_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reservation")),
    )
    op.create_index(
        op.f("ix_reservation_tenant_id_source_id"),
        "reservation",
        ["tenant_id", "source_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reservation_tenant_id_warehouse_id_sku_id"),
        "reservation",
        ["tenant_id", "warehouse_id", "sku_id"],
        unique=False,
    )
    op.create_table(
        "sku_packaging",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("factor", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "level <> 'PIECE' OR factor = 1", name=op.f("ck_sku_packaging_piece_is_base")
        ),
        sa.CheckConstraint(
            "level IN ('PIECE', 'INNER', 'CASE', 'PALLET')", name=op.f("ck_sku_packaging_level")
        ),
        sa.CheckConstraint("factor > 0", name=op.f("ck_sku_packaging_factor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_sku_packaging_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "sku_id", "level", name=op.f("pk_sku_packaging")),
    )
    op.create_index("uq_sku_packaging_gtin", "sku_packaging", ["tenant_id", "gtin"], unique=True)
    op.create_table(
        "stock_balance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("reserved", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= on_hand", name=op.f("ck_stock_balance_never_oversold")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_stock_balance_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_stock_balance_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "warehouse_id", "sku_id", name=op.f("pk_stock_balance")
        ),
    )
    op.create_table(
        "stock_lot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_stock_lot_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_stock_lot_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_lot")),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "sku_id",
            "code",
            name=op.f("uq_stock_lot_tenant_id_organisation_id_sku_id_code"),
        ),
    )
    op.create_table(
        "allocation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_allocation_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["stock_lot.tenant_id", "stock_lot.id"],
            name=op.f("fk_allocation_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reservation_id"],
            ["reservation.tenant_id", "reservation.id"],
            name=op.f("fk_allocation_tenant_id_reservation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_allocation")),
        sa.UniqueConstraint(
            "tenant_id",
            "reservation_id",
            "lot_id",
            name=op.f("uq_allocation_tenant_id_reservation_id_lot_id"),
        ),
    )
    op.create_index(
        op.f("ix_allocation_tenant_id_lot_id"), "allocation", ["tenant_id", "lot_id"], unique=False
    )
    op.create_table(
        "cart_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("packaging_level", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_cart_line_packaging_level"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["cart.tenant_id", "cart.id"],
            name=op.f("fk_cart_line_tenant_id_cart_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_cart_line_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "cart_id", "sku_id", "packaging_level", name=op.f("pk_cart_line")
        ),
    )
    op.create_table(
        "invoice_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("source_line_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("net", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax_rate_percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoice.tenant_id", "invoice.id"],
            name=op.f("fk_invoice_line_tenant_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_invoice_line_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice_line")),
    )
    op.create_index(
        op.f("ix_invoice_line_tenant_id_invoice_id"),
        "invoice_line",
        ["tenant_id", "invoice_id"],
        unique=False,
    )
    op.create_table(
        "lot_balance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("allocated", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint(
            "allocated >= 0 AND allocated <= on_hand", name=op.f("ck_lot_balance_never_oversold")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["stock_lot.tenant_id", "stock_lot.id"],
            name=op.f("fk_lot_balance_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_lot_balance_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_lot_balance_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "warehouse_id", "lot_id", name=op.f("pk_lot_balance")),
    )
    op.create_index(
        op.f("ix_lot_balance_tenant_id_warehouse_id_sku_id"),
        "lot_balance",
        ["tenant_id", "warehouse_id", "sku_id"],
        unique=False,
    )
    op.create_table(
        "order_exception",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_exception_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_exception")),
    )
    op.create_index(
        op.f("ix_order_exception_tenant_id_order_id"),
        "order_exception",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_table(
        "order_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("packaging_level", sa.Text(), nullable=False),
        sa.Column("unit_factor", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("net", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("gross", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax_rate_percent", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("ordered", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("cancelled", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("short_closed", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("unallocated", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("backordered", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("allocated", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("picked", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("packed", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("shipped", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("in_transit", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("signed", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("refused", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("lost", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("received", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("missing", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("returned", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_order_line_packaging_level"),
        ),
        sa.CheckConstraint("allocated >= 0", name=op.f("ck_order_line_allocated")),
        sa.CheckConstraint("backordered >= 0", name=op.f("ck_order_line_backordered")),
        sa.CheckConstraint("cancelled >= 0", name=op.f("ck_order_line_cancelled")),
        sa.CheckConstraint("gross = net + tax", name=op.f("ck_order_line_gross_is_net_and_tax")),
        sa.CheckConstraint("in_transit >= 0", name=op.f("ck_order_line_in_transit")),
        sa.CheckConstraint("lost >= 0", name=op.f("ck_order_line_lost")),
        sa.CheckConstraint("missing >= 0", name=op.f("ck_order_line_missing")),
        sa.CheckConstraint(
            "ordered = cancelled + short_closed + unallocated + backordered + allocated",
            name=op.f("ck_order_line_ordered_is_accounted_for"),
        ),
        sa.CheckConstraint("ordered > 0", name=op.f("ck_order_line_something_ordered")),
        sa.CheckConstraint("ordered >= 0", name=op.f("ck_order_line_ordered")),
        sa.CheckConstraint("packed <= picked", name=op.f("ck_order_line_packed_within_picked")),
        sa.CheckConstraint("packed >= 0", name=op.f("ck_order_line_packed")),
        sa.CheckConstraint(
            "picked <= allocated", name=op.f("ck_order_line_picked_within_allocated")
        ),
        sa.CheckConstraint("picked >= 0", name=op.f("ck_order_line_picked")),
        sa.CheckConstraint(
            "received + missing <= signed", name=op.f("ck_order_line_received_within_signed")
        ),
        sa.CheckConstraint("received >= 0", name=op.f("ck_order_line_received")),
        sa.CheckConstraint("refused >= 0", name=op.f("ck_order_line_refused")),
        sa.CheckConstraint("returned <= signed", name=op.f("ck_order_line_returned_within_signed")),
        sa.CheckConstraint("returned >= 0", name=op.f("ck_order_line_returned")),
        sa.CheckConstraint("shipped <= packed", name=op.f("ck_order_line_shipped_within_packed")),
        sa.CheckConstraint(
            "shipped = in_transit + signed + refused + lost",
            name=op.f("ck_order_line_shipped_is_known"),
        ),
        sa.CheckConstraint("shipped >= 0", name=op.f("ck_order_line_shipped")),
        sa.CheckConstraint("short_closed >= 0", name=op.f("ck_order_line_short_closed")),
        sa.CheckConstraint("signed >= 0", name=op.f("ck_order_line_signed")),
        sa.CheckConstraint("unallocated >= 0", name=op.f("ck_order_line_unallocated")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_line_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_order_line_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_line")),
        sa.UniqueConstraint(
            "tenant_id",
            "order_id",
            "revision",
            "position",
            name=op.f("uq_order_line_tenant_id_order_id_revision_position"),
        ),
    )
    op.create_index(
        op.f("ix_order_line_tenant_id_sku_id"), "order_line", ["tenant_id", "sku_id"], unique=False
    )
    op.create_table(
        "order_quote",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("quote", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quoted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_quote_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", "revision", name=op.f("pk_order_quote")),
    )
    op.create_table(
        "price_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=True),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("packaging_level", sa.Text(), nullable=True),
        sa.Column("from_quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("percent_of_list", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_price_entry_packaging_level"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) <> (percent_of_list IS NULL)",
            name=op.f("ck_price_entry_amount_or_percent"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_entry_amount")),
        sa.CheckConstraint(
            "amount IS NULL OR sku_id IS NOT NULL", name=op.f("ck_price_entry_amount_of_sku")
        ),
        sa.CheckConstraint("from_quantity >= 0", name=op.f("ck_price_entry_from_quantity")),
        sa.CheckConstraint("percent_of_list >= 0", name=op.f("ck_price_entry_percent_of_list")),
        sa.CheckConstraint(
            "sku_id IS NULL OR (brand_id IS NULL AND category_id IS NULL)",
            name=op.f("ck_price_entry_scope"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_price_entry_validity")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "brand_id"],
            ["brand.tenant_id", "brand.id"],
            name=op.f("fk_price_entry_tenant_id_brand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_price_entry_tenant_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name=op.f("fk_price_entry_tenant_id_price_list_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_price_entry_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_entry")),
    )
    op.create_index(
        op.f("ix_price_entry_tenant_id_price_list_id_sku_id"),
        "price_entry",
        ["tenant_id", "price_list_id", "sku_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_price_entry_tenant_id_sku_id"),
        "price_entry",
        ["tenant_id", "sku_id"],
        unique=False,
    )
    op.create_table(
        "shipment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_to", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('PLANNED', 'IN_TRANSIT', 'DELAYED', 'ARRIVED', 'SIGNED', 'REFUSED', 'RETURNED_TO_WAREHOUSE', 'CANCELLED')",
            name=op.f("ck_shipment_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_shipment_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment")),
        sa.UniqueConstraint(
            "tenant_id", "order_id", "number", name=op.f("uq_shipment_tenant_id_order_id_number")
        ),
    )
    op.create_index(
        op.f("ix_shipment_tenant_id_status_expected_at"),
        "shipment",
        ["tenant_id", "status", "expected_at"],
        unique=False,
    )
    op.create_table(
        "stock_move",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('RECEIPT', 'ADJUSTMENT', 'SHIPMENT', 'RETURN_TO_WAREHOUSE')",
            name=op.f("ck_stock_move_cause"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_move_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["stock_lot.tenant_id", "stock_lot.id"],
            name=op.f("fk_stock_move_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_stock_move_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_stock_move_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_move")),
    )
    op.create_index(
        op.f("ix_stock_move_tenant_id_source_id"),
        "stock_move",
        ["tenant_id", "source_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_stock_move_tenant_id_warehouse_id_sku_id_moved_at"),
        "stock_move",
        ["tenant_id", "warehouse_id", "sku_id", "moved_at"],
        unique=False,
    )
    op.create_table(
        "pick_task",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("planned", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("shipped", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_by_membership_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("planned <= quantity", name=op.f("ck_pick_task_planned")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_pick_task_quantity")),
        sa.CheckConstraint(
            "shipped >= 0 AND shipped <= planned", name=op.f("ck_pick_task_shipped")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["stock_lot.tenant_id", "stock_lot.id"],
            name=op.f("fk_pick_task_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_pick_task_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_pick_task_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_pick_task_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_pick_task_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pick_task")),
    )
    op.create_index(
        op.f("ix_pick_task_tenant_id_order_id"),
        "pick_task",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_table(
        "shortage",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("covered", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("supply_line_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "covered >= 0 AND covered <= quantity", name=op.f("ck_shortage_covered")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shortage_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_shortage_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_shortage_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_shortage_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_shortage_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supply_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_shortage_tenant_id_supply_line_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shortage")),
    )
    op.create_index(
        op.f("ix_shortage_tenant_id_order_id"), "shortage", ["tenant_id", "order_id"], unique=False
    )
    op.create_index(
        op.f("ix_shortage_tenant_id_organisation_id_sku_id"),
        "shortage",
        ["tenant_id", "organisation_id", "sku_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shortage_tenant_id_supply_line_id"),
        "shortage",
        ["tenant_id", "supply_line_id"],
        unique=False,
    )
    op.create_table(
        "tracking_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_membership_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('PLANNED', 'IN_TRANSIT', 'DELAYED', 'ARRIVED', 'SIGNED', 'REFUSED', 'RETURNED_TO_WAREHOUSE', 'CANCELLED')",
            name=op.f("ck_tracking_event_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["shipment.tenant_id", "shipment.id"],
            name=op.f("fk_tracking_event_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tracking_event")),
    )
    op.create_index(
        op.f("ix_tracking_event_tenant_id_shipment_id_happened_at"),
        "tracking_event",
        ["tenant_id", "shipment_id", "happened_at"],
        unique=False,
    )
    op.create_table(
        "shipment_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("pick_task_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("signed", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("refused", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("returned", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("received", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("missing", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_line_quantity")),
        sa.CheckConstraint(
            "received + missing <= signed", name=op.f("ck_shipment_line_counted_within_signed")
        ),
        sa.CheckConstraint(
            "received >= 0 AND missing >= 0", name=op.f("ck_shipment_line_counted_positive")
        ),
        sa.CheckConstraint(
            "returned >= 0 AND returned <= refused", name=op.f("ck_shipment_line_returned")
        ),
        sa.CheckConstraint(
            "signed + refused <= quantity", name=op.f("ck_shipment_line_outcome_within_quantity")
        ),
        sa.CheckConstraint(
            "signed >= 0 AND refused >= 0", name=op.f("ck_shipment_line_outcome_positive")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["stock_lot.tenant_id", "stock_lot.id"],
            name=op.f("fk_shipment_line_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_shipment_line_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pick_task_id"],
            ["pick_task.tenant_id", "pick_task.id"],
            name=op.f("fk_shipment_line_tenant_id_pick_task_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["shipment.tenant_id", "shipment.id"],
            name=op.f("fk_shipment_line_tenant_id_shipment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_shipment_line_tenant_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["warehouse.tenant_id", "warehouse.id"],
            name=op.f("fk_shipment_line_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_line")),
    )
    op.create_index(
        op.f("ix_shipment_line_tenant_id_order_line_id"),
        "shipment_line",
        ["tenant_id", "order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shipment_line_tenant_id_shipment_id"),
        "shipment_line",
        ["tenant_id", "shipment_id"],
        unique=False,
    )
    for table in TENANT_TABLES:
        guard(table, append_only=table in APPEND_ONLY)
    open_to_application(PLATFORM_TABLES)


def downgrade() -> None:
    """Take the tables back to the revision before."""
    op.drop_index(op.f("ix_shipment_line_tenant_id_shipment_id"), table_name="shipment_line")
    op.drop_index(op.f("ix_shipment_line_tenant_id_order_line_id"), table_name="shipment_line")
    op.drop_table("shipment_line")
    op.drop_index(
        op.f("ix_tracking_event_tenant_id_shipment_id_happened_at"), table_name="tracking_event"
    )
    op.drop_table("tracking_event")
    op.drop_index(op.f("ix_shortage_tenant_id_supply_line_id"), table_name="shortage")
    op.drop_index(op.f("ix_shortage_tenant_id_organisation_id_sku_id"), table_name="shortage")
    op.drop_index(op.f("ix_shortage_tenant_id_order_id"), table_name="shortage")
    op.drop_table("shortage")
    op.drop_index(op.f("ix_pick_task_tenant_id_order_id"), table_name="pick_task")
    op.drop_table("pick_task")
    op.drop_index(
        op.f("ix_stock_move_tenant_id_warehouse_id_sku_id_moved_at"), table_name="stock_move"
    )
    op.drop_index(op.f("ix_stock_move_tenant_id_source_id"), table_name="stock_move")
    op.drop_table("stock_move")
    op.drop_index(op.f("ix_shipment_tenant_id_status_expected_at"), table_name="shipment")
    op.drop_table("shipment")
    op.drop_index(op.f("ix_price_entry_tenant_id_sku_id"), table_name="price_entry")
    op.drop_index(op.f("ix_price_entry_tenant_id_price_list_id_sku_id"), table_name="price_entry")
    op.drop_table("price_entry")
    op.drop_table("order_quote")
    op.drop_index(op.f("ix_order_line_tenant_id_sku_id"), table_name="order_line")
    op.drop_table("order_line")
    op.drop_index(op.f("ix_order_exception_tenant_id_order_id"), table_name="order_exception")
    op.drop_table("order_exception")
    op.drop_index(op.f("ix_lot_balance_tenant_id_warehouse_id_sku_id"), table_name="lot_balance")
    op.drop_table("lot_balance")
    op.drop_index(op.f("ix_invoice_line_tenant_id_invoice_id"), table_name="invoice_line")
    op.drop_table("invoice_line")
    op.drop_table("cart_line")
    op.drop_index(op.f("ix_allocation_tenant_id_lot_id"), table_name="allocation")
    op.drop_table("allocation")
    op.drop_table("stock_lot")
    op.drop_table("stock_balance")
    op.drop_index("uq_sku_packaging_gtin", table_name="sku_packaging")
    op.drop_table("sku_packaging")
    op.drop_index(op.f("ix_reservation_tenant_id_warehouse_id_sku_id"), table_name="reservation")
    op.drop_index(op.f("ix_reservation_tenant_id_source_id"), table_name="reservation")
    op.drop_table("reservation")
    op.drop_index(op.f("ix_price_list_tenant_id_seller_id_currency"), table_name="price_list")
    op.drop_table("price_list")
    op.drop_index(op.f("ix_payment_tenant_id_source_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_tenant_id_relationship_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_orders_tenant_id_state"), table_name="orders")
    op.drop_index(op.f("ix_orders_tenant_id_seller_id_created_at_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_tenant_id_relationship_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_tenant_id_buyer_id_created_at_id"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(
        op.f("ix_ledger_entry_tenant_id_relationship_id_account"), table_name="ledger_entry"
    )
    op.drop_index(op.f("ix_ledger_entry_tenant_id_posting_id"), table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_invoice_tenant_id_relationship_id"), table_name="invoice")
    op.drop_index(op.f("ix_invoice_tenant_id_buyer_id"), table_name="invoice")
    op.drop_table("invoice")
    op.drop_table("cart")
    op.drop_index(op.f("ix_assigned_rep_tenant_id_membership_id"), table_name="assigned_rep")
    op.drop_table("assigned_rep")
    op.drop_index(op.f("ix_approval_step_tenant_id_subject_id"), table_name="approval_step")
    op.drop_index(
        op.f("ix_approval_step_tenant_id_organisation_id_status"), table_name="approval_step"
    )
    op.drop_table("approval_step")
    op.drop_index(
        "uq_trading_relationship_open",
        table_name="trading_relationship",
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.drop_index(
        op.f("ix_trading_relationship_tenant_id_buyer_id"), table_name="trading_relationship"
    )
    op.drop_table("trading_relationship")
    op.drop_index(op.f("ix_sku_tenant_id_product_id"), table_name="sku")
    op.drop_table("sku")
    op.drop_table("role_grant")
    op.drop_index(
        op.f("ix_refresh_token_session_id"), table_name="refresh_token", schema="platform"
    )
    op.drop_table("refresh_token", schema="platform")
    op.drop_index(
        op.f("ix_notification_tenant_id_membership_id_created_at_id"), table_name="notification"
    )
    op.drop_table("notification")
    op.drop_index(op.f("ix_membership_role_tenant_id_role_id"), table_name="membership_role")
    op.drop_table("membership_role")
    op.drop_index(op.f("ix_approval_rule_tenant_id_organisation_id"), table_name="approval_rule")
    op.drop_table("approval_rule")
    op.drop_table("warehouse")
    op.drop_index("uq_role_organisation_name", table_name="role")
    op.drop_table("role")
    op.drop_index(op.f("ix_product_tenant_id_status_name_id"), table_name="product")
    op.drop_index(op.f("ix_product_tenant_id_category_id"), table_name="product")
    op.drop_table("product")
    op.drop_table("tenant_access", schema="platform")
    op.drop_index(
        op.f("ix_sign_in_session_identity_id"), table_name="sign_in_session", schema="platform"
    )
    op.drop_table("sign_in_session", schema="platform")
    op.drop_index(
        op.f("ix_organisation_ancestry_tenant_id_descendant_id"), table_name="organisation_ancestry"
    )
    op.drop_table("organisation_ancestry")
    op.drop_index(
        "uq_membership_open", table_name="membership", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(op.f("ix_membership_tenant_id_organisation_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("customer_level")
    op.drop_index(
        op.f("ix_category_ancestry_tenant_id_descendant_id"), table_name="category_ancestry"
    )
    op.drop_table("category_ancestry")
    op.drop_table("tax_category")
    op.drop_table("tenant", schema="platform")
    op.drop_table("outbox_signal", schema="platform")
    op.drop_table("identity", schema="platform")
    op.drop_index(
        op.f("ix_outbox_event_tenant_id_subject_id_occurred_at"), table_name="outbox_event"
    )
    op.drop_table("outbox_event")
    op.drop_index(op.f("ix_organisation_tenant_id_parent_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("idempotency_key")
    op.drop_table("handled_event")
    op.drop_table("document_counter")
    op.drop_table("category")
    op.drop_table("brand")
    op.drop_index(
        op.f("ix_audit_entry_tenant_id_subject_kind_subject_id_at"), table_name="audit_entry"
    )
    op.drop_table("audit_entry")
    op.execute("DROP SCHEMA platform")
