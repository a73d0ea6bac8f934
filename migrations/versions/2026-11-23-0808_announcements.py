"""Announcements: words, for whom they are, what they are about, and who has read them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


SCOPES = {
    "ENTERPRISE_ADMIN": "ORGANISATION",
    "OPERATIONS": "ORGANISATION",
    "SALES": "ASSIGNED",
}


def upgrade() -> None:
    # Before other tables, as servers read roles before them.
    _force_row_level_security("NO FORCE")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, 'ANNOUNCEMENT_WRITE', :scope, 'ALLOW' FROM role WHERE code = :code"
    )
    for code, scope in SCOPES.items():
        op.execute(granted.bindparams(scope=scope, code=code))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    _create_announcement()
    _create_announcement_audience()
    _create_announcement_item()
    _create_announcement_reading()
    _create_announcement_text()


def _create_announcement() -> None:
    op.create_table(
        "announcement",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_name", sa.Text(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spread_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_announcement_period")
        ),
        _to("announcement", "seller_id", "organisation"),
        _to("announcement", "written_by_membership_id", "membership"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_announcement")),
    )
    op.create_index(
        op.f("ix_announcement_tenant_id_seller_id_id"),
        "announcement",
        ["tenant_id", "seller_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_announcement_unspread",
        "announcement",
        ["tenant_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("spread_at IS NULL AND withdrawn_at IS NULL"),
    )
    guard("announcement")


def _create_announcement_audience() -> None:
    op.create_table(
        "announcement_audience",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("level_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("territory_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(level_id, group_id, territory_id, relationship_id) = 1",
            name=op.f("ck_announcement_audience_one"),
        ),
        _to("announcement_audience", "announcement_id", "announcement"),
        _to("announcement_audience", "group_id", "customer_group"),
        _to("announcement_audience", "level_id", "customer_level"),
        _to("announcement_audience", "relationship_id", "trading_relationship"),
        _to("announcement_audience", "territory_id", "territory"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_announcement_audience")),
    )
    op.create_index(
        op.f("ix_announcement_audience_tenant_id_announcement_id"),
        "announcement_audience",
        ["tenant_id", "announcement_id"],
        unique=False,
    )
    guard("announcement_audience")


def _create_announcement_item() -> None:
    op.create_table(
        "announcement_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(product_id, scheme_id) = 1", name=op.f("ck_announcement_item_one")
        ),
        _to("announcement_item", "announcement_id", "announcement"),
        _to("announcement_item", "product_id", "product"),
        _to("announcement_item", "scheme_id", "trade_scheme"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_announcement_item")),
    )
    op.create_index(
        op.f("ix_announcement_item_tenant_id_announcement_id"),
        "announcement_item",
        ["tenant_id", "announcement_id"],
        unique=False,
    )
    guard("announcement_item")


def _create_announcement_reading() -> None:
    op.create_table(
        "announcement_reading",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reader_name", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        _to("announcement_reading", "announcement_id", "announcement"),
        _to("announcement_reading", "membership_id", "membership"),
        _to("announcement_reading", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "announcement_id", "membership_id", name=op.f("pk_announcement_reading")
        ),
    )
    op.create_index(
        op.f("ix_announcement_reading_tenant_id_announcement_id_organisation_id"),
        "announcement_reading",
        ["tenant_id", "announcement_id", "organisation_id"],
        unique=False,
    )
    guard("announcement_reading")


def _create_announcement_text() -> None:
    op.create_table(
        "announcement_text",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('EN', 'ZH')", name=op.f("ck_announcement_text_language")),
        _to("announcement_text", "announcement_id", "announcement"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "announcement_id", "language", name=op.f("pk_announcement_text")
        ),
    )
    guard("announcement_text")


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
    """Take the tables and the right back: what was announced is lost."""
    steps.wait_for_servers()
    _force_row_level_security("NO FORCE")
    op.execute("DELETE FROM role_grant WHERE permission = 'ANNOUNCEMENT_WRITE'")
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")
    for table in (
        "announcement_text",
        "announcement_reading",
        "announcement_item",
        "announcement_audience",
        "announcement",
    ):
        op.drop_table(table)
