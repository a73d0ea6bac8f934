"""Ways in: links in e-mails that are good once, and letters of the platform."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import open_to_application

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
PLATFORM = ("letter", "one_time_token", "sign_in_attempts")


def upgrade() -> None:
    _create_links()
    _create_attempts()
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


def downgrade() -> None:
    for column in ("address", "device"):
        op.drop_column("sign_in_session", column, schema="platform")
    for name in PLATFORM:
        op.drop_table(name, schema="platform")
