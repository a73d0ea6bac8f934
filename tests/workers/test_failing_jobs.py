"""Jobs that fail: retries, dead letters, and that what is tried again has its effect once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.db.outbox import HandledEvent
from app.jobs import operations as jobs
from app.jobs.models import DeadLetter, DeadLetterState, Job
from app.jobs.operations import JobKey
from app.jobs.rules import LONGEST_PAUSE, MOST_RETRIES, MOST_STARTS, pause_after, told_safely
from app.orders.errors import OrderEmpty
from tests.support.jobs import booked, dead_job
from tests.support.world import World
from workers.events import Listener, Listening

KIND = "order_changed"
SECRET = "4000 0000 0000 0002"


@pytest.fixture
async def listening(settings) -> AsyncIterator[Listening]:
    listening = Listening(settings.database_url, 4)
    yield listening
    await listening.database.close()


async def fail(work, event) -> None:
    raise LookupError(SECRET)


def listener(handle=fail, retries: int = 0, **more) -> Listener:
    """One that is worth so many retries."""
    return Listener("poisoned", frozenset({KIND}), handle, lambda done, _: done < retries, **more)


async def job_of(world: World, event_id: UUID) -> Job | None:
    statement = select(Job).where(Job.tenant_id == world.tenant_id, Job.event_id == event_id)
    return await world.run(lambda work: work.session.scalar(statement))


async def letters(world: World) -> list[DeadLetter]:
    return list(await world.run(lambda work: work.session.scalars(select(DeadLetter))))


async def test_a_poisoned_job_ends_as_a_dead_letter_after_its_retries(world, listening):
    tries = []

    async def poison(work, event) -> None:
        tries.append(event.id)
        raise LookupError(SECRET)

    event_id = await booked(world, "poisoned")
    states = []
    for _ in range(5):
        await listening.handle(listener(poison, retries=2), world.tenant_id, event_id)
        job = await job_of(world, event_id)
        states.append((job.failures, job.due_at is None))

    assert len(tries) == 3
    assert states[:3] == [(1, False), (2, False), (3, True)]
    assert states[3:] == states[2:3] * 2  # A message that comes late finds nothing to do.
    (letter,) = await letters(world)
    assert (letter.event_id, letter.listener, letter.queue) == (event_id, "poisoned", "default")
    assert (letter.failures, letter.state) == (3, DeadLetterState.DEAD)
    assert letter.error.startswith("LookupError in ")
    assert SECRET not in letter.error


async def test_what_failed_leaves_nothing_behind_but_its_books(world, listening):
    async def half(work, event) -> None:
        await work.session.execute(text("UPDATE platform.tenant SET name = 'Half done'"))
        raise LookupError

    event_id = await booked(world, "poisoned")
    await listening.handle(listener(half, retries=1), world.tenant_id, event_id)

    async def look(work) -> tuple[int, int]:
        named = text("SELECT count(*) FROM platform.tenant WHERE name = 'Half done'")
        handled = select(HandledEvent)
        return (
            (await work.session.execute(named)).scalar_one(),
            len(list(await work.session.scalars(handled))),
        )

    assert await world.run(look) == (0, 0)


async def test_a_job_that_ends_its_worker_each_time_does_not_loop(world, listening):
    heard = []

    async def hear(work, event) -> None:
        heard.append(event.id)

    event_id = await booked(world, "poisoned")
    key = JobKey(world.tenant_id, event_id, "poisoned")
    for _ in range(MOST_STARTS):  # Begun, and never heard of again.
        await world.run(lambda work: jobs.begin(work, key))
    await listening.handle(listener(hear), world.tenant_id, event_id)

    (letter,) = await letters(world)
    assert heard == []
    assert letter.error == f"The worker ended {MOST_STARTS} times while the job ran."


async def test_a_job_that_takes_too_long_is_stopped_and_has_failed(world, listening):
    async def hang(work, event) -> None:
        await asyncio.Event().wait()

    event_id = await booked(world, "poisoned")
    slow = listener(hang, longest=timedelta(milliseconds=50))
    await listening.handle(slow, world.tenant_id, event_id)

    (letter,) = await letters(world)
    assert letter.error.startswith("TimeoutError")


async def test_a_message_that_comes_twice_at_once_has_one_effect(world, listening):
    heard, begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def hear(work, event) -> None:
        begun.set()
        await go_on.wait()
        heard.append(event.id)

    event_id = await booked(world, "poisoned")
    first = asyncio.create_task(listening.handle(listener(hear), world.tenant_id, event_id))
    await begun.wait()
    await listening.handle(listener(hear), world.tenant_id, event_id)  # Finds it taken.
    go_on.set()
    await first
    await listening.handle(listener(hear), world.tenant_id, event_id)

    assert heard == [event_id]
    assert await job_of(world, event_id) is None


async def test_a_replayed_job_has_its_effect_once_however_often_it_is_replayed(
    world, listening, administrator
):
    heard = []

    async def hear(work, event) -> None:
        heard.append(event.id)

    event_id = await booked(world, "poisoned")
    await listening.handle(listener(), world.tenant_id, event_id)
    (letter,) = await letters(world)
    for _ in range(2):
        answer = await administrator.replay(letter.id)
        assert answer.data["replayDeadJob"]["state"] == "REPLAYED"
    for _ in range(2):
        await listening.handle(listener(hear), world.tenant_id, event_id)
    await administrator.replay(letter.id)
    await listening.handle(listener(hear), world.tenant_id, event_id)

    assert heard == [event_id]


async def test_a_replayed_job_that_fails_again_is_the_same_dead_letter(
    world, listening, administrator
):
    event_id = await booked(world, "poisoned")
    await listening.handle(listener(), world.tenant_id, event_id)
    (before,) = await letters(world)
    await administrator.replay(before.id)
    await listening.handle(listener(), world.tenant_id, event_id)

    (letter,) = await letters(world)
    assert letter.id == before.id
    assert (letter.state, letter.decided_at) == (DeadLetterState.DEAD, None)


async def test_a_dropped_job_is_done_never(world, listening, administrator):
    heard = []

    async def hear(work, event) -> None:
        heard.append(event.id)

    event_id = await booked(world, "poisoned")
    await listening.handle(listener(), world.tenant_id, event_id)
    (letter,) = await letters(world)
    dropped = [await administrator.drop(letter.id) for _ in range(2)]
    replayed = await administrator.replay(letter.id)
    await listening.handle(listener(hear), world.tenant_id, event_id)

    assert [answer.data["dropDeadJob"]["state"] for answer in dropped] == ["DROPPED"] * 2
    assert replayed.data["replayDeadJob"]["code"] == "JOB_DECIDED"
    assert heard == []
    assert await job_of(world, event_id) is None


async def test_what_was_decided_long_ago_is_forgotten_and_what_is_dead_is_not(world, administrator):
    dead, dropped = [await dead_job(world) for _ in range(2)]
    await administrator.drop(dropped)
    just_now = datetime.now(UTC)

    await world.run(lambda work: jobs.forget(work, just_now - timedelta(hours=1)))
    kept = {letter.id for letter in await letters(world)}
    await world.run(lambda work: jobs.forget(work, just_now + timedelta(hours=1)))

    assert kept == {dead, dropped}
    assert [letter.id for letter in await letters(world)] == [dead]


async def test_books_out_of_reach_do_not_fail_the_message(settings, world):
    nowhere = Listening("postgresql://nobody@127.0.0.1:1/nothing", 1)
    event_id = await booked(world, "poisoned")

    await nowhere.job_of(listener())(str(world.tenant_id), str(event_id))
    await nowhere.database.close()

    job = await job_of(world, event_id)
    assert (job.failures, job.due_at is None) == (0, False)


def test_pauses_double_up_to_an_hour_and_differ_by_chance():
    pauses = [[pause_after(failures) for _ in range(50)] for failures in range(1, 40)]

    for failures, drawn in enumerate(pauses, start=1):
        longest = min(timedelta(seconds=2 ** (failures - 1)), LONGEST_PAUSE)
        assert all(longest / 2 <= pause <= longest for pause in drawn)
        assert len(set(drawn)) > 1
    assert MOST_RETRIES == 20


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (OrderEmpty, f"ORDER_EMPTY: {OrderEmpty().message}"),
        (lambda: ValueError(SECRET), "ValueError"),
    ],
)
def test_an_error_is_told_by_its_kind_unless_its_words_are_for_people(
    make: Callable[[], Exception], told: str
):
    assert told_safely(make()) == told
