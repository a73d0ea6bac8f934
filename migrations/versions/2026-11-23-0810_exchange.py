"""Imports and exports of tables, and files on orders."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_TABLES = ("column_mapping", "export_run", "import_run", "import_row", "order_attachment")


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('PRODUCTS', 'STOCK', 'PRICES', 'CUSTOMERS', 'ORDERS', 'INVOICES')",
            name=op.f("ck_column_mapping_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_column_mapping_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "organisation_id", "kind", name=op.f("pk_column_mapping")
        ),
    )
    op.create_table(
        "export_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('CSV', 'XLSX')", name=op.f("ck_export_run_format")),
        sa.CheckConstraint(
            "kind IN ('PRODUCTS', 'STOCK', 'PRICES', 'CUSTOMERS', 'ORDERS', 'INVOICES')",
            name=op.f("ck_export_run_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_export_run_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_export_run_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_export_run_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_export_run")),
    )
    op.create_index(
        op.f("ix_export_run_tenant_id_organisation_id_id"),
        "export_run",
        ["tenant_id", "organisation_id", "id"],
        unique=False,
    )
    op.create_table(
        "import_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('PRODUCTS', 'STOCK', 'PRICES', 'CUSTOMERS', 'ORDERS', 'INVOICES')",
            name=op.f("ck_import_run_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('READING', 'CHECKING', 'CHECKED', 'APPLYING', 'DONE', 'FAILED')",
            name=op.f("ck_import_run_state"),
        ),
        sa.CheckConstraint(
            "good + bad <= rows AND written <= good", name=op.f("ck_import_run_counts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_import_run_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_import_run_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_import_run_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_run")),
    )
    op.create_index(
        op.f("ix_import_run_tenant_id_organisation_id_id"),
        "import_run",
        ["tenant_id", "organisation_id", "id"],
        unique=False,
    )
    op.create_table(
        "import_row",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'GOOD', 'BAD', 'WRITTEN')", name=op.f("ck_import_row_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["import_run.tenant_id", "import_run.id"],
            name=op.f("fk_import_row_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "number", name=op.f("pk_import_row")),
    )
    op.create_index(
        op.f("ix_import_row_tenant_id_run_id_key"),
        "import_row",
        ["tenant_id", "run_id", "key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_import_row_tenant_id_run_id_state_number"),
        "import_row",
        ["tenant_id", "run_id", "state", "number"],
        unique=False,
    )
    op.create_table(
        "order_attachment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_order_attachment_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_order_attachment_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_attachment_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_order_attachment_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "order_id", "file_id", name=op.f("pk_order_attachment")
        ),
    )
    for table in _TABLES:
        guard(table)


def downgrade() -> None:
    """Take the tables back to the revision before."""
    steps.wait_for_servers()
    for table in reversed(_TABLES):
        op.drop_table(table)
