"""The scene of the isolation tests: a victim, strangers near and far, and what the tables hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db.idempotency import IdempotencyKey
from app.kernel.ids import new_id
from tests.support.branches import Branch, fill
from tests.support.seals import seal
from tests.support.watch import Rows, Watch
from tests.support.world import Answer, World, gid


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

    watch: Watch
    victim: Branch
    sibling: Branch
    other: Branch

    @classmethod
    async def create(cls, world: World, elsewhere: World, owner_dsn: str) -> "Scene":
        brand = await world.organisation("Riverside Brand", "BRAND")
        victim = await fill(world, brand)
        await seal(world)
        sibling = await fill(world, brand)
        foreign_brand = await elsewhere.organisation("Hillside Brand", "BRAND")
        other = await fill(elsewhere, foreign_brand)
        scene = cls(Watch(owner_dsn, world.tenant_id), victim, sibling, other)
        scene.look()
        return scene

    def stranger(self, who: str) -> Branch:
        return {"sibling": self.sibling, "other": self.other}[who]

    async def ask(self, who: str, text: str, variables: Mapping[str, Any]) -> Answer:
        """Send an operation as a stranger with the strongest roles, or as nobody."""
        token = None if who == "nobody" else self.stranger(who).seller.token
        return await self.victim.world.ask(text, token, **variables)

    async def used_keys(self) -> Mapping[str, list[str]]:
        """The idempotency keys of the victim's people, by operation."""
        people = [self.victim.person(side).membership_id for side in ("seller", "buyer")]
        statement = select(IdempotencyKey.operation, IdempotencyKey.key).where(
            IdempotencyKey.membership_id.in_([*people, self.victim.colleague.membership_id])
        )
        found: dict[str, list[str]] = {}
        for operation, key in await self.victim.world.run(
            lambda work: work.session.execute(statement)
        ):
            found.setdefault(operation, []).append(key)
        return found

    def look(self) -> Rows:
        """Every row of the victim's network by table, with the transaction that last wrote it."""
        return self.watch.look()
