"""A worker as a real process, for each of what may carry its jobs; and a mail server for it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from launch.rabbitmq.server import RabbitServer
from tests.support.administrator import Administrator
from tests.support.carriers import CARRIERS, rabbit_served
from tests.support.mail import Mailbox, mail_served
from tests.support.ports import held_port
from tests.support.worker import WorkerProcess, left_alone


@pytest.fixture(scope="session")
def smtp_port() -> Iterator[int]:
    with held_port() as port:
        yield port


@pytest.fixture
def mailbox(smtp_port) -> Iterator[Mailbox]:
    with mail_served(smtp_port) as mailbox:
        yield mailbox


@pytest.fixture
def alone(access) -> Iterator[None]:
    """Nothing of other tests waits for the relay or the clock."""
    with left_alone(access.owner_dsn):
        yield


@pytest.fixture
def connection(settings) -> Iterator[psycopg.Connection[Any]]:
    """The application's own, as a leader has it."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def administrator(world) -> Administrator:
    """Somebody who may see and decide about the network's dead jobs."""
    root = await world.organisation("Root", "BRAND")
    return Administrator(await world.member(root, "SYSTEM_ADMIN"))


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory) -> Iterator[RabbitServer]:
    with rabbit_served(tmp_path_factory.mktemp("rabbit")) as server:
        yield server


@pytest.fixture(scope="module", params=CARRIERS)
def worker(request, access, settings, smtp_port) -> Iterator[WorkerProcess]:
    """One that works, and has nothing to do but what these tests tell."""
    process = WorkerProcess(
        access.owner_dsn,
        {
            "TRIBUTARY_APP_URL": settings.database_url,
            "TRIBUTARY_SECRET": settings.secret,
            "TRIBUTARY_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "TRIBUTARY_MAIL_FROM": "orders@tributary.test",
        },
    )
    if request.param == "rabbitmq":
        process.carried_by(request.getfixturevalue("rabbit").url)
    with left_alone(access.owner_dsn):
        try:
            process.start()
            yield process
        finally:
            process.kill()
