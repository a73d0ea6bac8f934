"""A relationship ends after every order in it, and no order is placed at or after its end."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.work import acting_as, begin
from app.kernel.actor import Actor, Scope
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.models import Order
from app.orders.operations.documents import open_for
from app.orders.operations.drafting import priced
from app.orders.operations.placing import draft, place, relationship_to_order_in, submit
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.transitions import OrderCommand
from app.organisations.commands import NewMove, close_relationship, move_organisation
from app.organisations.errors import RelationshipClosed
from app.organisations.models import TradingRelationship
from app.rbac.permissions import Permission
from tests.support.chain import Chain
from tests.support.world import Person

SEEN = Decimal("143.19")


@dataclass(frozen=True)
class Trade:
    """A retailer that orders, and its seller, who ends the trade."""

    chain: Chain
    buyer: Person
    seller: Person
    elsewhere: UUID

    @property
    def relationship(self):
        return self.chain.downstream

    @property
    def wish(self):
        line = LineWish(self.chain.sku, PackagingLevel.CASE, Decimal(2))
        return OrderWish(self.relationship, [line])

    @asynccontextmanager
    async def acting(self, person, *rights, scope=Scope.ORGANISATION):
        """A work of this person's, committed when the block ends."""
        world, grants = self.chain.world, dict.fromkeys(map(str, rights), scope)
        own, membership = person.organisation_id, person.membership_id
        actor = Actor(world.tenant_id, person.identity_id, membership, own, "Somebody", grants)
        async with begin(world.database, world.tenant_id, acting_as(actor)) as work:
            yield work

    def buying(self):
        return self.acting(self.buyer, Permission.ORDER_PLACE)

    def selling(self):
        rights = (Permission.RELATIONSHIP_WRITE, Permission.ORGANISATION_MOVE)
        return self.acting(self.seller, *rights, scope=Scope.TENANT)

    async def ended(self):
        """When the relationship ends."""
        row = select(TradingRelationship.valid_until).where(
            TradingRelationship.id == self.relationship
        )
        return await self.chain.world.run(lambda work: work.session.scalar(row))

    async def orders(self, *columns):
        """These columns of every order in it."""
        rows = select(*columns).where(Order.relationship_id == self.relationship)
        found = await self.chain.world.run(lambda work: work.session.execute(rows))
        return list(found.all())

    async def placed(self):
        """When the one order was placed that is no draft."""
        (found,) = [at for (at,) in await self.orders(Order.submitted_at) if at is not None]
        return found


@pytest.fixture
async def trade(world) -> Trade:
    chain = await Chain.create(world)
    trade = Trade(
        chain,
        await world.member(chain.retailer, "BUYER"),
        await world.member(chain.distributor, "ENTERPRISE_ADMIN"),
        await world.organisation("West Distribution", parent=chain.brand),
    )
    # All that an order reads is remembered then, and not read again.
    async with trade.buying() as work:
        relationship = await relationship_to_order_in(work, trade.relationship)
        await draft(work, new_id(), relationship, trade.wish)
    return trade


async def closing(trade, work):
    await close_relationship(work, trade.relationship)


async def moving(trade, work):
    branch = NewMove(trade.chain.retailer, trade.elsewhere)
    await move_organisation(work, branch, new_id().hex)


@pytest.mark.parametrize("end", [closing, moving])
async def test_who_ends_it_waits_for_the_order_under_way_and_ends_it_later(trade, end):
    async with trade.selling() as ending:
        async with trade.buying() as ordering:
            relationship = await relationship_to_order_in(ordering, trade.relationship)
            await place(ordering, new_id(), relationship, trade.wish, SEEN)
            waiting = asyncio.create_task(end(trade, ending))
        await waiting

    placed = await trade.placed()
    assert ending.now < ordering.now == placed < await trade.ended()


async def placing(trade, work, relationship):
    await place(work, new_id(), relationship, trade.wish, SEEN)


async def submitting(trade, work, relationship):
    ((order,),) = await trade.orders(Order.id)
    document = await open_for(work, order, OrderCommand.SUBMIT)
    await submit(work, document.order, relationship, await priced(work, relationship, trade.wish))


async def ordering(trade, command, end):
    """Order in a relationship that ends once it was read, and before the order is written."""
    async with trade.buying() as work:
        relationship = await relationship_to_order_in(work, trade.relationship)
        await end()
        await command(trade, work, relationship)


@pytest.mark.parametrize("command", [placing, submitting])
async def test_an_order_that_begins_after_the_end_is_refused_though_it_cannot_see_it(
    trade, command
):
    before = await trade.orders(Order.id, Order.state)

    async with AsyncExitStack() as stack:
        ending = await stack.enter_async_context(trade.selling())
        await close_relationship(ending, trade.relationship)
        with pytest.raises(RelationshipClosed):
            await ordering(trade, command, stack.aclose)

    assert await trade.orders(Order.id, Order.state) == before


async def test_an_order_that_began_before_the_end_stands_and_says_so(trade):
    async with trade.buying() as work:
        relationship = await relationship_to_order_in(work, trade.relationship)
        async with trade.selling() as ending:
            await close_relationship(ending, trade.relationship)
        await place(work, new_id(), relationship, trade.wish, SEEN)

    assert await trade.placed() < await trade.ended()
