"""Inherited prices come from who stood above at the instant asked for, not from who does now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.knowledge import known_from
from app.db.work import acting_as, begin
from app.kernel.actor import Actor, Scope
from app.kernel.ids import new_id
from app.orders.models import OrderQuote
from app.organisations.commands import NewMove, move_organisation
from app.quotes.operations import recompute
from app.quotes.rules import from_document, to_document
from app.rbac.permissions import Permission
from tests.support.branches import key
from tests.support.chain import mutate
from tests.support.moves import move
from tests.support.world import LONG_AGO, Person, World, gid

LATER = timedelta(days=30)
SIMULATE = """query($input: SimulateQuoteInput!) { simulateQuote(input: $input) {
    lines { net losers { listName } } refused { key } } }"""
QUOTE = """query($input: QuoteInput!) { quote(input: $input) { total } }"""
EAST, WEST, BRAND = ["5", "3"], ["7", "3"], ["6", "3"]


@dataclass
class Place:
    """East and west below a brand; a branch below east sells to a shop at prices from above."""

    world: World
    brand: UUID
    east: UUID
    west: UUID
    branch: UUID
    terms: UUID
    skus: list[UUID]
    boss: Person
    seller: Person
    buyer: Person

    async def move(self, parent: UUID) -> datetime:
        """Move the branch; returns an instant after that."""
        moved = await move(self.boss, self.branch, parent)
        assert moved["state"] == "DONE", moved
        return datetime.now(UTC)

    async def listed(self, at: datetime | None = None, known: datetime | None = None) -> list[str]:
        """The price of each SKU as the branch finds it."""
        asked = {"at": at and at.isoformat(), "knownAt": known and known.isoformat()}
        found = (await self.seller.ask(SIMULATE, input=self.asking() | asked)).data["simulateQuote"]
        assert not found["refused"]
        return [line["net"] for line in found["lines"]]

    async def lists_told(self, at: datetime) -> set[str]:
        """The names of all lists that an answer tells of."""
        asked = self.asking() | {"at": at.isoformat()}
        lines = (await self.seller.ask(SIMULATE, input=asked)).data["simulateQuote"]["lines"]
        return {loser["listName"] for line in lines for loser in line["losers"]}

    async def order(self) -> Any:
        """The quote that an order of the shop is stored with."""
        seen = (await self.buyer.ask(QUOTE, input=self.asking())).data["quote"]["total"]
        given = self.asking() | {"idempotencyKey": new_id().hex, "seenTotal": seen}
        placed = await mutate(self.buyer, "placeOrder", "PlaceOrderInput", given)
        stored = select(OrderQuote.quote).where(OrderQuote.order_id == key(placed["id"]))
        return from_document(await self.world.run(lambda work: work.session.scalar(stored)))

    async def check(self, stored: Any) -> None:
        """An order comes out again word for word."""
        again = await self.world.run(lambda work: recompute(work, stored))
        assert to_document(again) == to_document(stored)

    def asking(self) -> dict[str, Any]:
        lines = [
            {"skuId": gid("Sku", sku), "quantity": "1", "packagingLevel": "PIECE"}
            for sku in self.skus
        ]
        return {"relationshipId": gid("TradingRelationship", self.terms), "lines": lines}


@pytest.fixture
async def place(world) -> Place:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        east = await world.organisation("East", parent=brand)
        west = await world.organisation("West", parent=brand)
        branch = await world.organisation("Branch", parent=east)
        shop = await world.organisation("Shop", "RETAILER", branch)
        skus = [await world.sku(brand, name) for name in ("Tea", "Coffee")]
        for seller, prices in (
            (east, {skus[0]: "5.00"}),
            (west, {skus[0]: "7.00"}),
            (brand, {skus[0]: "6.00", skus[1]: "3.00"}),
        ):
            named = {brand: "Of the brand", east: "Of east", west: "Of west"}[seller]
            await world.price(seller, prices, name=named, is_inheritable=True)
        await world.relationship(brand, branch)
        terms = await world.relationship(branch, shop, inherits_prices=True)
        boss = await world.member(brand, "SYSTEM_ADMIN", "ENTERPRISE_ADMIN")
        seller = await world.member(branch, "ENTERPRISE_ADMIN")
        buyer = await world.member(shop, "BUYER")
    await world.run(lambda work: known_from(work, LONG_AGO))
    return Place(world, brand, east, west, branch, terms, skus, boss, seller, buyer)


async def test_a_branch_learns_nothing_of_who_came_above_later_and_keeps_its_own_past(place):
    assert await place.listed() == EAST
    before = datetime.now(UTC)

    after = await place.move(place.west)

    assert await place.listed() == WEST
    assert await place.listed(before) == EAST
    assert await place.lists_told(before) == {"Of the brand"}
    assert await place.listed(after) == WEST
    assert await place.listed(after + LATER) == WEST
    assert await place.listed(after + LATER, known=before) == EAST


async def test_each_time_above_counts_for_itself_whoever_comes_back(place):
    before = datetime.now(UTC)
    parents = (place.west, place.brand, place.east)
    instants = [before, *[await place.move(parent) for parent in parents]]

    found = [await place.listed(instant) for instant in instants]

    assert found == [EAST, WEST, BRAND, EAST]


async def test_orders_of_every_time_come_out_again_word_for_word(place):
    stored = [await place.order()]
    for parent in (place.west, place.brand):
        await place.move(parent)
        stored.append(await place.order())

    for each in stored:
        await place.check(each)
    assert [each.lines[0].net for each in stored] == [5, 7, 6]


async def test_an_order_placed_while_its_branch_moves_comes_out_again(place):
    world, right = place.world, str(Permission.ORGANISATION_MOVE)
    member = place.boss.membership_id
    grants = {right: Scope.TENANT}
    actor = Actor(world.tenant_id, new_id(), member, place.brand, "Boss", grants)

    async with begin(world.database, world.tenant_id, acting_as(actor)) as work:
        await move_organisation(work, NewMove(place.branch, place.west), "a move")
        stored = await place.order()

    await place.check(stored)
    assert stored.lines[0].net == 5
    assert await place.listed() == WEST


async def test_moves_of_the_past_cost_no_statement(place, statements):
    before = datetime.now(UTC)
    await place.listed(before)
    with statements.counting() as unmoved:
        await place.listed(before)
    for parent in (place.west, place.brand, place.west):
        await place.move(parent)
    await place.listed(before)

    with statements.counting() as moved:
        assert await place.listed(before) == EAST

    assert len(moved) == len(unmoved)
