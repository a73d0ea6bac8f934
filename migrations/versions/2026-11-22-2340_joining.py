"""How people and companies come in, stay and leave: invitations, requests, registrations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import guard

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_delivery_address()
    _create_seller_profile()
    _create_invitation()
    _create_organisation_closing()
    _create_registration_link()
    _create_invitation_role()
    _create_registration()
    _create_relationship_request()
    op.add_column(
        "orders",
        sa.Column(
            "delivery_address",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
    )
    op.add_column(
        "trading_relationship",
        sa.Column(
            "ended_by_closing", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )


def _create_delivery_address() -> None:
    op.create_table(
        "delivery_address",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("closed_days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_delivery_address_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery_address")),
    )
    op.create_index(
        "uq_delivery_address_default",
        "delivery_address",
        ["tenant_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("is_default AND given_up_at IS NULL"),
    )
    op.create_index(
        "uq_delivery_address_label",
        "delivery_address",
        ["tenant_id", "organisation_id", "label"],
        unique=True,
        postgresql_where=sa.text("given_up_at IS NULL"),
    )
    guard("delivery_address")


def _create_seller_profile() -> None:
    op.create_table(
        "seller_profile",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_seller_profile_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_seller_profile")),
        sa.UniqueConstraint(
            "tenant_id", "organisation_id", name=op.f("uq_seller_profile_tenant_id_organisation_id")
        ),
    )
    op.create_index(
        "ix_seller_profile_published",
        "seller_profile",
        ["tenant_id", "name", "id"],
        unique=False,
        postgresql_where=sa.text("is_published"),
    )
    guard("seller_profile")


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("invited_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'ACCEPTED', 'WITHDRAWN', 'EXPIRED')",
            name=op.f("ck_invitation_state"),
        ),
        sa.CheckConstraint("sendings > 0", name=op.f("ck_invitation_sendings")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invited_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_invitation_tenant_id_invited_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_invitation_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_invitation_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invitation")),
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_organisation_id_id"),
        "invitation",
        ["tenant_id", "organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_invitation_waiting",
        "invitation",
        ["tenant_id", "organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("state = 'WAITING'"),
    )
    guard("invitation")


def _create_organisation_closing() -> None:
    op.create_table(
        "organisation_closing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("is_network_wide", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('PLANNED', 'DONE', 'CANCELLED', 'REFUSED')",
            name=op.f("ck_organisation_closing_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_organisation_closing_tenant_id_asked_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_closing_tenant_id_asked_by_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_organisation_closing_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation_closing")),
    )
    op.create_index(
        "ix_organisation_closing_due",
        "organisation_closing",
        ["tenant_id", "effective_at"],
        unique=False,
        postgresql_where=sa.text("state = 'PLANNED'"),
    )
    op.create_index(
        op.f("ix_organisation_closing_tenant_id_asked_by_organisation_id_id"),
        "organisation_closing",
        ["tenant_id", "asked_by_organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_organisation_closing_planned",
        "organisation_closing",
        ["tenant_id", "organisation_id", "asked_by_organisation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'PLANNED'"),
    )
    guard("organisation_closing")


def _create_registration_link() -> None:
    op.create_table(
        "registration_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("most_a_day", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("most_a_day > 0", name=op.f("ck_registration_link_most_a_day")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opened_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_registration_link_tenant_id_opened_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_registration_link_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_registration_link")),
    )
    op.create_index(
        op.f("ix_registration_link_tenant_id_seller_id_id"),
        "registration_link",
        ["tenant_id", "seller_id", "id"],
        unique=False,
    )
    guard("registration_link")


def _create_invitation_role() -> None:
    op.create_table(
        "invitation_role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["invitation.tenant_id", "invitation.id"],
            name=op.f("fk_invitation_role_tenant_id_invitation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name=op.f("fk_invitation_role_tenant_id_role_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "invitation_id", "role_id", name=op.f("pk_invitation_role")
        ),
    )
    op.create_index(
        op.f("ix_invitation_role_tenant_id_role_id"),
        "invitation_role",
        ["tenant_id", "role_id"],
        unique=False,
    )
    guard("invitation_role")


def _create_registration() -> None:
    op.create_table(
        "registration",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('UNCONFIRMED', 'WAITING', 'APPROVED', 'REFUSED')",
            name=op.f("ck_registration_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["registration_link.tenant_id", "registration_link.id"],
            name=op.f("fk_registration_tenant_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_registration_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_registration_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_registration")),
    )
    op.create_index(
        op.f("ix_registration_tenant_id_link_id_asked_at"),
        "registration",
        ["tenant_id", "link_id", "asked_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registration_tenant_id_seller_id_id"),
        "registration",
        ["tenant_id", "seller_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_registration_waiting",
        "registration",
        ["tenant_id", "seller_id", "email"],
        unique=True,
        postgresql_where=sa.text("state = 'WAITING'"),
    )
    guard("registration")


def _create_relationship_request() -> None:
    op.create_table(
        "relationship_request",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_name", sa.Text(), nullable=False),
        sa.Column("buyer_kind", sa.Text(), nullable=False),
        sa.Column("buyer_city", sa.Text(), nullable=False),
        sa.Column("buyer_region", sa.Text(), nullable=False),
        sa.Column("seller_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('ASKED', 'APPROVED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_relationship_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_relationship_request_tenant_id_asked_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buyer_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_relationship_request_tenant_id_buyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "relationship_id"],
            ["trading_relationship.tenant_id", "trading_relationship.id"],
            name=op.f("fk_relationship_request_tenant_id_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seller_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_relationship_request_tenant_id_seller_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_relationship_request")),
    )
    op.create_index(
        op.f("ix_relationship_request_tenant_id_buyer_id_id"),
        "relationship_request",
        ["tenant_id", "buyer_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_relationship_request_tenant_id_seller_id_id"),
        "relationship_request",
        ["tenant_id", "seller_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_relationship_request_asked",
        "relationship_request",
        ["tenant_id", "buyer_id", "seller_id"],
        unique=True,
        postgresql_where=sa.text("state = 'ASKED'"),
    )
    guard("relationship_request")


def downgrade() -> None:
    op.drop_column("trading_relationship", "ended_by_closing")
    op.drop_column("orders", "delivery_address")
    op.drop_table("relationship_request")
    op.drop_table("registration")
    op.drop_table("invitation_role")
    op.drop_table("registration_link")
    op.drop_table("organisation_closing")
    op.drop_table("invitation")
    op.drop_table("seller_profile")
    op.drop_table("delivery_address")
