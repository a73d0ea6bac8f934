"""A job that outlasts the drain of its worker: it is cut off, and carried out once by another."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import func, select

from app.config import Settings
from app.db.outbox import HandledEvent
from app.jobs.models import Job
from app.kernel.errors import Invalid
from app.notifications.models import EmailStatus, Notification
from launch.settings import LaunchSettings, SettingInvalid
from tests.support.mail import Mailbox
from tests.support.notifications import order_event
from tests.support.patience import until
from tests.support.worker import WorkerProcess, left_alone, let_time_pass
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("workers")

NAME = "TRIBUTARY_WORKER_DRAIN_SECONDS"
_WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND relation = 'notification'::regclass AND NOT granted)
"""


@pytest.fixture
def hasty(access, settings, smtp_port) -> Iterator[WorkerProcess]:
    """A worker that gives its jobs a second to end."""
    process = WorkerProcess(
        access.owner_dsn,
        {
            "TRIBUTARY_APP_URL": settings.database_url,
            "TRIBUTARY_SECRET": settings.secret,
            "TRIBUTARY_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "TRIBUTARY_MAIL_FROM": "orders@tributary.test",
        },
    )
    process.draining(1)
    with left_alone(access.owner_dsn):
        try:
            process.start()
            yield process
        finally:
            process.kill()


@contextmanager
def holding_up(owner_dsn: str) -> Iterator[psycopg.Connection]:
    """Let nobody write a notification meanwhile; gives a connection that sees who waits."""
    with psycopg.connect(owner_dsn) as holder, psycopg.connect(owner_dsn, autocommit=True) as seer:
        holder.execute("LOCK TABLE notification IN SHARE ROW EXCLUSIVE MODE")
        yield seer


async def test_a_job_that_outlasts_the_drain_is_carried_out_once_by_another_worker(
    world, access, hasty, mailbox: Mailbox
):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")
    event = order_event("order_confirmed", person.membership_id)

    async def tell(work) -> None:
        work.tell(event)

    with holding_up(access.owner_dsn) as seer:

        async def waits() -> bool:
            return seer.execute(_WAITS).fetchone() == (True,)

        await world.run(tell)
        await until(waits)
        hasty.ask_to_stop()
        await asyncio.to_thread(hasty.ended)
        while_away = await jobs(world)
    let_time_pass(access.owner_dsn)
    make_due(access.owner_dsn, world)
    hasty.start()
    await until(lambda: is_sent(world))

    assert while_away == ["tell_people"]
    assert await told(world) == (1, 1)
    assert len(mailbox.messages) == 1


async def jobs(world: World) -> list[str]:
    mine = select(Job.listener).where(Job.tenant_id == world.tenant_id)
    return list(await world.run(lambda work: work.session.scalars(mine)))


async def told(world: World) -> tuple[int, int]:
    """How many notifications there are, and how often the event counts as handled."""
    heard = select(func.count(HandledEvent.event_id)).where(HandledEvent.handler == "tell_people")

    async def look(work) -> tuple[int, int]:
        return (
            await work.session.scalar(select(func.count(Notification.id))),
            await work.session.scalar(heard),
        )

    return await world.run(look)


async def is_sent(world: World) -> bool:
    sent = select(func.count(Notification.id)).where(Notification.email_status == EmailStatus.SENT)
    is_sent = await world.run(lambda work: work.session.scalar(sent)) >= 1
    return is_sent and not await jobs(world)


def make_due(owner_dsn: str, world: World) -> None:
    """Let the time be over after which a job that was sent is sent again."""
    with psycopg.connect(owner_dsn) as connection:
        connection.execute(
            "UPDATE platform.job SET due_at = now() WHERE tenant_id = %s", [world.tenant_id]
        )


@pytest.mark.parametrize("said", ["0", "11", "-1", "1.5", "soon"])
def test_a_drain_is_never_longer_than_whoever_stops_the_worker_waits(said, settings):
    told = {NAME: said, "TRIBUTARY_APP_URL": "x", "TRIBUTARY_SECRET": settings.secret}

    with pytest.raises(Invalid, match=NAME):
        Settings.from_environment(told)
    with pytest.raises(SettingInvalid, match=NAME):
        LaunchSettings.read(told)


def test_a_drain_is_ten_seconds_unless_told():
    drains = [LaunchSettings.read(given).worker_drain for given in ({}, {NAME: ""}, {NAME: "3"})]

    assert [each.total_seconds() for each in drains] == [10, 10, 3]


async def test_a_worker_that_is_told_twice_to_end_does_end(hasty):
    hasty.ask_to_stop()
    await asyncio.sleep(0.1)  # Signals that come together are one.
    hasty.ask_to_stop()

    assert await asyncio.to_thread(hasty.ended) in {0, 1}
