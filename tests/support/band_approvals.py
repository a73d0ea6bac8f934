"""A seller between grantors and customers, and how grantors are asked in tests."""

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.pricing.models import PriceBand
from tests.support.changes import Team, begun, move, put, wants_approval
from tests.support.documents import command_document
from tests.support.world import LONG_AGO, Answer, Person, World

ASKED = """{ pricesOutsideBand { edges { node {
  id changeSetId name because requestedAt seller { name }
  prices(first: 100) { edges { node {
    id sku { name } packagingLevel price currency isTaxInclusive kind grantedLimit beginsAt
  } } }
} } } }"""
GRANTORS = """query ($id: ID!) { priceChangeSet(id: $id) { state status reason availableActions
  hands { decidedBy } grantors { status reason decidedAt organisation { name } } } }"""


class Story(NamedTuple):
    """East buys of two grantors and sells to a shop; West is its sibling below the first."""

    the: Team
    brand: UUID
    other_brand: UUID
    granting: Person
    other_granting: Person
    sibling: Person
    buyer: Person

    @property
    def world(self) -> World:
        return self.the.world


async def story(world: World, *, needs_approval: bool = True) -> Story:
    async with world.at_once():
        brand, other_brand = [await world.organisation(f"{name} Brand", "BRAND") for name in "AB"]
        east = await world.organisation("East", "DISTRIBUTOR", brand)
        west = await world.organisation("West", "DISTRIBUTOR", brand)
        shop = await world.organisation("Shop", "RETAILER", east)
        await world.relationship(brand, east)
        await world.relationship(brand, west)
        await world.relationship(other_brand, east)
        skus = [await world.sku(brand, name, case=24) for name in ("Tonic", "Cola")]
        await world.price(brand, {skus[0]: "7.77", skus[1]: "17.77"})
    if needs_approval:
        await wants_approval(world, east)
    async with world.at_once():
        people = [
            await world.member(east, "ENTERPRISE_ADMIN", name=name)
            for name in ("Author", "Editor", "Approver")
        ]
        sibling = await world.member(west, "ENTERPRISE_ADMIN", name="Sibling")
        downstream = await world.relationship(east, shop)
        prices = await world.price(east, {skus[0]: "10", skus[1]: "20"}, name="Base")
        the = Team(world, east, *people, sibling, downstream, *skus, prices)
        return Story(
            the,
            brand,
            other_brand,
            await world.member(brand, "ENTERPRISE_ADMIN", name="Granting"),
            await world.member(other_brand, "ENTERPRISE_ADMIN", name="Other Granting"),
            sibling,
            await world.member(shop, "ENTERPRISE_ADMIN", "BUYER", name="Shop"),
        )


async def band(
    world: World, grantor: UUID, sku: UUID | None = None, outside: str = "APPROVAL", **limits: str
) -> None:
    """A band over what buyers of the grantor ask, or with `audience` over its own prices."""
    audience = limits.pop("audience", "ALL_BUYERS")
    row = PriceBand(
        grantor_id=grantor,
        audience=audience,
        sku_id=sku,
        currency="CNY",
        outside=outside,
        valid_from=LONG_AGO,
        created_at=LONG_AGO,
        **{name: Decimal(limit) for name, limit in limits.items()},
    )
    await world.save(row)


async def submitted(of: Story, *rows: dict[str, Any], name: str = "Spring") -> str:
    """A change set of East's with rows, submitted by its author."""
    change_set = await begun(of.the.author, name)
    outcome = await put(of.the.author, change_set, *rows)
    assert outcome["faults"] == [], outcome
    moved = await move(of.the.author, "submit", change_set)
    assert moved["__typename"] == "PriceChangeSet", moved
    return change_set


async def approved(of: Story, *rows: dict[str, Any], name: str = "Spring") -> str:
    """The same, and approved by a second person of East's."""
    change_set = await submitted(of, *rows, name=name)
    moved = await move(of.the.approver, "approve", change_set)
    assert moved["__typename"] == "PriceChangeSet", moved
    return change_set


async def asked(person: Person) -> list[dict[str, Any]]:
    """What waits for a person's organisation, with the prices."""
    answer = await person.ask(ASKED)
    nodes = [edge["node"] for edge in answer.data["pricesOutsideBand"]["edges"]]
    for node in nodes:
        node["prices"] = [edge["node"] for edge in node["prices"]["edges"]]
    return nodes


async def ask_to_decide(person: Person, verb: str, change_set: str, **more: str) -> Answer:
    document = command_document(f"{verb}PricesOutsideBand")
    return await person.ask(document, input={"changeSetId": change_set, **more})


async def decide(person: Person, verb: str, change_set: str, **more: str) -> dict[str, Any]:
    """Agree (`approve`) or say no (`reject`); the decision, or the refusal."""
    return (await ask_to_decide(person, verb, change_set, **more)).data[f"{verb}PricesOutsideBand"]


async def grantors_of(of: Story, change_set: str) -> dict[str, Any]:
    """How East sees its change."""
    return (await of.the.author.ask(GRANTORS, id=change_set)).data["priceChangeSet"]
