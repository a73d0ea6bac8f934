"""Ways in: links in e-mails that are good once, and letters of the platform."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard, open_to_application

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
PLATFORM = (
    "letter",
    "one_time_token",
    "recovery_code",
    "second_factor",
    "sign_in_attempts",
    "trial_request",
)

KEY_REFERENCES = {
    "id": "membership",
    "organisation_id": "organisation",
    "role_id": "role",
    "made_by_membership_id": "membership",
    "revoked_by_membership_id": "membership",
}


def upgrade() -> None:
    _create_links()
    _create_attempts()
    _create_keys()
    _create_second_factors()
    _create_trial_requests()
    open_to_application([f"platform.{name}" for name in PLATFORM])


def _create_links() -> None:
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_token")),
        schema="platform",
    )
    for column in ("subject_id", "expires_at"):
        op.create_index(
            op.f(f"ix_one_time_token_{column}"), "one_time_token", [column], schema="platform"
        )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "address", "name", "title", "text")
        ),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("token_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        schema="platform",
    )


def _create_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Float(), nullable=False),
        sa.Column("counted_at", AT, nullable=False),
        sa.Column("closed_until", AT, nullable=True),
        sa.Column("trusted_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_sign_in_attempts_counted_at"),
        "sign_in_attempts",
        ["counted_at"],
        schema="platform",
    )
    for column in ("address", "device"):
        op.add_column(
            "sign_in_session", sa.Column(column, sa.Text(), nullable=True), schema="platform"
        )


def _create_keys() -> None:
    op.add_column("membership", sa.Column("key_prefix", sa.Text(), nullable=True))
    op.create_table(
        "api_key",
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("tenant_id", "id", "organisation_id", "role_id")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "prefix", "key_hash")),
        sa.Column("made_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
        sa.Column("revoked_by_membership_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_api_key_tenant_id_{column}"),
            )
            for column, table in KEY_REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_key")),
    )
    op.create_index(
        op.f("ix_api_key_tenant_id_organisation_id_id"),
        "api_key",
        ["tenant_id", "organisation_id", "id"],
    )
    guard("api_key")
    _grant("API_KEY_WRITE", {"ENTERPRISE_ADMIN": "BRANCH", "SYSTEM_ADMIN": "TENANT"})


def _create_second_factors() -> None:
    person = sa.ForeignKeyConstraint(
        ["identity_id"], ["platform.identity.id"], name=op.f("fk_second_factor_identity_id")
    )
    op.create_table(
        "second_factor",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        person,
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_second_factor")),
        schema="platform",
    )
    op.create_table(
        "recovery_code",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name=op.f("fk_recovery_code_identity_id")
        ),
        sa.PrimaryKeyConstraint("identity_id", "code_hash", name=op.f("pk_recovery_code")),
        schema="platform",
    )
    op.create_table(
        "second_factor_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name=op.f("fk_second_factor_rule_tenant_id_role_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "role_id", name=op.f("pk_second_factor_rule")),
    )
    guard("second_factor_rule")
    op.add_column(
        "sign_in_session", sa.Column("second_factor_at", AT, nullable=True), schema="platform"
    )


def _create_trial_requests() -> None:
    op.create_table(
        "trial_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "state", "company", "name", "email", "message")
        ),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("founded_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("ends_at", AT, nullable=True),
        sa.CheckConstraint("kind IN ('DEMO', 'TRIAL')", name=op.f("ck_trial_request_kind")),
        sa.CheckConstraint(
            "state IN ('UNCONFIRMED', 'WAITING', 'ACCEPTED', 'REFUSED', 'ENDED')",
            name=op.f("ck_trial_request_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_request")),
        schema="platform",
    )
    for columns in (["state", "id"], ["founded_tenant_id"]):
        op.create_index(
            op.f(f"ix_trial_request_{'_'.join(columns)}"),
            "trial_request",
            columns,
            schema="platform",
        )


def _grant(permission: str, scopes: dict[str, str]) -> None:
    _force_row_level_security("NO FORCE")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, :scope, 'ALLOW' FROM role WHERE code = :code"
    )
    for code, scope in scopes.items():
        op.execute(granted.bindparams(permission=permission, scope=scope, code=code))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _force_row_level_security(word: str) -> None:
    for table in ("role", "role_grant"):
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    _force_row_level_security("NO FORCE")
    op.execute("DELETE FROM role_grant WHERE permission = 'API_KEY_WRITE'")
    _force_row_level_security("FORCE")
    op.drop_table("second_factor_rule")
    op.drop_table("api_key")
    op.drop_column("membership", "key_prefix")
    for column in ("address", "device", "second_factor_at"):
        op.drop_column("sign_in_session", column, schema="platform")
    for name in PLATFORM:
        op.drop_table(name, schema="platform")
