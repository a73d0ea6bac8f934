"""Who writes may read what is remembered of the state it began in, and keeps nothing of another."""

import pytest
from sqlalchemy import select, text

from app.db.database import Access
from app.db.revisions import (
    ChangedMeanwhile,
    Memory,
    Revised,
    as_of_start,
    note_revisions,
    revisions_in,
)
from app.db.work import ATTEMPTS, TryAgain, begin, perform
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from tests.support.tenant_rows import standing_in

CHANGE = "UPDATE price_entry SET tenant_id = tenant_id WHERE false"


class Shelf:
    """A memory with one value, in a tenant: how often it was read, or 0 if it was not."""

    def __init__(self, database, access):
        self.memory = Memory(Revised.PRICES, most=2)
        self.tenant = new_id()
        self.reads = 0
        self._database = database
        self._access = access

    async def _identify(self, session):
        found = await session.execute(select(revisions_in(self.tenant)))
        note_revisions(session, found.scalar_one())
        return system_actor(self.tenant, "test")

    def working(self, **more):
        return begin(self._database, self.tenant, self._identify, **more)

    async def performed(self, command):
        return await perform(self._database, self.tenant, self._identify, command)

    def pass_by(self):
        """Later attempts have no memory to say it to."""

    async def value(self, work, meanwhile=None):
        async def read():
            self.reads += 1
            if meanwhile and self.reads == 1:
                meanwhile()
            return self.reads

        return await self.memory.of(work, "key", read)

    async def then(self):
        """The value that the next reader is told."""
        async with self.working(access=Access.READ) as work:
            return await self.value(work)

    def change(self):
        """Somebody else changes a price, and commits."""
        with standing_in(self._access.owner_dsn, self.tenant) as connection:
            connection.execute(CHANGE)


@pytest.fixture
def shelf(database, access):
    return Shelf(database, access)


async def test_what_a_writer_read_is_kept_for_others(shelf):
    async with shelf.working() as work:
        await as_of_start(work, lambda: shelf.value(work))

    assert await shelf.then() == 1


async def test_a_writer_uses_what_was_remembered_of_its_start(shelf, statements):
    async with shelf.working(access=Access.READ) as work:
        await shelf.value(work)

    async with shelf.working() as work:
        with statements.counting() as sent:
            found = await as_of_start(work, lambda: shelf.value(work))

    assert (found, shelf.reads, sent) == (1, 1, [])


async def test_a_change_while_a_writer_reads_makes_it_start_over_and_keep_nothing(shelf):
    attempts = []

    async def read(work):
        attempts.append(work.attempt)
        return await as_of_start(work, lambda: shelf.value(work, shelf.change))

    found = await shelf.performed(read)

    assert (found, attempts) == (2, [1, 2])
    assert len(shelf.memory) == 0


async def test_changes_in_every_attempt_are_told_in_the_end(shelf):
    async def read(work):
        async def value():
            found = await shelf.value(work)
            shelf.change()
            return found

        return await as_of_start(work, value)

    with pytest.raises(ChangedMeanwhile):
        await shelf.performed(read)

    assert shelf.reads == ATTEMPTS


async def test_what_is_read_and_not_remembered_is_held_to_the_same_state(shelf):
    async def read(work):
        async def pass_by():
            shelf.reads += 1
            (await shelf.memory.at(work) or shelf).pass_by()
            if shelf.reads == 1:
                shelf.change()
            return shelf.reads

        return await as_of_start(work, pass_by)

    assert await shelf.performed(read) == 2


async def test_a_change_after_a_writer_began_counts_for_the_next(shelf):
    async with shelf.working(access=Access.READ) as work:
        await shelf.value(work)

    async with shelf.working() as work:
        shelf.change()
        found = await as_of_start(work, lambda: shelf.value(work))
    async with shelf.working() as work:
        later = await as_of_start(work, lambda: shelf.value(work))

    assert (found, later) == (1, 2)


async def test_what_a_writer_has_changed_itself_is_never_kept(shelf):
    async with shelf.working() as work:
        await work.session.execute(text(CHANGE))
        await as_of_start(work, lambda: shelf.value(work))

    assert len(shelf.memory) == 0


async def test_a_writer_that_is_rolled_back_leaves_only_what_others_could_have_read(shelf):
    async def fail():
        async with shelf.working() as work:
            await as_of_start(work, lambda: shelf.value(work))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await shelf.then() == 1


async def test_the_last_of_several_readings_finds_out_for_all(shelf):
    async with shelf.working() as work:
        await as_of_start(work, lambda: shelf.value(work), more=True)
        before = len(shelf.memory)
        shelf.change()
        with pytest.raises(TryAgain):
            await as_of_start(work, lambda: shelf.value(work))

    assert (before, len(shelf.memory)) == (0, 0)


async def test_later_attempts_and_plain_reads_of_a_writer_remember_nothing(shelf):
    async with shelf.working(attempt=2) as work:
        await as_of_start(work, lambda: shelf.value(work))
    async with shelf.working() as work:
        await shelf.value(work)

    assert len(shelf.memory) == 0
