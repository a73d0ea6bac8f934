from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.database import Database
from app.db.outbox import OutboxEvent
from app.edge.compiling import shows
from app.identities.tokens import TokenKeys
from app.rbac.policy import PolicyCache
from app.schema.context import Services
from app.schema.events import EventHub
from app.webhooks.client import Caller
from app.webhooks.operations.hearing import hear
from app.webhooks.rules.signing import SecretKeys
from tests.support.chain import Chain
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receiver import Receiver, receiving
from tests.support.world import Person, World
from workers.webhooks import Sender


@pytest.fixture(scope="session")
async def show(database, settings):
    lifetimes = settings.access_token_lifetime, settings.refresh_token_lifetime
    keys = TokenKeys(settings.secret, *lifetimes)
    return await shows(Services(database, keys, PolicyCache(), EventHub()), settings.limits)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@dataclass
class Post:
    """A network's webhooks as the worker runs them, by a clock that tests turn."""

    world: World
    sender: Sender
    ahead: timedelta = timedelta()
    heard: set[UUID] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def hear(self) -> None:
        """Hear every event that was not heard yet, in the order of the outbox."""
        for event in await self.events():
            if event.id not in self.heard:
                self.heard.add(event.id)
                await self.world.run(lambda work, event=event: hear(work, event), self.now())

    async def events(self) -> list[OutboxEvent]:
        rows = await self.world.run(
            lambda work: work.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id))
        )
        return list(rows)

    async def send(self) -> int:
        """Send once what is due in every lane of the network; returns how many were tried."""
        lanes = await self.sender.claim(10, [self.world.tenant_id])
        return sum([await self.sender.empty(lane) for lane in lanes])

    async def send_all(self) -> None:
        """Send until nothing is due any more."""
        while await self.send():
            pass

    async def deliver(self) -> None:
        await self.hear()
        await self.send_all()

    async def later(self, **by: float) -> None:
        """Let time pass, and send what is due then."""
        self.ahead += timedelta(**by)
        await self.send_all()


@pytest.fixture
def post(world, database: Database, settings, show) -> Post:
    caller = Caller(allows_loopback=True, seconds=PATIENCE_SECONDS)
    post = Post(world, Sender(database, show, caller, SecretKeys(settings.secret)))
    post.sender = Sender(database, show, caller, SecretKeys(settings.secret), post.now)
    return post


@pytest.fixture
async def chain(world) -> Chain:
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 480)
    return chain


@pytest.fixture
async def buyer(chain) -> Person:
    return await chain.world.member(chain.retailer, "BUYER")


@pytest.fixture
async def seller(chain) -> Person:
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
