"""Schedules: each due time once, whoever leads and whatever the clock does."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.jobs.operations import due_kind, event_of
from app.kernel.ids import new_id
from app.tenants.models import TenantStatus
from app.tenants.operations import set_status
from tests.support.world import World
from workers.events import Listener, Listening
from workers.schedules import Schedule, fire

pytestmark = pytest.mark.usefixtures("alone")

AT_THREE = "0 3 * * *"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def schedule() -> Schedule:
    return Schedule(f"schedule_{new_id().hex}", "* * * * *")


def last_seen(connection, schedule: Schedule, ago: timedelta) -> None:
    connection.execute(
        "INSERT INTO platform.schedule_run VALUES (%s, now() - %s, %s, now())",
        [schedule.name, ago, new_id()],
    )


def jobs_of(connection, schedule: Schedule, world: World) -> int:
    (number,) = connection.execute(
        "SELECT count(*) FROM platform.job WHERE listener = %s AND tenant_id = %s",
        [schedule.name, world.tenant_id],
    ).fetchone()
    return number


@pytest.mark.parametrize(
    ("last", "now", "catch_up", "missed"),
    [
        pytest.param(at(1, 3), at(2, 2, 59), 1, [], id="not due yet"),
        pytest.param(at(1, 3), at(2, 3), 1, [at(2, 3)], id="due at this very moment"),
        pytest.param(at(2, 3), at(2, 3), 1, [], id="seen to before"),
        pytest.param(at(1, 3), at(9, 12), 1, [at(9, 3)], id="of a week the newest"),
        pytest.param(at(1, 3), at(9, 12), 3, [at(7, 3), at(8, 3), at(9, 3)], id="as many as said"),
        pytest.param(at(1, 3), at(3, 3), 9, [at(2, 3), at(3, 3)], id="no more than were missed"),
        pytest.param(at(9, 3), at(1, 12), 3, [], id="the clock went backwards"),
    ],
)
def test_what_was_missed_is_made_up_within_bounds(last, now, catch_up, missed):
    assert Schedule("job", AT_THREE, catch_up=catch_up).missed(last, now) == missed


def test_seconds_do_not_bring_a_due_time_forward():
    almost = at(2, 3) - timedelta(microseconds=1)

    assert Schedule("job", AT_THREE).missed(at(1, 3), almost) == []


async def test_a_due_time_makes_one_job_for_each_active_network(
    world, database, http, settings, connection, schedule
):
    suspended = await World.create(database, http, settings)
    await suspended.run(lambda work: set_status(work, suspended.tenant_id, TenantStatus.SUSPENDED))
    last_seen(connection, schedule, timedelta(hours=2))

    fired = fire(connection, [schedule])
    again = fire(connection, [Schedule(schedule.name, "0 0 1 1 *")])

    assert [name for name, _ in fired] == [schedule.name]
    assert again == []
    assert jobs_of(connection, schedule, world) == 1
    assert jobs_of(connection, schedule, suspended) == 0


async def test_a_schedule_seen_for_the_first_time_begins_now(world, connection, schedule):
    fired = fire(connection, [schedule])

    assert fired == []
    assert jobs_of(connection, schedule, world) == 0


async def test_two_leaders_at_once_fire_a_due_time_once(world, settings, connection, schedule):
    hourly = Schedule(schedule.name, "0 0 * * *", catch_up=2)
    last_seen(connection, hourly, timedelta(days=10))
    start = threading.Barrier(4)

    def lead() -> None:
        with psycopg.connect(settings.database_url, autocommit=True) as own:
            start.wait()
            fire(own, [hourly])

    leaders = [threading.Thread(target=lead) for _ in range(4)]
    for leader in leaders:
        leader.start()
    for leader in leaders:
        leader.join()

    runs = "SELECT count(*) FROM platform.schedule_run WHERE schedule = %s"
    assert connection.execute(runs, [hourly.name]).fetchone() == (3,)  # One was there.
    assert jobs_of(connection, hourly, world) == 2


async def test_after_a_clock_that_ran_ahead_nothing_is_fired_again(world, connection, schedule):
    last_seen(connection, schedule, timedelta(days=-1))

    fired = fire(connection, [schedule])

    assert fired == []
    assert jobs_of(connection, schedule, world) == 0


async def test_its_listener_hears_what_is_due_once(world, settings, connection, schedule):
    heard = []

    async def hear(work, event) -> None:
        heard.append((work.tenant_id, event.kind, event.data))

    listener = Listener(schedule.name, frozenset({due_kind(schedule.name)}), hear)
    listening = Listening(settings.database_url, 2)
    last_seen(connection, schedule, timedelta(hours=2))
    ((_, due_at),) = fire(connection, [schedule])
    (event_id,) = connection.execute(
        "SELECT event_id FROM platform.job WHERE listener = %s AND tenant_id = %s",
        [schedule.name, world.tenant_id],
    ).fetchone()

    for _ in range(2):
        await listening.handle(listener, world.tenant_id, event_id)
    await listening.database.close()

    assert heard == [(world.tenant_id, due_kind(schedule.name), {"due_at": due_at.isoformat()})]
    assert jobs_of(connection, schedule, world) == 0
    assert await world.run(lambda work: event_of(work, new_id())) is None
