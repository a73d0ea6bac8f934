"""What schemes gave is claimed by sums, level by level, up to who funds it (P15)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.promotions.rules.terms import Funding, SchemeTier
from app.promotions.rules.words import BenefitKind, Lane
from tests.support.chain import Chain
from tests.support.days import network_day
from tests.support.moves import move
from tests.support.order_terms import band, cancel, line, place, ten_plus_one, trade_of
from tests.support.world import Person, World, gid

CLAIMS = """query($side: ClaimSide!, $from: Date!, $to: Date!) {
    claimableBenefits(side: $side, firstDay: $from, lastDay: $to) {
        schemeName currency money goods neighbour { name } } }"""
COST = "query($input: QuoteInput!) { quote(input: $input) { net } }"


@dataclass
class Levels:
    """Brand → distributor → sub-distributor → shop; the chain is the lower two links."""

    world: World
    brand: UUID
    chain: Chain

    @classmethod
    async def create(cls, world: World) -> "Levels":
        async with world.at_once():
            brand = await world.organisation("Brand", "BRAND")
            distributor = await world.organisation("East", "DISTRIBUTOR", brand)
            sub = await world.organisation("Sub", "SUB_DISTRIBUTOR", distributor)
            shop = await world.organisation("Secret Shop", "RETAILER", sub)
            await world.relationship(brand, distributor)
            upstream = await world.relationship(distributor, sub)
            downstream = await world.relationship(sub, shop)
            sku = await world.sku(brand, case=24)
            await world.price(distributor, {sku: "2.40"})
            await world.price(sub, {sku: "2.64"})
            return cls(
                world, brand, Chain(world, distributor, sub, shop, sku, upstream, downstream)
            )

    async def funded(self, name: str, funder: UUID | None = None, **changes: Any) -> None:
        """A claimable scheme of the sub-distributor; 5 % off for all, the brand's, unless told."""
        five = {
            "lane": Lane.LINE,
            "benefit": BenefitKind.PERCENT_OFF,
            "tiers": (SchemeTier(threshold=Decimal(0), benefit=Decimal(5)),),
            "funding": Funding(organisation_id=funder or self.brand),
            "is_claimable": True,
        }
        await trade_of(self.chain).scheme(name, **five | changes)

    async def claims(self, organisation: UUID, side: str) -> list[tuple[str, str, str]]:
        """Who is claimed or claims today, how much money and goods; never whose orders."""
        person = await self.world.member(organisation, "ENTERPRISE_ADMIN")
        today = str(network_day())
        answer = await person.ask(CLAIMS, side=side, **{"from": today, "to": today})
        assert "Secret Shop" not in str(answer.body)
        return [
            (each["neighbour"]["name"], each["money"], each["goods"])
            for each in answer.data["claimableBenefits"]
        ]

    async def all_claims(self) -> list[list[tuple[str, str, str]]]:
        """What sub-distributor, distributor and brand claim and are claimed for, going up."""
        levels = (self.chain.distributor, self.chain.brand, self.brand)
        sides = ("CLAIMED", "CLAIMING")
        return [await self.claims(level, side) for level in levels for side in sides]


@pytest.fixture
async def levels(world):
    return await Levels.create(world)


@pytest.fixture
async def shop(levels):
    return await levels.world.member(levels.chain.retailer, "BUYER")


async def hundred_cases(levels: Levels, shop: Person, seen: str, cases: str = "100"):
    return await place(shop, levels.chain, line(levels.chain.sku, cases), seen=seen)


async def cost_of_hundred_cases(levels: Levels) -> Decimal:
    """What the sub-distributor itself pays, without tax."""
    buyer = await levels.world.member(levels.chain.distributor, "BUYER")
    asked = {
        "relationshipId": gid("TradingRelationship", levels.chain.upstream),
        "lines": [line(levels.chain.sku, "100")],
    }
    return Decimal((await buyer.ask(COST, input=asked)).data["quote"]["net"])


async def test_p15_a_brands_five_percent_is_claimed_in_full_up_both_levels(levels, shop):
    await levels.funded("Tea five")
    await band(levels.chain, "APPROVAL", floor="2.45")

    order = await hundred_cases(levels, shop, "6801.70")
    gone = await hundred_cases(levels, shop, "6801.70")
    await cancel(shop, gone["id"])
    of_sub, of_distributor, of_brand = (
        await levels.claims(levels.chain.distributor, "CLAIMING"),
        await levels.claims(levels.chain.brand, "CLAIMING"),
        await levels.claims(levels.brand, "CLAIMED"),
    )

    net, cost = Decimal(order["net"]), await cost_of_hundred_cases(levels)
    assert (net, cost) == (Decimal("6019.20"), Decimal(5760))
    assert order["state"] != "PENDING_APPROVAL"
    assert of_sub == [("East", "316.80", "0")]
    assert of_distributor == [("Brand", "316.80", "0")]
    assert of_brand == [("East", "316.80", "0")]
    assert (net + Decimal(of_sub[0][1]) - cost, net - cost) == (Decimal(576), Decimal("259.20"))
    assert await levels.claims(levels.chain.brand, "CLAIMED") == [("Sub", "316.80", "0")]
    assert await levels.claims(levels.brand, "CLAIMING") == []
    assert await levels.claims(levels.chain.distributor, "CLAIMED") == []
    assert await levels.claims(levels.chain.retailer, "CLAIMING") == []
    assert await levels.claims(levels.chain.retailer, "CLAIMED") == []


async def test_p15_another_three_percent_goes_under_the_floor_and_needs_approval(levels, shop):
    await levels.funded("Tea five")
    three = (SchemeTier(threshold=Decimal(0), benefit=Decimal(3)),)
    await levels.funded("Tea three", tiers=three, lane=Lane.ORDER)
    await band(levels.chain, "APPROVAL", floor="2.45")

    order = await hundred_cases(levels, shop, "6597.64")

    assert (order["net"], order["state"]) == ("5838.62", "PENDING_APPROVAL")


async def test_a_move_of_the_branch_turns_no_claim_of_the_time_before(levels, shop):
    await levels.funded("Tea five")
    west = await levels.world.organisation("West", "DISTRIBUTOR", levels.brand)
    await levels.world.relationship(levels.brand, west)
    operator = await levels.world.member(levels.brand, "SYSTEM_ADMIN")

    await hundred_cases(levels, shop, "6801.70")
    assert (await move(operator, levels.chain.distributor, west))["state"] == "DONE"
    between = await levels.claims(west, "CLAIMED"), await levels.claims(west, "CLAIMING")
    await hundred_cases(levels, shop, "6801.70")

    each = {
        (place, side): sorted(await levels.claims(key, side))
        for place, key in (
            ("Sub", levels.chain.distributor),
            ("East", levels.chain.brand),
            ("West", west),
            ("Brand", levels.brand),
        )
        for side in ("CLAIMED", "CLAIMING")
    }
    assert between == ([], [])
    assert each == {
        ("Sub", "CLAIMED"): [],
        ("Sub", "CLAIMING"): [("East", "316.80", "0"), ("West", "316.80", "0")],
        ("East", "CLAIMED"): [("Sub", "316.80", "0")],
        ("East", "CLAIMING"): [("Brand", "316.80", "0")],
        ("West", "CLAIMED"): [("Sub", "316.80", "0")],
        ("West", "CLAIMING"): [("Brand", "316.80", "0")],
        ("Brand", "CLAIMED"): [("East", "316.80", "0"), ("West", "316.80", "0")],
        ("Brand", "CLAIMING"): [],
    }


async def test_goods_are_claimed_by_the_share_that_is_funded(levels, shop):
    half = Funding(organisation_id=levels.brand, percent=Decimal(50))
    await levels.funded("Ten and one", **ten_plus_one() | {"funding": half})

    await hundred_cases(levels, shop, "1431.94", cases="20")

    sub, distributor, brand = (levels.chain.distributor, levels.chain.brand, levels.brand)
    assert await levels.claims(sub, "CLAIMING") == [("East", "0", "24")]
    assert await levels.claims(distributor, "CLAIMING") == [("Brand", "0", "24")]
    assert await levels.claims(brand, "CLAIMED") == [("East", "0", "24")]


@pytest.mark.parametrize("case", ["not claimable", "funded by the seller", "unfunded"])
async def test_only_a_claimable_benefit_that_another_funds_is_claimed(levels, shop, case):
    changes = {
        "not claimable": {"is_claimable": False},
        "funded by the seller": {"funding": Funding(organisation_id=levels.chain.distributor)},
        "unfunded": {"funding": None},
    }
    await levels.funded("Tea five", **changes[case])

    order = await hundred_cases(levels, shop, "6801.70")

    assert order["net"] == "6019.20"
    assert await levels.all_claims() == [[]] * 6


async def test_a_funder_that_only_sells_to_the_seller_is_claimed_directly(levels, shop):
    maker = await levels.world.organisation("Maker", "BRAND")
    await levels.world.relationship(maker, levels.chain.distributor)
    await levels.funded("Tea five", maker)

    await hundred_cases(levels, shop, "6801.70")

    assert await levels.claims(levels.chain.distributor, "CLAIMING") == [("Maker", "316.80", "0")]
    assert await levels.claims(maker, "CLAIMED") == [("Sub", "316.80", "0")]
    assert await levels.claims(levels.chain.brand, "CLAIMED") == []
    assert await levels.claims(levels.brand, "CLAIMED") == []
