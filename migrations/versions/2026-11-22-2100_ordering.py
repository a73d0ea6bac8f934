"""What people mean to order: saved carts and what comes of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_saved_cart()
    _create_order_note()
    _create_order_request()
    _create_saved_cart_line()
    _create_standing_order()
    _create_standing_order_run()
    for table in (
        "saved_cart",
        "order_note",
        "order_request",
        "saved_cart_line",
        "standing_order",
        "standing_order_run",
    ):
        guard(table)


def _create_saved_cart() -> None:
    op.create_table(
        "saved_cart",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sharing", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('CART', 'LIST', 'TEMPLATE')", name=op.f("ck_saved_cart_purpose")
        ),
        sa.CheckConstraint(
            "sharing IN ('MINE', 'ORGANISATION', 'BOTH_SIDES')", name=op.f("ck_saved_cart_sharing")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_saved_cart_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_saved_cart_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_saved_cart_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_cart")),
    )
    op.create_index(
        op.f("ix_saved_cart_tenant_id_relationship_id_id"),
        "saved_cart",
        ["tenant_id", "relationship_id", "id"],
        unique=False,
    )


def _create_order_note() -> None:
    op.create_table(
        "order_note",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('INTERNAL', 'BOTH_SIDES')", name=op.f("ck_order_note_audience")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_order_note_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_note_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_order_note_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_note")),
    )
    op.create_index(
        op.f("ix_order_note_tenant_id_order_id"),
        "order_note",
        ["tenant_id", "order_id"],
        unique=False,
    )


def _create_order_request() -> None:
    op.create_table(
        "order_request",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requested_delivery_on", sa.Date(), nullable=True),
        sa.Column("sent_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by_name", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('SENT', 'ORDERED', 'SENT_BACK', 'WITHDRAWN')",
            name=op.f("ck_order_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buyer_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_order_request_tenant_id_buyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["saved_cart.tenant_id", "saved_cart.id"],
            name=op.f("fk_order_request_tenant_id_cart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_order_request_tenant_id_decided_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_request_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_order_request_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_order_request_tenant_id_seller_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sent_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_order_request_tenant_id_sent_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_request")),
    )
    op.create_index(
        op.f("ix_order_request_tenant_id_relationship_id_id"),
        "order_request",
        ["tenant_id", "relationship_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_order_request_open",
        "order_request",
        ["tenant_id", "cart_id"],
        unique=True,
        postgresql_where=sa.text("state = 'SENT'"),
    )


def _create_saved_cart_line() -> None:
    op.create_table(
        "saved_cart_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("packaging_level", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "packaging_level IN ('PIECE', 'INNER', 'CASE', 'PALLET')",
            name=op.f("ck_saved_cart_line_packaging_level"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_saved_cart_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["saved_cart.tenant_id", "saved_cart.id"],
            name=op.f("fk_saved_cart_line_tenant_id_cart_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sku_id"],
            ["sku.tenant_id", "sku.id"],
            name=op.f("fk_saved_cart_line_tenant_id_sku_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "cart_id", "sku_id", "packaging_level", name=op.f("pk_saved_cart_line")
        ),
    )


def _create_standing_order() -> None:
    op.create_table(
        "standing_order",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("weekdays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("delivery_after_days", sa.Integer(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'PAUSED', 'ENDED')", name=op.f("ck_standing_order_state")
        ),
        sa.CheckConstraint(
            "at_minute >= 0 AND at_minute < 1440", name=op.f("ck_standing_order_at_minute")
        ),
        sa.CheckConstraint("every_weeks >= 1", name=op.f("ck_standing_order_every_weeks")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["saved_cart.tenant_id", "saved_cart.id"],
            name=op.f("fk_standing_order_tenant_id_cart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_standing_order_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_standing_order_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_standing_order_tenant_id_relationship_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_standing_order")),
    )
    op.create_index(
        "ix_standing_order_due",
        "standing_order",
        ["tenant_id", "next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index(
        op.f("ix_standing_order_tenant_id_relationship_id_id"),
        "standing_order",
        ["tenant_id", "relationship_id", "id"],
        unique=False,
    )


def _create_standing_order_run() -> None:
    op.create_table(
        "standing_order_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standing_order_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('ORDERED', 'PARTLY_ORDERED', 'REFUSED', 'SKIPPED', 'MISSED')",
            name=op.f("ck_standing_order_run_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_standing_order_run_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "standing_order_id"],
            ["standing_order.tenant_id", "standing_order.id"],
            name=op.f("fk_standing_order_run_tenant_id_standing_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_standing_order_run")),
        sa.UniqueConstraint(
            "tenant_id",
            "standing_order_id",
            "due_on",
            name=op.f("uq_standing_order_run_tenant_id_standing_order_id_due_on"),
        ),
    )


def downgrade() -> None:
    for table in (
        "standing_order_run",
        "standing_order",
        "saved_cart_line",
        "order_request",
        "order_note",
        "saved_cart",
    ):
        op.drop_table(table)
