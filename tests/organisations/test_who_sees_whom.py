import pytest

from app.organisations.models import UpstreamVisibility
from app.organisations.operations import organisations_named
from tests.support.network import network
from tests.support.world import World, gid

NAMES = "{ organisations { edges { node { name } } } }"
ONE = "query($id: ID!) { organisation(id: $id) { name } }"


async def seen_by(person) -> list[str]:
    answer = await person.ask(NAMES)
    return [edge["node"]["name"] for edge in answer.data["organisations"]["edges"]]


@pytest.mark.parametrize(
    ("place", "role", "names"),
    [
        ("brand", "ENTERPRISE_ADMIN", ["Brand", "East", "West"]),
        ("east", "ENTERPRISE_ADMIN", ["Brand", "East", "East shop"]),
        ("east_shop", "BUYER", ["East", "East shop"]),
        ("brand", "SYSTEM_ADMIN", ["Brand", "East", "East shop", "West", "West shop"]),
    ],
)
async def test_an_organisation_sees_itself_its_sellers_and_its_buyers(world, place, role, names):
    chain = await network(world)
    person = await world.member(getattr(chain, place), role)

    assert await seen_by(person) == names


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("ENTERPRISE_ADMIN", ["Brand", "East", "East shop", "West"]),
        ("SERVICE", ["Brand", "East", "West"]),
    ],
)
async def test_what_stands_deeper_is_seen_by_branch_when_the_seller_shows_it(world, role, names):
    chain = await network(world, east_visibility="ORDERS")
    person = await world.member(chain.brand, role)

    assert await seen_by(person) == names


async def test_one_hidden_link_hides_everything_below_it(world):
    chain = await network(world, east_visibility="NOTHING")
    kiosk = await world.organisation("Kiosk", "RETAILER", chain.east_shop)
    await world.relationship(chain.east_shop, kiosk, upstream_visibility=UpstreamVisibility.ORDERS)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    assert "Kiosk" not in await seen_by(admin)


@pytest.mark.parametrize("asked", ["west", "west_shop", "unknown", "foreign", "other type"])
async def test_siblings_strangers_and_the_unknown_answer_alike(
    world, database, http, settings, asked
):
    chain = await network(world)
    stranger = await World.create(database, http, settings)
    ids = {
        "west": gid("Organisation", chain.west),
        "west_shop": gid("Organisation", chain.west_shop),
        "unknown": gid("Organisation", "01890000-0000-7000-8000-000000000000"),
        "foreign": gid("Organisation", await stranger.organisation("Foreign", "BRAND")),
        "other type": gid("Product", chain.east),
    }
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    answer = await admin.ask(ONE, id=ids[asked])

    assert answer.body["errors"][0]["message"] == "There is no such Organisation."
    assert answer.error_codes == ["NOT_FOUND"]


async def test_relations_of_any_number_of_organisations_cost_the_same(world, statements):
    chain = await network(world, east_visibility="ORDERS")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    document = """{ organisations { edges { node { name parent { name }
        children(first: 1) { edges { node { name } } pageInfo { hasNextPage } }
        customers { edges { node { buyer { name } level { name } reps { name } } } }
    } } } }"""
    await admin.ask(document)

    with statements.counting() as sent:
        answer = await admin.ask(document)

    nodes = {edge["node"]["name"]: edge["node"] for edge in answer.data["organisations"]["edges"]}
    assert [edge["node"]["name"] for edge in nodes["Brand"]["children"]["edges"]] == ["East"]
    assert nodes["Brand"]["children"]["pageInfo"]["hasNextPage"] is True
    assert nodes["East"]["parent"] == {"name": "Brand"}
    assert nodes["Brand"]["parent"] is None
    # begin, who acts, list, parents, children, customers, buyers, reps, commit
    assert len(sent) == 9


async def test_pages_follow_each_other_without_gap_or_repetition(world):
    brand = await world.organisation("Brand", "BRAND")
    names = sorted(f"Shop {number}" for number in range(7))
    for name in reversed(names):
        await world.relationship(brand, await world.organisation(name, "RETAILER", brand))
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    document = """query($after: String) { customers(first: 3, after: $after) {
        edges { node { buyer { name } } } pageInfo { hasNextPage endCursor } } }"""

    found, after, has_next = [], None, True
    while has_next:
        page = (await admin.ask(document, after=after)).data["customers"]
        found += [edge["node"]["buyer"]["name"] for edge in page["edges"]]
        after, has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert found == names


@pytest.mark.parametrize("after", ["x", "WyJhIl0=", "WyJhIiwiYiJd", "WzFd"])
async def test_a_cursor_that_nobody_gave_out_is_invalid(world, after):
    admin = await world.member(await world.organisation("Brand", "BRAND"), "ENTERPRISE_ADMIN")

    answer = await admin.ask(
        "query($after: String) { organisations(after: $after) { edges { cursor } } }", after=after
    )

    assert answer.error_codes == ["INVALID"]


async def test_only_the_owner_sees_its_standard_margin(world):
    chain = await network(world)
    document = "{ organisations { edges { node { name standardMarginPercent } } } }"

    async def set_margin(work):
        (await organisations_named(work, {chain.brand}))[chain.brand].standard_margin_percent = 12

    await world.run(set_margin)
    shown = {}
    for place in (chain.brand, chain.east):
        answer = await (await world.member(place, "ENTERPRISE_ADMIN")).ask(document)
        by_name = {
            edge["node"]["name"]: edge["node"] for edge in answer.data["organisations"]["edges"]
        }
        shown[place] = by_name["Brand"]["standardMarginPercent"]

    assert shown == {chain.brand: "12", chain.east: None}
