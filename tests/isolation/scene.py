"""The scene of the isolation tests: a victim, strangers near and far, and what the tables hold."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from app.db.tables import tenant_tables
from app.kernel.ids import new_id
from tests.support.branches import Branch, fill
from tests.support.world import Answer, World, gid

Rows = Counter[tuple[str, str]]


class Unknown:
    """Global ids of the right types that nothing has; one thing keeps its id."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        kind = name.partition("@")[0].partition(":")[0]
        return self._ids.setdefault(
            name, f"{new_id().hex}@example.com" if kind == "e-mail" else gid(kind, new_id())
        )


@dataclass
class Scene:
    """`victim` and `sibling` share a network and a brand; `other` lives in another network."""

    connection: psycopg.Connection[Any]
    victim: Branch
    sibling: Branch
    other: Branch

    @classmethod
    async def create(cls, world: World, elsewhere: World, owner_dsn: str) -> "Scene":
        brand = await world.organisation("Riverside Brand", "BRAND")
        victim, sibling = await fill(world, brand), await fill(world, brand)
        foreign_brand = await elsewhere.organisation("Hillside Brand", "BRAND")
        other = await fill(elsewhere, foreign_brand)
        scene = cls(_connection(owner_dsn, world.tenant_id), victim, sibling, other)
        scene.look()
        return scene

    def stranger(self, who: str) -> Branch:
        return {"sibling": self.sibling, "other": self.other}[who]

    async def ask(self, who: str, text: str, variables: Mapping[str, Any]) -> Answer:
        """Send an operation as a stranger with the strongest roles, or as nobody."""
        token = None if who == "nobody" else self.stranger(who).seller.token
        return await self.victim.world.ask(text, token, **variables)

    def look(self) -> Rows:
        """Every row of the victim's network by table, with the transaction that last wrote it."""
        rows = self.connection.execute(_all_rows(str(self.victim.world.tenant_id))).fetchall()
        return Counter(rows)


def _connection(owner_dsn: str, tenant_id: UUID) -> psycopg.Connection[Any]:
    connection = psycopg.connect(owner_dsn, autocommit=True)
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return connection


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
