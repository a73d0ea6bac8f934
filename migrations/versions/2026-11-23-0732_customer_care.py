"""Customer care: tickets, who answers them, and the log of contacts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


CONTACT_LOG = {"ENTERPRISE_ADMIN": "ORGANISATION", "SALES": "ASSIGNED", "SERVICE": "ORGANISATION"}
TICKETS = CONTACT_LOG | dict.fromkeys(
    ("WAREHOUSE", "BUYER", "OPERATIONS", "PURCHASING", "LOGISTICS"), "ORGANISATION"
)
GRANTED = {
    "CONTACT_LOG_WRITE": CONTACT_LOG,
    "TICKET_READ": TICKETS,
    "TICKET_WRITE": TICKETS,
    "TICKET_RULE_WRITE": {"ENTERPRISE_ADMIN": "ORGANISATION"},
}


def upgrade() -> None:
    # Before other tables, as servers read roles before them.
    _force_row_level_security("NO FORCE")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, :scope, 'ALLOW' FROM role WHERE code = :code"
    )
    for permission, scopes in GRANTED.items():
        for code, scope in scopes.items():
            op.execute(granted.bindparams(permission=permission, scope=scope, code=code))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    _create_care_terms()
    _create_ticket_rule()
    _create_customer_contact()
    _create_ticket()
    _create_ticket_message()


def _create_care_terms() -> None:
    op.create_table(
        "care_terms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("weekdays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("response_hours", sa.Integer(), nullable=False),
        sa.Column("warning_hours", sa.Integer(), nullable=False),
        sa.Column("reopening_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(opens IS NULL) = (closes IS NULL) AND opens < closes",
            name=op.f("ck_care_terms_hours"),
        ),
        sa.CheckConstraint("reopening_days >= 0", name=op.f("ck_care_terms_reopening_days")),
        sa.CheckConstraint("response_hours > 0", name=op.f("ck_care_terms_response_hours")),
        sa.CheckConstraint(
            "warning_hours >= 0 AND warning_hours < response_hours",
            name=op.f("ck_care_terms_warning_hours"),
        ),
        _to("care_terms", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "organisation_id", name=op.f("pk_care_terms")),
    )
    guard("care_terms")


def _create_ticket_rule() -> None:
    op.create_table(
        "ticket_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("territory_id", sa.Uuid(), nullable=True),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("response_hours", sa.Integer(), nullable=True),
        sa.Column("warning_hours", sa.Integer(), nullable=True),
        sa.Column("escalation_role_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category IN ('PRODUCT', 'QUALITY', 'PRICE', 'ORDER', 'DELIVERY', 'INVOICE',"
            " 'SERVICE', 'OTHER')",
            name=op.f("ck_ticket_rule_category"),
        ),
        sa.CheckConstraint(
            "kind IN ('INQUIRY', 'COMPLAINT', 'AFTER_SALES')", name=op.f("ck_ticket_rule_kind")
        ),
        sa.CheckConstraint("response_hours > 0", name=op.f("ck_ticket_rule_response_hours")),
        sa.CheckConstraint(
            "role_id IS NULL OR membership_id IS NULL", name=op.f("ck_ticket_rule_one_target")
        ),
        sa.CheckConstraint(
            "warning_hours >= 0 AND warning_hours < response_hours",
            name=op.f("ck_ticket_rule_warning_hours"),
        ),
        _to("ticket_rule", "escalation_role_id", "role"),
        _to("ticket_rule", "level_id", "customer_level"),
        _to("ticket_rule", "membership_id", "membership"),
        _to("ticket_rule", "role_id", "role"),
        _to("ticket_rule", "seller_id", "organisation"),
        _to("ticket_rule", "territory_id", "territory"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket_rule")),
    )
    op.create_index(
        op.f("ix_ticket_rule_tenant_id_seller_id"),
        "ticket_rule",
        ["tenant_id", "seller_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    guard("ticket_rule")


def _create_customer_contact() -> None:
    op.create_table(
        "customer_contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_name", sa.Text(), nullable=True),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('CALL', 'EMAIL', 'CHAT', 'MEETING', 'VISIT')",
            name=op.f("ck_customer_contact_kind"),
        ),
        sa.CheckConstraint(
            "(next_step IS NULL) = (next_on IS NULL)", name=op.f("ck_customer_contact_next_step")
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR next_on IS NOT NULL", name=op.f("ck_customer_contact_done")
        ),
        _to("customer_contact", "membership_id", "membership"),
        _to("customer_contact", "relationship_id", "trading_relationship"),
        _to("customer_contact", "seller_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_contact")),
    )
    op.create_index(
        "ix_customer_contact_due",
        "customer_contact",
        ["tenant_id", "seller_id", "next_on"],
        unique=False,
        postgresql_where=sa.text("next_on IS NOT NULL AND done_at IS NULL"),
    )
    op.create_index(
        op.f("ix_customer_contact_tenant_id_relationship_id_id"),
        "customer_contact",
        ["tenant_id", "relationship_id", "id"],
        unique=False,
    )
    guard("customer_contact")


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by_side", sa.Text(), nullable=False),
        sa.Column("opened_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by_name", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'CLOSED') = (closed_at IS NOT NULL)", name=op.f("ck_ticket_closed")
        ),
        sa.CheckConstraint(
            "(state IN ('RESOLVED', 'FOLLOWED_UP')) <= (resolved_at IS NOT NULL)",
            name=op.f("ck_ticket_resolved"),
        ),
        sa.CheckConstraint(
            "category IN ('PRODUCT', 'QUALITY', 'PRICE', 'ORDER', 'DELIVERY', 'INVOICE',"
            " 'SERVICE', 'OTHER')",
            name=op.f("ck_ticket_category"),
        ),
        sa.CheckConstraint(
            "channel IN ('WEB', 'PHONE', 'CHAT', 'EMAIL', 'IN_PERSON')",
            name=op.f("ck_ticket_channel"),
        ),
        sa.CheckConstraint(
            "kind IN ('INQUIRY', 'COMPLAINT', 'AFTER_SALES')", name=op.f("ck_ticket_kind")
        ),
        sa.CheckConstraint(
            "opened_by_side IN ('SELLER', 'BUYER')", name=op.f("ck_ticket_opened_by_side")
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_CUSTOMER', 'RESOLVED',"
            " 'FOLLOWED_UP', 'CLOSED')",
            name=op.f("ck_ticket_state"),
        ),
        sa.CheckConstraint(
            "(respond_by IS NULL) = (warn_at IS NULL)", name=op.f("ck_ticket_deadline")
        ),
        sa.CheckConstraint("mark BETWEEN 1 AND 5", name=op.f("ck_ticket_mark")),
        sa.CheckConstraint(
            "num_nonnulls(order_id, shipment_id, invoice_id, product_id) <= 1",
            name=op.f("ck_ticket_about"),
        ),
        _to("ticket", "buyer_id", "organisation"),
        _to("ticket", "invoice_id", "invoice"),
        _to("ticket", "membership_id", "membership"),
        _to("ticket", "opened_by_membership_id", "membership"),
        _to("ticket", "order_id", "orders"),
        _to("ticket", "product_id", "product"),
        _to("ticket", "relationship_id", "trading_relationship"),
        _to("ticket", "role_id", "role"),
        _to("ticket", "rule_id", "ticket_rule"),
        _to("ticket", "seller_id", "organisation"),
        _to("ticket", "shipment_id", "shipment"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket")),
    )
    op.create_index(
        "ix_ticket_neglected",
        "ticket",
        ["tenant_id", "warn_at"],
        unique=False,
        postgresql_where=sa.text("respond_by IS NOT NULL AND escalated_at IS NULL"),
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_buyer_id_state_id"),
        "ticket",
        ["tenant_id", "buyer_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_relationship_id_id"),
        "ticket",
        ["tenant_id", "relationship_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ticket_tenant_id_seller_id_state_id"),
        "ticket",
        ["tenant_id", "seller_id", "state", "id"],
        unique=False,
    )
    guard("ticket")


def _create_ticket_message() -> None:
    op.create_table(
        "ticket_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("written_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_name", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT is_internal OR side = 'SELLER'", name=op.f("ck_ticket_message_internal")
        ),
        sa.CheckConstraint("side IN ('SELLER', 'BUYER')", name=op.f("ck_ticket_message_side")),
        _to("ticket_message", "ticket_id", "ticket"),
        _to("ticket_message", "written_by_membership_id", "membership"),
        _to("ticket_message", "written_by_organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket_message")),
    )
    op.create_index(
        op.f("ix_ticket_message_tenant_id_ticket_id_id"),
        "ticket_message",
        ["tenant_id", "ticket_id", "id"],
        unique=False,
    )
    guard("ticket_message")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _force_row_level_security(word: str) -> None:
    for table in ("role", "role_grant"):
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the tables and the rights back: what was said on tickets is lost."""
    _force_row_level_security("NO FORCE")
    gone = sa.text("DELETE FROM role_grant WHERE permission = :permission")
    for permission in GRANTED:
        op.execute(gone.bindparams(permission=permission))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    for table in ("ticket_message", "ticket", "customer_contact", "ticket_rule", "care_terms"):
        op.drop_table(table)
