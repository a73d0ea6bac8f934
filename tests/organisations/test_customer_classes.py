"""Groups, territories and channels: how a seller classes its customers, and who sees it."""

from decimal import Decimal

import pytest

from app.organisations.models import CustomerGroup, CustomerGroupMember, Territory
from app.organisations.operations import classification_of, find_relationship
from tests.support.branches import key as key_of_id
from tests.support.network import actions, count, network
from tests.support.world import gid

GROUP = """mutation($input: CreateCustomerGroupInput!) { createCustomerGroup(input: $input) {
    ... on CustomerGroup { id name } ... on Refusal { code field } } }"""
ADD = """mutation($input: AddGroupMembersInput!) { addGroupMembers(input: $input) {
    ... on CustomerGroup { id name } ... on Refusal { code } } }"""
REMOVE = ADD.replace("AddGroup", "RemoveGroup").replace("addGroup", "removeGroup")
TERRITORY = """mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) {
    ... on Territory { id name parent { name } } ... on Refusal { code field } } }"""
MOVE = """mutation($input: ChangeTerritoryInput!) { changeTerritory(input: $input) {
    ... on Territory { id name parent { name } } ... on Refusal { code field message } } }"""
TERMS = """mutation($input: ChangeRelationshipTermsInput!) {
    changeRelationshipTerms(input: $input) { ... on TradingRelationship { id } } }"""
SHOW = """query($id: ID!) { relationship(id: $id) { territory { name } groups { name }
    salesChannel inheritsPrices cashDiscountPercent } }"""
MEMBERS = "query($id: ID!) { customers(groupId: $id) { edges { node { buyer { name } } } } }"
LISTS = """{ customerGroups { edges { node { name } } }
    territories { edges { node { name parent { name } } } } }"""


async def made(person, document, **given) -> dict:
    (answer,) = (await person.ask(document, input=given)).data.values()
    return answer


async def classed(world):
    """A network whose east distributor put its shop into a group, a territory and a channel."""
    chain = await network(world)
    east = await world.member(chain.east, "ENTERPRISE_ADMIN")
    group = await made(east, GROUP, name="Chains")
    coast = await made(east, TERRITORY, name="Coast")
    harbour = await made(east, TERRITORY, name="Harbour", parentId=coast["id"])
    shop = gid("TradingRelationship", chain.east_to_shop)
    await made(east, ADD, groupId=group["id"], relationshipIds=[shop, shop])
    terms = {
        "territoryId": harbour["id"],
        "salesChannel": "HORECA",
        "inheritsPrices": True,
        "cashDiscountPercent": "2.5",
    }
    await made(east, TERMS, relationshipId=shop, terms=terms)
    return chain, east, shop, group, coast, harbour


async def test_a_seller_classes_its_customers_and_reads_it_in_one_statement(world, statements):
    chain, east, _, group, coast, harbour = await classed(world)

    async def read(work):
        relationship = await find_relationship(work, chain.east_to_shop)
        with statements.counting() as sent:
            buyer = await classification_of(work, relationship)
        return buyer, len(sent)

    buyer, sent = await world.run(read)

    assert buyer.territory_ids == (key_of_id(harbour["id"]), key_of_id(coast["id"]))
    assert buyer.group_ids == (key_of_id(group["id"]),)
    assert buyer.level_ids == ()
    assert buyer.channel == "HORECA"
    assert sent == 1
    members = (await east.ask(MEMBERS, id=group["id"])).data["customers"]["edges"]
    assert [edge["node"]["buyer"]["name"] for edge in members] == ["East shop"]
    assert await actions(world, key_of_id(group["id"])) == [
        "CREATE_CUSTOMER_GROUP",
        "ADD_GROUP_MEMBERS",
    ]


async def test_a_buyer_learns_its_discount_but_not_how_it_is_classed(world):
    chain, east, shop, *_ = await classed(world)
    buyer = await world.member(chain.east_shop, "ENTERPRISE_ADMIN")

    by_seller = (await east.ask(SHOW, id=shop)).data["relationship"]
    by_buyer = (await buyer.ask(SHOW, id=shop)).data["relationship"]

    assert by_seller == {
        "territory": {"name": "Harbour"},
        "groups": [{"name": "Chains"}],
        "salesChannel": "HORECA",
        "inheritsPrices": True,
        "cashDiscountPercent": "2.50",
    }
    assert by_buyer == {
        "territory": None,
        "groups": [],
        "salesChannel": None,
        "inheritsPrices": None,
        "cashDiscountPercent": "2.50",
    }
    assert (await buyer.ask(LISTS)).data["territories"]["edges"] == []


async def test_a_customer_taken_out_of_a_group_is_out_of_it(world):
    _, east, shop, group, *_ = await classed(world)

    await made(east, REMOVE, groupId=group["id"], relationshipIds=[shop])
    await made(east, REMOVE, groupId=group["id"], relationshipIds=[shop])

    assert await count(world, CustomerGroupMember) == 0
    trail = await actions(world, key_of_id(group["id"]))
    assert trail.count("REMOVE_GROUP_MEMBERS") == 1


async def test_nobody_groups_the_customers_of_another(world):
    chain, _, _, group, coast, _ = await classed(world)
    west = await world.member(chain.west, "ENTERPRISE_ADMIN")
    own = gid("TradingRelationship", chain.west_to_shop)
    theirs = gid("TradingRelationship", chain.east_to_shop)
    mine = await made(west, GROUP, name="Chains")

    tried = [
        await west.ask(ADD, input={"groupId": group["id"], "relationshipIds": [own]}),
        await west.ask(ADD, input={"groupId": mine["id"], "relationshipIds": [own, theirs]}),
        await west.ask(TERRITORY, input={"name": "Mine", "parentId": coast["id"]}),
        await west.ask(MOVE, input={"territoryId": coast["id"], "name": "Mine"}),
        await west.ask(TERMS, input={"relationshipId": own, "terms": {"territoryId": coast["id"]}}),
    ]

    assert [answer.error_codes for answer in tried] == [["NOT_FOUND"]] * 5
    assert (await west.ask(MEMBERS, id=group["id"])).data["customers"]["edges"] == []
    assert await count(world, CustomerGroupMember) == 1
    assert await count(world, Territory) == 2


async def test_a_territory_cannot_lie_within_itself(world):
    _, east, _, _, coast, harbour = await classed(world)

    refused = await made(east, MOVE, territoryId=coast["id"], name="Coast", parentId=harbour["id"])
    alone = await made(east, MOVE, territoryId=coast["id"], name="Coast", parentId=coast["id"])
    top = await made(east, MOVE, territoryId=harbour["id"], name="Port")

    assert (refused["code"], refused["field"]) == ("TERRITORY_IN_LOOP", "parentId")
    assert alone["code"] == "TERRITORY_IN_LOOP"
    assert top == {"id": harbour["id"], "name": "Port", "parent": None}


async def test_a_name_is_given_once(world):
    _, east, *_ = await classed(world)

    assert (await made(east, GROUP, name=" Chains "))["code"] == "GROUP_NAME_TAKEN"
    assert (await made(east, TERRITORY, name="Coast"))["code"] == "TERRITORY_NAME_TAKEN"
    assert await count(world, CustomerGroup) == 1


@pytest.mark.parametrize("percent", ["-1", "100.0001", "2.00005"])
async def test_a_cash_discount_is_a_percentage(world, percent):
    chain, east, shop, *_ = await classed(world)

    answer = await east.ask(
        TERMS, input={"relationshipId": shop, "terms": {"cashDiscountPercent": percent}}
    )

    assert answer.error_codes == ["INVALID"]
    relation = await world.run(lambda work: find_relationship(work, chain.east_to_shop))
    assert relation.cash_discount_percent == Decimal("2.5")


async def test_adding_members_costs_the_same_for_any_number(world, statements):
    chain = await network(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    group = await made(brand, GROUP, name="All")
    both = [gid("TradingRelationship", key) for key in (chain.brand_to_east, chain.brand_to_west)]
    counts = []

    for members in (both[:1], both):
        with statements.counting() as sent:
            await made(brand, ADD, groupId=group["id"], relationshipIds=members)
        counts.append(len(sent))

    assert counts == [7, 7], sent


async def test_four_eyes_on_prices_are_switched_and_stay_when_not_named(world):
    chain = await network(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    change = """mutation($input: ChangeOrganisationInput!) { changeOrganisation(input: $input) {
        ... on Organisation { needsPriceApproval } } }"""

    on = await made(brand, change, name="Brand", needsPriceApproval=True)
    kept = await made(brand, change, name="Brand & Sons")

    assert on == kept == {"needsPriceApproval": True}
    buyer = await world.member(chain.east, "ENTERPRISE_ADMIN")
    seen = await buyer.ask(
        "query($id: ID!) { organisation(id: $id) { needsPriceApproval } }",
        id=gid("Organisation", chain.brand),
    )
    assert seen.data["organisation"] == {"needsPriceApproval": None}
