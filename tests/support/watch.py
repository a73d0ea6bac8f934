"""Sees whether anything at all is written in a tenant."""

from collections import Counter
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from app.db.tables import tenant_tables

Rows = Counter[tuple[str, str]]


class Watch:
    """One connection of the tables' owner, standing in one tenant."""

    def __init__(self, owner_dsn: str, tenant_id: UUID) -> None:
        self._connection = psycopg.connect(owner_dsn, autocommit=True)
        self._connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
        self._statement = _all_rows(str(tenant_id))

    def look(self) -> Rows:
        """Every row by table, with the transaction that last wrote it."""
        return Counter(self._connection.execute(self._statement).fetchall())

    def close(self) -> None:
        self._connection.close()


def _all_rows(tenant: str) -> Composed:
    tables = [*((None, name) for name in tenant_tables()), ("platform", "tenant")]
    parts = [
        SQL("SELECT {}, concat(t.xmin, t.*) FROM {} t WHERE t.{} = {}").format(
            Literal(name),
            Identifier(schema, name) if schema else Identifier(name),
            Identifier("id" if schema else "tenant_id"),
            Literal(tenant),
        )
        for schema, name in tables
    ]
    return SQL(" UNION ALL ").join(parts)
