"""Our kinds of work, each reading lists and appending to some; a list is the name of a price list.

Price lists are rows that a seller changes under a lock, that are read in snapshots, and that
processes remember by their revision: every way in which we read and write touches them.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.database import Access
from app.db.revisions import Memory, Revised, as_of_start, note_revisions, revisions_in
from app.db.work import Identify, Work
from app.kernel.actor import system_actor
from app.pricing import locks
from app.pricing.models import PriceList
from chaos.races.histories.history import Append, Read

_SEPARATOR = ","


class Lists:
    """The lists of one tenant, and what this process remembers of them."""

    def __init__(self, tenant: UUID, keys: Sequence[UUID]) -> None:
        """Name the rows in the order of their ids."""
        self.tenant = tenant
        self.rows = {f"list {n}": key for n, key in enumerate(sorted(keys))}
        self.memory: Memory[UUID, str] = Memory(Revised.PRICES, most=len(keys))

    @property
    def identify(self) -> Identify:
        """Identify as a request does: with the revisions of the state that is seen."""

        async def known(session: AsyncSession) -> Any:
            found = await session.execute(select(revisions_in(self.tenant)))
            note_revisions(session, found.scalar_one())
            return system_actor(self.tenant, "histories")

        return known

    async def read(self, work: Work, key: str) -> Read:
        """Read a list as it stands now."""
        return read_of(key, await self._text(work, key))

    async def remembered(self, work: Work, key: str) -> Read:
        """Read a list, unless it is remembered of this state."""
        row = self.rows[key]
        return read_of(key, await self.memory.of(work, row, partial(self._text, work, key)))

    async def append(self, work: Work, key: str, value: int) -> Append:
        """Put a value at the end, whatever stands there now: as budgets and balances are counted.

        One statement, that waits for the row.
        """
        longer = PriceList.name + f"{value}{_SEPARATOR}"
        row = PriceList.id == self.rows[key]
        await work.session.execute(
            update(PriceList)
            .where(row)
            .values(name=longer)
            .execution_options(synchronize_session=False)
        )
        return Append(key, value)

    async def lock(self, work: Work, key: str) -> PriceList:
        """Lock a list and read it."""
        return await locks.price_list(work, self.rows[key], true())

    async def _text(self, work: Work, key: str) -> str:
        row = PriceList.id == self.rows[key]
        # A text, as nothing of one tenant's list may be empty where it is remembered.
        found = await work.session.scalar(select(PriceList.name).where(row))
        return str(found)


def read_of(key: str, text: str) -> Read:
    """Return what a list's text says."""
    return Read(key, tuple(int(value) for value in text.split(_SEPARATOR) if value))


class Kind(ABC):
    """A way to work; `reads` and `writes` are the lists it was told to read and to append to."""

    name: ClassVar[str]
    access: ClassVar[Access] = Access.WRITE

    @abstractmethod
    async def run(
        self,
        work: Work,
        lists: Lists,
        reads: Sequence[str],
        writes: Sequence[tuple[str, int]],
        steps: list[Read | Append],
        /,
    ) -> None:
        """Do it, and note each step as it is done."""


class Reading(Kind):
    """A reading work: one snapshot for all its statements."""

    name = "reading"
    access = Access.READ

    async def run(self, work: Work, lists: Lists, reads: Any, writes: Any, steps: Any) -> None:
        """Read each list with a statement of its own."""
        del writes
        for key in reads:
            steps.append(await lists.read(work, key))


class Remembering(Kind):
    """A reading work that uses what the process remembers."""

    name = "reading, remembered"
    access = Access.READ

    async def run(self, work: Work, lists: Lists, reads: Any, writes: Any, steps: Any) -> None:
        """Read each list, unless it is remembered."""
        del writes
        for key in reads:
            steps.append(await lists.remembered(work, key))


class Locking(Kind):
    """A writing work that locks all that it reads, in key order, and reads it then."""

    name = "writing, all locked"

    async def run(self, work: Work, lists: Lists, reads: Any, writes: Any, steps: Any) -> None:
        """Lock and read each list, and append in the objects."""
        values = dict(writes)
        rows = {key: await lists.lock(work, key) for key in sorted({*reads, *values})}
        steps += [read_of(key, row.name) for key, row in rows.items()]
        for key, value in values.items():
            rows[key].name += f"{value}{_SEPARATOR}"
            steps.append(Append(key, value))
        await work.session.flush()


class Counting(Kind):
    """A writing work that locks nothing first: it reads as things stand, and counts relatively."""

    name = "writing, plain reads"

    async def run(self, work: Work, lists: Lists, reads: Any, writes: Any, steps: Any) -> None:
        """Read each list, then append to some."""
        for key in reads:
            steps.append(await lists.read(work, key))
        for key, value in sorted(writes):
            steps.append(await lists.append(work, key, value))


class AsOfStart(Kind):
    """A writing work that reads as of its start, and counts relatively afterwards."""

    name = "writing, as of its start"

    async def run(self, work: Work, lists: Lists, reads: Any, writes: Any, steps: Any) -> None:
        """Read each list as of the start, then append to some."""

        async def read() -> list[Read]:
            return [await lists.remembered(work, key) for key in reads]

        steps += await as_of_start(work, read)
        for key, value in sorted(writes):
            steps.append(await lists.append(work, key, value))


READING, REMEMBERING, LOCKING = Reading(), Remembering(), Locking()
COUNTING, AS_OF_START = Counting(), AsOfStart()
