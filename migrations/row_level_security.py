"""Row-level security and rights of tables, as migrations write them down (F1)."""

from collections.abc import Iterable

from alembic import op

APP_ROLE = "tributary_app"
_TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"


def guard(table: str, *, append_only: bool = False) -> None:
    """Let the application see and write only rows of the transaction's tenant."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} USING (tenant_id = {_TENANT}) "
        f"WITH CHECK (tenant_id = {_TENANT})"
    )
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")


def open_to_application(tables: Iterable[str]) -> None:
    """Give the application its rights on platform tables, which have no tenant line."""
    for table in tables:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}")
