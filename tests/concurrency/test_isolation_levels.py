"""What each kind of work promises, on histories of a real database; and a kind that breaks it."""

import asyncio

import pytest
from sqlalchemy import select

from app.db.database import Database
from app.pricing.models import PriceList
from chaos.races.histories.anomalies import search
from chaos.races.histories.history import Append
from chaos.races.histories.isolation import MIXTURES, look
from chaos.races.histories.kinds import COUNTING, LOCKING, Kind
from chaos.races.histories.recording import Recorder, lists_of
from tests.support.patience import UNHURRIED


@pytest.fixture
async def connections(access):
    database = Database(access.app_dsn, pool_size=8, patience=UNHURRIED)
    yield database
    await database.close()


@pytest.mark.parametrize("mixture", MIXTURES, ids=lambda mixture: mixture.name)
async def test_works_show_no_anomaly_but_those_they_are_permitted(world, connections, mixture):
    looked = await look(mixture, world, connections, clients=8, works=80, seed=1)

    assert looked.faults == []
    assert looked.committed > 20


class WritingBack(Kind):
    """Reads a list, and writes it back with one value more: what nobody may do without a lock."""

    name = "writing back"

    def __init__(self, meeting):
        self.meeting = meeting

    async def run(self, work, lists, _reads, writes, steps):
        (key,) = lists.rows
        read = await lists.read(work, key)
        steps.append(read)
        await self.meeting.wait()
        one = select(PriceList).where(PriceList.id == lists.rows[key])
        row = (await work.session.scalars(one)).one()
        value = writes[0][1]
        row.name = "".join(f"{each}," for each in (*read.values, value))
        steps.append(Append(key, value))


class Crossing(Kind):
    """Reads one list and counts in the other, while another does it the other way round."""

    name = "crossing"

    def __init__(self, meeting):
        self.meeting = meeting
        self.turns = iter([0, 1])

    async def run(self, work, lists, _reads, writes, steps):
        keys = list(lists.rows)
        turn = next(self.turns)
        steps.append(await lists.read(work, keys[turn]))
        await self.meeting.wait()
        steps.append(await lists.append(work, keys[1 - turn], writes[0][1]))


class Dice:
    """Reads and writes the first lists, and never gives up."""

    def sample(self, rows, number):
        return rows[:number]

    def randint(self, least, _most):
        return least

    def random(self):
        return 1.0


async def meet(world, database, kind, lists):
    recorder = Recorder(database, await lists_of(world, lists), Dice())
    await asyncio.gather(recorder.run(kind), recorder.run(kind))
    await recorder.look()
    return {each.anomaly.value for each in search(recorder.history)}


async def test_a_write_that_is_lost_is_found_in_a_real_history(world, connections):
    assert "lost append" in await meet(world, connections, WritingBack(asyncio.Barrier(2)), 1)


async def test_a_write_skew_is_found_in_a_real_history(world, connections):
    assert await meet(world, connections, Crossing(asyncio.Barrier(2)), 2) == {"G2"}


@pytest.mark.parametrize("kind", [LOCKING, COUNTING], ids=lambda kind: kind.name)
async def test_appends_at_once_are_never_lost(world, connections, kind):
    recorder = Recorder(connections, await lists_of(world, 1), Dice())

    await asyncio.gather(*(recorder.run(kind) for _ in range(16)))
    await recorder.look()

    (last,) = recorder.history[-1].reads
    assert sorted(last.values) == list(range(1, 17))
    assert "lost append" not in {each.anomaly.value for each in search(recorder.history)}
