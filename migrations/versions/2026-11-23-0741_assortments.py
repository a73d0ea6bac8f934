"""Assortments and must-sell lists: what is in them, and to whom they are given."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "assortment",
        *_identified(),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('SOLD', 'MUST_SELL')", name=op.f("ck_assortment_purpose")),
        _key("assortment", "seller_id", "organisation"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assortment")),
        sa.UniqueConstraint(
            "tenant_id", "seller_id", "name", name=op.f("uq_assortment_tenant_id_seller_id_name")
        ),
    )
    goods = {"sku_id": "sku", "brand_id": "brand", "category_id": "category"}
    _create_part("assortment_goods", goods, "one_kind", ())
    audience = {
        "relationship_id": "trading_relationship",
        "level_id": "customer_level",
        "group_id": "customer_group",
    }
    _create_part(
        "assortment_audience",
        audience,
        "one_audience",
        (
            sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
            sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
            sa.CheckConstraint(
                "valid_until IS NULL OR valid_until > valid_from",
                name=op.f("ck_assortment_audience_validity"),
            ),
        ),
    )
    for column in audience:
        op.create_index(
            op.f(f"ix_assortment_audience_tenant_id_{column}"),
            "assortment_audience",
            ["tenant_id", column],
        )
    for table in ("assortment", "assortment_goods", "assortment_audience"):
        op.execute(
            f"CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('PARTIES')"
        )
        guard(table)


def _create_part(
    table: str, one_of: Mapping[str, str], check: str, more: Sequence[sa.schema.SchemaItem]
) -> None:
    """Create what belongs to an assortment and names exactly one other thing."""
    names = list(one_of)
    op.create_table(
        table,
        *_identified(),
        sa.Column("assortment_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in names),
        *more,
        sa.CheckConstraint(
            f"num_nonnulls({', '.join(names)}) = 1", name=op.f(f"ck_{table}_{check}")
        ),
        _key(table, "assortment_id", "assortment"),
        *(_key(table, *each) for each in one_of.items()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "tenant_id",
            "assortment_id",
            *names,
            name=f"uq_{table}_once",
            postgresql_nulls_not_distinct=True,
        ),
    )


def _identified() -> tuple[sa.Column[sa.UUID[str]], ...]:
    return tuple(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "id"))


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{of}.tenant_id", f"{of}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def downgrade() -> None:
    steps.wait_for_servers()
    for table in ("assortment_audience", "assortment_goods", "assortment"):
        op.drop_table(table)
