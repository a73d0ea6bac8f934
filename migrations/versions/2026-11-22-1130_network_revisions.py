"""Revisions of what processes may remember, made by triggers of the tables themselves.

A statement leaves a mark, and all marks of a transaction become new revisions as it commits, so
that the tenant's rows of revisions are locked for no longer than that. Marks go in the transaction
that made them: nobody ever sees one.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import guard, open_to_application

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = {
    "CATALOGUE": (
        "brand",
        "category",
        "category_ancestry",
        "product",
        "returnable_container",
        "sku",
        "sku_packaging",
        "tax_category",
    ),
    "PARTIES": (
        "assigned_rep",
        "customer_group",
        "customer_group_member",
        "customer_level",
        "organisation",
        "organisation_ancestry",
        "territory",
        "trading_relationship",
    ),
    "PRICES": ("price_band", "price_entry", "price_list", "price_list_terms"),
    "SCHEMES": ("trade_scheme", "trade_scheme_version"),
}

# Whoever stands in no tenant and sees none writes nothing either, but for the administrator, who
# sees all: then everything is new.
MARK = """
CREATE FUNCTION platform.mark_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
    IF tenant IS NOT NULL THEN
        INSERT INTO platform.change_mark (id, tenant_id, kind)
        VALUES (gen_random_uuid(), tenant, TG_ARGV[0]);
    ELSIF NOT row_security_active('public.network_revision') THEN
        INSERT INTO platform.change_mark (id, tenant_id, kind)
        SELECT gen_random_uuid(), t.id, TG_ARGV[0] FROM platform.tenant t;
    END IF;
    RETURN NULL;
END $$
"""

# In the order of kinds, so that two transactions never wait for each other. A transaction may have
# stepped into another tenant since it left the mark.
REVISE = """
CREATE FUNCTION platform.revise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
    PERFORM set_config('app.tenant_id', NEW.tenant_id::text, true);
    WITH marked AS (
        DELETE FROM platform.change_mark WHERE tenant_id = NEW.tenant_id RETURNING kind
    )
    INSERT INTO public.network_revision (tenant_id, kind, revision)
    SELECT NEW.tenant_id, kind, gen_random_uuid() FROM (SELECT DISTINCT kind FROM marked) kinds
    ORDER BY kind
    ON CONFLICT (tenant_id, kind) DO UPDATE SET revision = excluded.revision;
    PERFORM set_config('app.tenant_id', standing, true);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "network_revision",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('CATALOGUE', 'PARTIES', 'PRICES', 'SCHEMES')",
            name=op.f("ck_network_revision_kind"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name=op.f("pk_network_revision")),
    )
    op.create_table(
        "change_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_mark")),
        schema="platform",
    )
    guard("network_revision")
    open_to_application(["platform.change_mark"])
    op.execute(MARK)
    op.execute(REVISE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER revise AFTER INSERT ON platform.change_mark "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION platform.revise()"
    )
    for kind, tables in TABLES.items():
        for table in tables:
            op.execute(
                f"CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION platform.mark_change('{kind}')"
            )


def downgrade() -> None:
    for tables in TABLES.values():
        for table in tables:
            op.execute(f"DROP TRIGGER revised ON {table}")
    op.drop_table("change_mark", schema="platform")
    op.drop_table("network_revision")
    op.execute("DROP FUNCTION platform.revise()")
    op.execute("DROP FUNCTION platform.mark_change()")
