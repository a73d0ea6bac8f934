"""The relay by itself: what it books, in which order it sends, and what it does when it cannot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.db.outbox import DomainEvent
from app.jobs.operations import choose
from app.kernel.ids import new_id
from tests.support.patience import until
from tests.support.world import World
from workers.relay import MOST_OF_TENANT, Relay, Route

pytestmark = pytest.mark.usefixtures("alone")

KIND = "something_of_the_relays_tests"
MANY, AN_HOUR = 10_000, 3_600
_TELL_MANY = """
    INSERT INTO platform.outbox_signal (event_id, tenant_id, kind)
    SELECT gen_random_uuid(), %s, %s FROM generate_series(1, %s)
"""


@dataclass
class Recorder:
    """Stands where the queue's actor stands; it refuses what comes after `room`."""

    room: int = 1_000_000
    sent: list[tuple[UUID, UUID]] = field(default_factory=list)

    def send(self, tenant_id: str, event_id: str, /) -> None:
        if len(self.sent) >= self.room:
            raise ConnectionError
        self.sent.append((UUID(tenant_id), UUID(event_id)))

    @property
    def tenants(self) -> list[UUID]:
        return [tenant_id for tenant_id, _ in self.sent]


@dataclass
class Counted:
    """A connection that counts its statements."""

    connection: psycopg.Connection[Any]
    number: int = 0

    def execute(self, *statement: Any) -> psycopg.Cursor[Any]:
        self.number += 1
        return self.connection.execute(*statement)


@pytest.fixture
async def neighbour(database, http, settings) -> World:
    return await World.create(database, http, settings)


def relay(settings, recorder: Recorder, queue: str = "default") -> Relay:
    """One whose jobs are not due again while a test runs."""
    route = Route("listener", queue, frozenset({KIND}), recorder)
    return Relay(settings.database_url, [route], AN_HOUR)


def tell(connection, world: World, number: int = 1, kind: str = KIND) -> None:
    connection.execute(_TELL_MANY, [world.tenant_id, kind, number])


def book_all(relay: Relay, connection) -> None:
    while relay.book(connection):
        pass


def done(connection, world: World, number: int) -> None:
    """Let the first of those on their way be done."""
    connection.execute(
        "DELETE FROM platform.job WHERE (tenant_id, event_id, listener) IN ("
        "SELECT tenant_id, event_id, listener FROM platform.job "
        "WHERE tenant_id = %s AND sends > 0 LIMIT %s)",
        [world.tenant_id, number],
    )


def on_their_way(connection, world: World) -> int:
    (number,) = connection.execute(
        "SELECT count(*) FROM platform.job WHERE tenant_id = %s AND sends > 0",
        [world.tenant_id],
    ).fetchone()
    return number


def wait_over(connection, world: World) -> None:
    """Let the time be over after which those on their way are due again."""
    connection.execute(
        "UPDATE platform.job SET due_at = now() WHERE tenant_id = %s", [world.tenant_id]
    )


async def test_a_tenant_with_ten_thousand_jobs_does_not_delay_anothers_first(
    world, neighbour, settings, connection
):
    recorder = Recorder()
    ours = relay(settings, recorder)

    tell(connection, world, MANY)
    book_all(ours, connection)
    ours.send_due(connection)
    before = len(recorder.sent)
    tell(connection, neighbour)
    book_all(ours, connection)
    done(connection, world, 5)
    ours.send_due(connection)

    assert before == MOST_OF_TENANT  # What a newcomer's first may find before it.
    assert recorder.tenants[before] == neighbour.tenant_id
    assert recorder.tenants[before + 1 :] == [world.tenant_id] * 5


async def test_tenants_take_turns(world, neighbour, settings, connection):
    recorder = Recorder()
    ours = relay(settings, recorder)

    tell(connection, world, 100)
    tell(connection, neighbour, 100)
    book_all(ours, connection)
    ours.send_due(connection)

    turns = list(zip(recorder.tenants[::2], recorder.tenants[1::2], strict=True))
    assert all(set(turn) == {world.tenant_id, neighbour.tenant_id} for turn in turns)
    assert on_their_way(connection, world) == on_their_way(connection, neighbour) == MOST_OF_TENANT


async def test_what_waits_in_one_queue_takes_no_room_in_another(world, settings, connection):
    slow, quick = Recorder(), Recorder()
    routes = [
        Route("slow", "mail", frozenset({KIND}), slow),
        Route("quick", "default", frozenset({KIND}), quick),
    ]
    ours = Relay(settings.database_url, routes, AN_HOUR)

    tell(connection, world, MOST_OF_TENANT + 1)
    book_all(ours, connection)
    ours.send_due(connection)
    connection.execute("DELETE FROM platform.job WHERE sends > 0 AND listener = 'quick'")
    ours.send_due(connection)

    assert len(slow.sent) == MOST_OF_TENANT
    assert len(quick.sent) == MOST_OF_TENANT + 1


async def test_a_round_takes_as_many_statements_for_ten_thousand_jobs_as_for_one(
    world, neighbour, settings, connection
):
    ours = relay(settings, Recorder())
    counts = []

    for tenant, number in ((world, 1), (neighbour, MANY)):
        tell(connection, tenant, number)
        counted = Counted(connection)
        ours.book(counted)
        ours.send_due(counted)
        counts.append(counted.number)

    assert counts == [2, 2]


async def test_what_a_broker_did_not_take_is_due_at_once_and_nothing_twice(
    world, settings, connection
):
    recorder = Recorder(room=3)
    ours = relay(settings, recorder)
    tell(connection, world, 10)
    book_all(ours, connection)

    with pytest.raises(ConnectionError):
        ours.send_due(connection)
    recorder.room = 1_000
    ours.send_due(connection)

    assert len(recorder.sent) == len(set(recorder.sent)) == 10


async def test_what_was_sent_and_never_done_is_sent_again_after_ever_longer(
    world, settings, connection
):
    recorder = Recorder()
    ours = relay(settings, recorder)
    tell(connection, world)
    book_all(ours, connection)
    waits = []

    for _ in range(3):
        (before,) = connection.execute("SELECT clock_timestamp()").fetchone()
        ours.send_due(connection)
        due_at = "SELECT due_at FROM platform.job WHERE tenant_id = %s"
        waits.append(connection.execute(due_at, [world.tenant_id]).fetchone()[0] - before)
        wait_over(connection, world)

    assert len(recorder.sent) == 3
    assert all(wait >= timedelta(hours=2**turn) for turn, wait in enumerate(waits))


async def test_events_of_a_kind_that_nobody_hears_of_make_no_job(world, settings, connection):
    recorder = Recorder()
    ours = relay(settings, recorder)

    tell(connection, world, kind="something_else")
    book_all(ours, connection)
    ours.send_due(connection)

    assert recorder.sent == []
    signals = "SELECT count(*) FROM platform.outbox_signal WHERE tenant_id = %s"
    assert connection.execute(signals, [world.tenant_id]).fetchone() == (0,)


async def test_a_listener_that_must_be_chosen_gets_jobs_where_somebody_chose_that_kind_only(
    world, neighbour, settings, connection
):
    recorder, other = Recorder(), "something_else_of_the_relays_tests"
    route = Route("chosen", "default", frozenset({KIND, other}), recorder, is_chosen=True)
    ours = Relay(settings.database_url, [route], AN_HOUR)
    await world.run(lambda work: choose(work, "chosen", {new_id(): [KIND], new_id(): [KIND]}))
    await neighbour.run(lambda work: choose(work, "another", {new_id(): [KIND]}))

    for tenant, kind in ((world, KIND), (world, other), (neighbour, KIND)):
        tell(connection, tenant, kind=kind)
    book_all(ours, connection)
    ours.send_due(connection)

    assert recorder.tenants == [world.tenant_id]


async def test_jobs_of_listeners_that_only_newer_workers_know_wait_for_those(
    world, settings, connection
):
    older, newer = Recorder(), Recorder()
    tell(connection, world)
    book_all(
        Relay(settings.database_url, [Route("new", "default", frozenset({KIND}), newer)]),
        connection,
    )

    sent = relay(settings, older).send_due(connection)

    assert (sent, older.sent) == (0, [])


async def test_a_clock_that_went_backwards_keeps_no_job_waiting(world, settings, connection):
    recorder = Recorder()
    ours = relay(settings, recorder)
    tell(connection, world)
    book_all(ours, connection)
    connection.execute(  # As it was written before the clock went back by a day.
        "UPDATE platform.job SET due_at = now() + interval '1 day' WHERE tenant_id = %s",
        [world.tenant_id],
    )

    async def is_sent() -> bool:
        return bool(recorder.sent)

    with running(ours):
        await until(is_sent)

    assert recorder.tenants == [world.tenant_id]


async def test_when_the_leading_relay_is_cut_off_another_leads(world, settings):
    first, second = Recorder(), Recorder()
    event = DomainEvent(KIND, "order", new_id(), {})

    async def happen(work) -> None:
        work.tell(event)

    async def is_sent(recorder: Recorder, number: int) -> bool:
        return len(recorder.sent) == number

    with running(relay(settings, first)), running(relay(settings, second)):
        await world.run(happen)
        await until(lambda: is_sent(first, 1) if first.sent else is_sent(second, 1))
        leading, other = (first, second) if first.sent else (second, first)
        cut_off_the_leader(settings)
        await world.run(happen)
        await until(lambda: any_sent(leading, other, 2))

    assert len({event_id for _, event_id in leading.sent + other.sent}) == 2


async def any_sent(one: Recorder, other: Recorder, number: int) -> bool:
    return len({*one.sent, *other.sent}) == number


def cut_off_the_leader(settings) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pg_locks.pid) FROM pg_locks "
            "JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND granted "
            "AND classid = 0 AND objid = %s",
            [Relay.lock],
        )


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield
    finally:
        relay.stop()
        thread.join()
