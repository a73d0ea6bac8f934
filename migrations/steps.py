"""Steps of migrations that hold no lock for long, whatever the size of a table.

Each commits at once and may be repeated: a migration of nothing but such steps, killed half way,
starts again and finds its way. One that also does something else would not. `wait_for_servers` alone
commits nothing: it begins a downgrade.
"""

from alembic import op
from sqlalchemy import text


def create_index(name: str, on: str, *, is_unique: bool = False) -> None:
    """Build an index while rows are written; `on` is the table with what it indexes.

    What an attempt that failed left behind is invalid, and built anew.
    """
    kind = "UNIQUE INDEX" if is_unique else "INDEX"
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0; SET lock_timeout = 0")  # Nobody waits behind it.
        if _is_invalid(name):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE {kind} CONCURRENTLY IF NOT EXISTS {name} ON {on}")
        op.execute("RESET statement_timeout; RESET lock_timeout")


def drop_index(name: str) -> None:
    """Drop an index while rows are written."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def fill(statement: str) -> int:
    """Repeat an UPDATE that takes the next rows (`LIMIT` in its condition) until none is left.

    It runs tenant by tenant, as the policy shows even the owner no rows otherwise. Each run commits,
    so that nobody waits for the rows of more than one. Returns how many rows were filled.
    """
    filled, tenant = 0, text("SELECT set_config('app.tenant_id', :tenant, false)")
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        for tenant_id in connection.execute(text("SELECT id FROM platform.tenant")).scalars().all():
            connection.execute(tenant, {"tenant": str(tenant_id)})
            while batch := connection.execute(text(statement)).rowcount:
                filled += batch
        connection.execute(tenant, {"tenant": ""})
    return filled


def wait_for_servers() -> None:
    """Let the transactions of servers end, and none begin until the migration has.

    Each reads `membership` first, `role` next and then what it needs. A downgrade that takes several
    of these in another order, as dropping what refers to them does, may hold one that a server waits
    for, and wait for one that it holds.
    """
    op.execute("LOCK TABLE membership IN ACCESS EXCLUSIVE MODE")


def _is_invalid(name: str) -> bool:
    query = text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return bool(op.get_bind().execute(query, {"name": name}).scalar())
