"""An order's stamp is true: prices computed again as they were known at it are the order's."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.knowledge import known_from, known_from_at_last
from app.db.work import acting_as, begin, perform
from app.kernel.actor import Actor, Scope, system_actor
from app.kernel.ids import new_id
from app.orders.models import OrderQuote
from app.pricing.commands import PriceChange, PriceChanges, end_price_list, set_prices
from app.promotions.commands import activate_trade_scheme, end_trade_scheme
from app.promotions.rules.terms import SchemeTier
from app.promotions.rules.words import BenefitKind
from app.quotes.operations import recompute
from app.quotes.rules import from_document, to_document
from app.rbac.permissions import Permission
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.order_terms import place, trade_of
from tests.support.world import LONG_AGO, Person

EARLY = datetime(2026, 7, 1, 12, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
RIGHTS = (Permission.PRICE_WRITE, Permission.SCHEME_WRITE, Permission.SCHEME_APPROVE)


@dataclass(frozen=True)
class Shop:
    """A chain whose retailer pays by a list of its own, which a scheme takes a part off."""

    chain: Chain
    base: UUID
    own: UUID
    running: UUID
    draft: UUID
    buyer: Person
    seller: Person

    @asynccontextmanager
    async def under_way(self, now=None):
        """A work of the seller's, committed when the block ends."""
        world, grants = self.chain.world, dict.fromkeys(map(str, RIGHTS), Scope.ORGANISATION)
        seller = self.seller
        organisation = self.chain.distributor
        actor = Actor(world.tenant_id, new_id(), seller.membership_id, organisation, "Wei", grants)
        more = {"now": lambda: now} if now else {}
        async with begin(world.database, world.tenant_id, acting_as(actor), **more) as work:
            yield work

    async def order(self, seen):
        """The quote that an order is stored with."""
        placed = await place(self.buyer, self.chain, seen=seen)
        assert placed["__typename"] == "Order", placed
        stored = select(OrderQuote.quote).where(OrderQuote.order_id == key(placed["id"]))
        return from_document(await self.run(lambda work: work.session.scalar(stored)))

    async def run(self, command):
        return await self.chain.world.run(command)


@pytest.fixture
async def shop(world) -> Shop:
    chain = await Chain.create(world)
    base = await world.price(chain.distributor, {chain.sku: "2.64"}, name="Other", currency="CNY")
    own = await world.price(
        chain.distributor,
        {chain.sku: "2.40"},
        kind="CONTRACT",
        relationship_id=chain.downstream,
        name="Own",
    )
    tenth = (SchemeTier(threshold=Decimal(1), benefit=Decimal(10)),)
    trade, percent = trade_of(chain), BenefitKind.PERCENT_OFF
    await world.run(lambda work: known_from(work, LONG_AGO))
    return Shop(
        chain,
        base,
        own,
        await trade.scheme("Running", benefit=percent, tiers=tenth),
        await trade.scheme("Draft", active=False, benefit=percent, tiers=tenth),
        await world.member(chain.retailer, "BUYER"),
        await world.member(chain.distributor, "ENTERPRISE_ADMIN"),
    )


SEEN = "117.16"


def new_price(shop, work):
    changes = PriceChanges([PriceChange(sku_id=shop.chain.sku, amount=Decimal(3))])
    return set_prices(work, shop.own, changes)


CHANGES = {
    "a price": new_price,
    "the end of a list": lambda shop, work: end_price_list(work, shop.own, None),
    "the start of a scheme": lambda shop, work: activate_trade_scheme(work, shop.draft),
    "the end of a scheme": lambda shop, work: end_trade_scheme(work, shop.running, None),
}


async def check(shop, stored):
    """Hold a stored quote against its recomputation, and against what is known by now."""
    context = replace(stored.context, known_at=datetime.now(UTC))
    today = replace(stored, context=context)

    again = await shop.run(lambda work: recompute(work, stored))
    otherwise = await shop.run(lambda work: recompute(work, today))

    assert to_document(again) == to_document(stored)
    return otherwise.total


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "the end of a scheme"])
async def test_an_order_placed_while_prices_change_is_stamped_with_what_was_known(shop, name):
    async with shop.under_way() as work:
        await CHANGES[name](shop, work)
        stored = await shop.order(SEEN)

    assert str(await check(shop, stored)) != SEEN


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_began_first_and_is_written_last_is_known_last(shop, change):
    async with shop.under_way() as first:
        async with shop.under_way() as second:
            prices = PriceChanges([PriceChange(sku_id=shop.chain.sku, amount=Decimal("2.70"))])
            await set_prices(second, shop.base, prices)
        stored = await shop.order(SEEN)
        await change(shop, first)

    await check(shop, stored)
    assert stored.context.known_at > first.now


async def test_an_order_after_a_change_knows_it(shop):
    async with shop.under_way() as work:
        await new_price(shop, work)

    stored = await shop.order("146.45")

    assert str(await check(shop, stored)) == "146.45"


async def test_an_instant_is_drawn_after_every_one_before_by_whatever_clock(shop):
    drawn = []
    for now in (EARLY + A_MOMENT * 5, EARLY, EARLY + A_MOMENT * 9):
        async with shop.under_way(now) as work:
            drawn.append(await known_from(work))

    assert [each - EARLY for each in drawn] == [A_MOMENT * 5, A_MOMENT * 6, A_MOMENT * 9]


async def test_a_long_change_starts_over_if_others_were_known_meanwhile_and_then_holds_them(shop):
    world, attempts = shop.chain.world, []

    async def long_change(work):
        instant = await known_from_at_last(work, work.now)
        attempts.append(instant)
        if len(attempts) == 1:
            async with shop.under_way(work.now) as other:
                attempts.append(await known_from(other))
        return instant

    actor = acting_as(system_actor(world.tenant_id, "test"))
    found = await perform(world.database, world.tenant_id, actor, long_change, lambda: EARLY)

    assert attempts == [EARLY, EARLY, EARLY + A_MOMENT]
    assert found == EARLY + A_MOMENT
