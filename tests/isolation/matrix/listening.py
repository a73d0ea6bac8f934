"""Everybody listens at once, on one server, while things happen that are the victim's.

Each stream is closed by the server itself once it has dealt with what came before: nobody waits
for a time to pass to know that nothing was told.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db.outbox import DomainEvent, OutboxEvent
from app.db.work import Work
from app.notifications.operations import NOTIFICATION_CREATED
from app.schema.events import LiveEvent, Overflow
from tests.isolation.cases import CASES, Case
from tests.isolation.matrix.askers import Asker, Things
from tests.isolation.scene import Scene
from tests.support.branches import key
from tests.support.documents import document, root_fields
from tests.support.notifications import told
from tests.support.sockets import Socket, event_hubs, listeners_become, socket
from tests.support.world import Person

ORDERS = ("Order:CONFIRMED", "Order:DRAFT", "Order:SHIPPED")
"""Of which orders it is said that they changed; more are alike."""

CLOSED = {"FELL_BEHIND", "FORBIDDEN", "UNAUTHENTICATED"}
"""How a stream ends: by our own doing, or for want of a right."""


@dataclass
class Listener:
    """Somebody's socket with a stream for each use of each subscription, and what they told."""

    socket: Socket
    uses: Sequence[tuple[str, Case]]
    told: list[dict[str, Any]] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)

    async def begin(self, victim: Mapping[str, str], own: Mapping[str, str]) -> None:
        for at, (name, case) in enumerate(self.uses):
            variables = case.build(Things(victim), Things(own))
            payload = {"query": document(name, 3), "variables": variables}
            await self.socket.send(id=str(at), type="subscribe", payload=payload)

    async def hear(self) -> None:
        """Listen until every stream has ended."""
        while len(self.ended) < len(self.uses):
            message = await self.socket.receive()
            payload = message.get("payload")
            failed = message["type"] == "error" or (payload and "errors" in payload)
            if failed:
                errors = payload if isinstance(payload, list) else payload["errors"]
                self.ended[message["id"]] = errors[0]["extensions"]["code"]
            elif message["type"] == "next":
                self.told.append(payload)


def subscriptions() -> list[tuple[str, Case]]:
    """Every case of every subscription."""
    return [
        (name, case)
        for name, cases in CASES.items()
        if root_fields().get(name) == "subscription"
        for case in cases
    ]


@asynccontextmanager
async def listening(
    scene: Scene, server: str, askers: Iterable[Asker]
) -> AsyncIterator[tuple[Listener, Mapping[tuple[str, str], Listener]]]:
    """Let the owner and all askers listen; begins when every stream does."""
    victim = {**scene.victim.things, "e-mail": scene.victim["e-mail"]}
    tenants: dict[UUID, int] = {}
    async with AsyncExitStack() as stack:

        async def one(person: Person, own: Mapping[str, str], *, is_heard: bool) -> Listener:
            opened = await stack.enter_async_context(socket(server, person.token))
            listener = Listener(opened, subscriptions())
            tenant = person.world.tenant_id
            tenants[tenant] = tenants.get(tenant, 0) + is_heard * len(listener.uses)
            await listener.begin(victim, own)
            return listener

        for tenant in {scene.victim.world.tenant_id, scene.other.world.tenant_id}:
            await listeners_become(tenant, 0)
        owner = await one(scene.victim.seller, victim, is_heard=True)
        found = {
            (asker.relation, asker.role): await one(
                asker.person, asker.own, is_heard=not asker.is_shut_out
            )
            for asker in askers
        }
        for tenant, number in tenants.items():
            await listeners_become(tenant, number)
        yield owner, found


async def happen(scene: Scene, owner: Listener, askers: Iterable[Asker]) -> None:
    """Let things happen to the victim, as they do; then bring them to every queue there is.

    So they come where they would if the door bell named the wrong network or person.
    """
    world, victim = scene.victim.world, scene.victim
    changed = DomainEvent("order_changed", "order", key(victim["Order:CONFIRMED"]), {})

    async def tell(work: Work) -> None:
        work.tell(changed)

    await told(world, victim.seller)
    await world.run(tell)
    heard = [await owner.socket.next() for _ in owner.uses]
    assert {name for each in heard for name in each} == {name for name, _ in owner.uses}
    events = await _strayed(scene, [asker.person for asker in askers])
    for hub in event_hubs():
        for queue in (queue for queues in hub._queues.values() for queue in queues):  # noqa: SLF001
            for event in (*events, Overflow()):
                queue.put_nowait(event)


async def _strayed(scene: Scene, people: Iterable[Person]) -> list[LiveEvent]:
    """The victim's events as if they were of anybody's network, or about anybody."""
    world, victim = scene.victim.world, scene.victim

    async def read(work: Work) -> list[UUID]:
        made = select(OutboxEvent.id).where(
            OutboxEvent.kind == NOTIFICATION_CREATED,
            OutboxEvent.subject_id == victim.seller.membership_id,
        )
        return list(await work.session.scalars(made.limit(1)))

    (notified,) = await world.run(read)
    orders = [
        LiveEvent(world.tenant_id, "order_changed", "order", key(victim[name]), key(victim[name]))
        for name in ORDERS
    ]
    notifications = [
        LiveEvent(
            world.tenant_id, NOTIFICATION_CREATED, "membership", person.membership_id, notified
        )
        for person in people
    ]
    return [*orders, *notifications]
