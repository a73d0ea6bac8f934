"""Who vouches for people of a network, and sign-ins that are good in one network only."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.row_level_security import guard

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_providers()
    op.create_table(
        "provider_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "provider_id"],
            ["identity_provider.tenant_id", "identity_provider.id"],
            name=op.f("fk_provider_link_tenant_id_provider_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "provider_id", "subject", name=op.f("pk_provider_link")
        ),
    )
    op.create_index(
        "uq_provider_link_identity",
        "provider_link",
        ["tenant_id", "provider_id", "identity_id"],
        unique=True,
    )
    for table in ("identity_provider", "provider_link"):
        guard(table)
    op.add_column(
        "sign_in_session", sa.Column("only_tenant_id", sa.Uuid(), nullable=True), schema="platform"
    )


def _create_providers() -> None:
    op.create_table(
        "identity_provider",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret_sealed", sa.Text(), nullable=True),
        sa.Column("domains", JSONB(), nullable=False),
        sa.Column("allows_passwords", sa.Boolean(), nullable=False),
        sa.Column("trusts_second_factor", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.Column("refused_at", AT, nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_identity_provider_tenant_id_{column}"),
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("role_id", "role"),
                ("added_by_membership_id", "membership"),
            )
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identity_provider")),
    )


def downgrade() -> None:
    op.drop_column("sign_in_session", "only_tenant_id", schema="platform")
    op.drop_table("provider_link")
    op.drop_table("identity_provider")
