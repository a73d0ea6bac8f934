"""What works by itself stays in its network: every listener and every duty, with a victim's ids."""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.db.outbox import OutboxEvent
from app.db.work import Work, acting_as, perform
from app.kernel.actor import system_actor
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from tests.isolation.cases import JOBS
from tests.isolation.matrix.walls import without_criterion
from tests.isolation.scene import Scene
from tests.support.branches import key
from tests.support.watch import Watch

pytestmark = [pytest.mark.xdist_group("isolation"), pytest.mark.usefixtures("on_no_cluster")]
CLOCK = "workers.clock"


@pytest.fixture(scope="module")
def mails(tmp_path_factory) -> Path:
    """Where e-mails are put that would go out."""
    return tmp_path_factory.mktemp("mails")


@pytest.fixture(scope="module")
def listeners(settings, mails) -> Mapping[str, Any]:
    """All that the worker process listens with, as it builds them itself."""
    given = {
        "TRIBUTARY_APP_URL": settings.database_url,
        "TRIBUTARY_SECRET": settings.secret,
        "TRIBUTARY_MAIL_FOLDER": str(mails),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        main = importlib.import_module("workers.main")
    found = main._listeners(Settings.from_environment(given))  # noqa: SLF001
    return {each.name: each for each in found}


@pytest.fixture
def elsewhere(scene: Scene, access) -> Iterator[Watch]:
    """Sees what is written in the other network."""
    watch = Watch(access.owner_dsn, scene.other.world.tenant_id)
    yield watch
    watch.close()


def duties() -> dict:
    return {each.command.__name__: each for each in importlib.import_module(CLOCK).DUTIES}


def test_every_listener_and_every_duty_has_a_cell(listeners):
    assert set(JOBS) == {*listeners, *duties()}, "name it in tests/isolation/cases/workers.py"


@pytest.mark.parametrize("is_filtered", [True, False])
async def test_a_listener_does_nothing_with_an_event_of_another_network(
    scene: Scene, listeners, elsewhere, mails, is_filtered
):
    before, other_before = scene.look(), elsewhere.look()

    for listener in listeners.values():
        for event in await _events(scene, listener):
            with nullcontext() if is_filtered else without_criterion():
                await _stand_in(scene, partial(_heard, listener, event))

    assert scene.look() == before
    assert elsewhere.look() == other_before
    assert list(mails.iterdir()) == []


@pytest.mark.parametrize("is_filtered", [True, False])
async def test_a_duty_neither_finds_nor_does_anything_in_another_network(scene: Scene, is_filtered):
    ids = {key(thing) for thing in scene.victim.things.values()}
    before = scene.look()

    for name, duty in duties().items():
        aimed = [key(scene.victim[thing]) for thing in JOBS[name]]
        with nullcontext() if is_filtered else without_criterion():
            found = await _fulfil(scene, duty, aimed)
        assert not ids & set(found)

    assert scene.look() == before


async def _heard(listener, event: OutboxEvent, work: Work) -> None:
    await listener.handle(work, event)


async def _fulfil(scene: Scene, duty, aimed) -> list:
    found = await _stand_in(scene, duty.due) or []
    for id in aimed:
        await _stand_in(scene, duty.command_for(id))
    return list(found)


async def _stand_in(scene: Scene, command):
    """Run in the other network; what it is told to look for is not there, which may be an error."""
    world = scene.other.world
    actor = acting_as(system_actor(world.tenant_id, "test"))
    with suppress(DomainError, SQLAlchemyError, LookupError):
        return await perform(world.database, world.tenant_id, actor, command)


async def _events(scene: Scene, listener) -> list[OutboxEvent]:
    """One of the victim's events of each kind, with its data; made up where there is none."""
    world = scene.victim.world

    async def read(work) -> list[OutboxEvent]:
        rows = await work.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind.in_(listener.kinds))
        )
        return list({row.kind: row for row in rows}.values())

    found: list[OutboxEvent] = await world.run(read)
    missing = listener.kinds - {event.kind for event in found}
    return found + [_made_up(scene, kind) for kind in sorted(missing)]


def _made_up(scene: Scene, kind: str) -> OutboxEvent:
    victim = scene.victim
    data = {
        "recipients": [str(victim.seller.membership_id), str(victim.buyer.membership_id)],
        "notification_id": str(key(victim["Notification"])),
        "number": next(iter(victim.numbers)),
        "shipment_id": str(key(victim["Shipment:SHIPPED"])),
        "seller_id": str(victim.distributor),
        "buyer_id": str(victim.retailer),
        "seller_name": victim.secret,
        "buyer_name": victim.secret,
    }
    subject = key(victim["Order:CONFIRMED"])
    return OutboxEvent(id=new_id(), kind=kind, subject_kind="order", subject_id=subject, data=data)
