"""Names and texts of goods in several languages; categories that are kept, moved and retired."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

because = {"category": "a network has some hundred categories"}


def upgrade() -> None:
    op.add_column("product", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("category", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("category", sa.Column("made_by_organisation_id", sa.Uuid(), nullable=True))
    op.add_column("category", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_category_tenant_id_made_by_organisation_id"),
        "category",
        "organisation",
        ["tenant_id", "made_by_organisation_id"],
        ["tenant_id", "id"],
    )
    description = sa.Column("description", sa.Text(), nullable=False)
    for thing, more in (("product", (description,)), ("sku", ()), ("category", ())):
        _create_texts(thing, *more)


def _create_texts(thing: str, *more: sa.Column[str]) -> None:
    table = "category_name" if thing == "category" else f"{thing}_text"
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(f"{thing}_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["tenant_id", f"{thing}_id"],
            [f"{thing}.tenant_id", f"{thing}.id"],
            name=op.f(f"fk_{table}_tenant_id_{thing}_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", f"{thing}_id", "language", name=op.f(f"pk_{table}")),
    )
    op.execute(
        f"CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('CATALOGUE')"
    )
    guard(table)


def downgrade() -> None:
    for table in ("category_name", "sku_text", "product_text"):
        op.drop_table(table)
    op.drop_constraint(
        op.f("fk_category_tenant_id_made_by_organisation_id"), "category", type_="foreignkey"
    )
    for column in ("retired_at", "made_by_organisation_id", "language"):
        op.drop_column("category", column)
    op.drop_column("product", "language")
