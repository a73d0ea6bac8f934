"""Let works of several kinds append to and read lists at once, and record what each did."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

from app.db.database import Access, Database
from app.db.work import Work, acting_as, begin, perform
from app.kernel.actor import system_actor
from app.kernel.errors import Refused
from app.pricing.models import PriceList
from chaos.races.histories.history import Append, Outcome, Read, Transaction
from chaos.races.histories.kinds import Kind, Lists
from tests.support.world import LONG_AGO, World

LAST_LOOK = "last look"
_MOST_READ, _MOST_WRITTEN = 4, 2
_TAKEN_BACK = 0.05


class _TakenBack(Exception):
    """A work that is given up on purpose, as by a refusal."""


@dataclass(slots=True)
class Recorder:
    """Records the transactions of one tenant; values and numbers are never used twice."""

    database: Database
    lists: Lists
    random: Random
    history: list[Transaction] = field(default_factory=list[Transaction])
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    values: Iterator[int] = field(default_factory=lambda: count(1))

    async def run(self, kind: Kind) -> None:
        """Do one work of a kind, as often as it takes to be committed or given up."""
        reads = self.random.sample(list(self.lists.rows), self.random.randint(1, _MOST_READ))
        writes = self.random.sample(list(self.lists.rows), self.random.randint(1, _MOST_WRITTEN))
        is_given_up = self.random.random() < _TAKEN_BACK
        attempts: list[list[Read | Append]] = []

        async def attempt(work: Work) -> None:
            steps: list[Read | Append] = []
            attempts.append(steps)
            valued = [(key, next(self.values)) for key in writes]
            await kind.run(work, self.lists, reads, valued, steps)
            if is_given_up:
                raise _TakenBack

        outcome = Outcome.COMMITTED
        try:
            await self._perform(kind, attempt)
        except (_TakenBack, Refused):
            outcome = Outcome.ABORTED
        for steps in attempts[:-1]:
            self._note(kind.name, steps, Outcome.ABORTED)
        self._note(kind.name, attempts[-1], outcome)

    async def look(self) -> None:
        """Read all lists in one snapshot, as the last of the history."""
        identify = acting_as(system_actor(self.lists.tenant, "histories"))
        tenant = self.lists.tenant
        async with begin(self.database, tenant, identify, access=Access.READ) as work:
            steps = [await self.lists.read(work, key) for key in self.lists.rows]
        self._note(LAST_LOOK, steps, Outcome.COMMITTED)

    async def _perform(self, kind: Kind, attempt: object) -> None:
        tenant, identify = self.lists.tenant, self.lists.identify
        if kind.access is Access.WRITE:
            await perform(self.database, tenant, identify, attempt)  # pyright: ignore[reportArgumentType]
            return
        async with begin(self.database, tenant, identify, access=Access.READ) as work:
            await attempt(work)  # pyright: ignore[reportCallIssue]

    def _note(self, kind: str, steps: Sequence[Read | Append], outcome: Outcome) -> None:
        self.history.append(Transaction(next(self.numbers), kind, tuple(steps), outcome))


async def lists_of(world: World, number: int) -> Lists:
    """Make so many empty lists in a tenant."""
    seller = await world.organisation("Riverside Brand", "BRAND")
    rows = [
        PriceList(seller_id=seller, kind="BASE", name="", currency="CNY", created_at=LONG_AGO)
        for _ in range(number)
    ]
    await world.save(*rows)
    return Lists(world.tenant_id, [row.id for row in rows])


async def record(  # noqa: PLR0913  # a history is set by these, by name
    database: Database,
    lists: Lists,
    kinds: Sequence[Kind],
    *,
    clients: int,
    works: int,
    seed: int,
) -> list[Transaction]:
    """Let clients do so many works in all, each kind in turn by lot; returns the history."""
    recorder = Recorder(database, lists, Random(seed))  # dice, no secrets
    left = iter(range(works))

    async def client() -> None:
        for _ in left:
            await recorder.run(recorder.random.choice(kinds))

    await asyncio.gather(*(client() for _ in range(clients)))
    await recorder.look()
    return recorder.history
