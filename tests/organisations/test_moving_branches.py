"""Moving a branch at once: the tree, the relationships, and what is refused."""

from itertools import groupby

import pytest
from sqlalchemy import text, update

from app.organisations.models import Organisation, OrganisationMove, TradingRelationship
from app.organisations.rules import MOST_LEVELS
from tests.support.moves import MOVE, MOVES, ask_move, asked, move, tree
from tests.support.network import actions, count, network
from tests.support.world import World, gid

SUPPLIERS = """{ suppliers { edges { node {
    seller { name } paymentTerms creditLimit validUntil } } } }"""


SHOWN = {"upstreamVisibility": "ORDERS"}


async def deep_network(world):
    """The network, with a kiosk below the east shop, all of it shown to the brand."""
    chain = await network(world, east_visibility="ORDERS")
    kiosk = await world.organisation("Kiosk", "RETAILER", chain.east_shop)
    await world.relationship(chain.east_shop, kiosk, upstream_visibility="ORDERS")
    return chain, kiosk, await world.member(chain.brand, "ENTERPRISE_ADMIN")


async def suppliers_of(person):
    answer = await person.ask(SUPPLIERS)
    return [edge["node"] for edge in answer.data["suppliers"]["edges"]]


async def test_a_branch_moves_with_all_that_stands_below_it(world):
    chain, _, admin = await deep_network(world)

    moved = await move(admin, chain.east_shop, chain.west, terms=SHOWN, reason="New districts")

    assert moved["state"] == "DONE"
    assert moved["organisation"] == {"name": "East shop", "parent": {"name": "West"}}
    assert (moved["formerParent"], moved["newParent"]) == ({"name": "East"}, {"name": "West"})
    assert [row for row in await tree(world) if row[1] in {"East shop", "Kiosk"}] == [
        ("Brand", "East shop", 2),
        ("Brand", "Kiosk", 3),
        ("East shop", "East shop", 0),
        ("East shop", "Kiosk", 1),
        ("Kiosk", "Kiosk", 0),
        ("West", "East shop", 1),
        ("West", "Kiosk", 2),
    ]
    assert await actions(world, chain.east_shop) == ["MOVE_ORGANISATION"]
    assert await actions(world, chain.east_to_shop) == ["CLOSE_RELATIONSHIP"]


async def test_a_move_costs_the_same_for_a_branch_of_any_size(world, statements):
    chain, _, admin = await deep_network(world)
    await move(admin, chain.east_shop, chain.west, terms=SHOWN)

    with statements.counting() as few:
        await move(admin, chain.east_shop, chain.east, terms=SHOWN)
    for number in range(3):
        await world.organisation(f"More {number}", "RETAILER", chain.east_shop)
    with statements.counting() as many:
        moved = await move(admin, chain.east_shop, chain.west, terms=SHOWN)

    assert moved["state"] == "DONE"
    counted = [len([sent for sent, _ in groupby(seen)]) for seen in (few, many)]
    assert counted == [30, 30]


async def test_it_buys_from_the_new_parent_on_the_given_terms_and_from_the_old_no_more(world):
    chain, _, admin = await deep_network(world)
    buyer = await world.member(chain.east_shop, "BUYER")

    await move(
        admin,
        chain.east_shop,
        chain.west,
        terms={"paymentTerms": "ON_ACCOUNT", "creditLimit": "500"},
    )

    east, west = await suppliers_of(buyer)
    assert (east["seller"]["name"], east["validUntil"] is None) == ("East", False)
    assert west == {
        "seller": {"name": "West"},
        "paymentTerms": "ON_ACCOUNT",
        "creditLimit": "500",
        "validUntil": None,
    }


async def test_it_may_keep_its_supplier_and_an_open_relationship_goes_on(world):
    chain, _, admin = await deep_network(world)
    await world.relationship(chain.west, chain.east_shop)
    buyer = await world.member(chain.east_shop, "BUYER")

    refused = await move(admin, chain.east_shop, chain.west, terms={"deliveryDays": 3})
    await move(admin, chain.east_shop, chain.west, keepsSupplier=True)

    assert (refused["code"], refused["field"]) == ("RELATIONSHIP_EXISTS", "terms")
    assert [each["validUntil"] for each in await suppliers_of(buyer)] == [None, None]
    assert await count(world, TradingRelationship) == 6


async def test_the_same_key_moves_once(world):
    chain, _, admin = await deep_network(world)
    same = asked(chain.east_shop, chain.west)

    first, second = [(await admin.ask(MOVE, input=same)).data["moveOrganisation"] for _ in range(2)]
    other = await admin.ask(MOVE, input={**same, "reason": "Another"})

    assert first == second
    assert other.data["moveOrganisation"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await count(world, OrganisationMove) == 1


@pytest.mark.parametrize(
    ("moved", "parent", "code", "field"),
    [
        ("brand", "west", "ORGANISATION_IS_TOP", "organisationId"),
        ("east", "east", "ORGANISATION_IN_LOOP", "newParentId"),
        ("east", "east_shop", "ORGANISATION_IN_LOOP", "newParentId"),
        ("east_shop", "east", "ALREADY_BELOW", "newParentId"),
        ("east_shop", "closed", "ORGANISATION_CLOSED", "newParentId"),
        ("closed", "west", "ORGANISATION_CLOSED", "organisationId"),
        ("east_shop", "deepest", "TREE_TOO_DEEP", "newParentId"),
    ],
)
async def test_what_would_be_no_tree_is_refused_and_nothing_changes(
    world, moved, parent, code, field
):
    chain, _, _ = await deep_network(world)
    admin = await world.member(chain.brand, "SYSTEM_ADMIN")
    places = vars(chain) | await closed_and_deepest(world, chain)
    before = await tree(world)

    refused = await move(admin, places[moved], places[parent])

    assert (refused["__typename"], refused["code"], refused["field"]) == ("Refusal", code, field)
    assert await tree(world) == before
    assert await count(world, OrganisationMove) == 0
    assert (
        await count(world, TradingRelationship, TradingRelationship.valid_until.is_not(None)) == 0
    )


async def closed_and_deepest(world, chain):
    """A closed organisation, and one as deep as any may stand, as far as the tree says."""
    closed = await world.organisation("Closed", "RETAILER", chain.brand)
    deepest = await world.organisation("Deepest", "RETAILER", chain.brand)
    far = (
        "UPDATE organisation_ancestry SET distance = :deep WHERE tenant_id = :tenant"
        " AND descendant_id = :deepest AND ancestor_id = :brand"
    )

    async def change(work):
        await work.session.execute(
            update(Organisation).where(Organisation.id == closed).values(status="CLOSED")
        )
        await work.session.execute(
            text(far),
            {
                "deep": MOST_LEVELS - 2,
                "tenant": work.tenant_id,
                "deepest": deepest,
                "brand": chain.brand,
            },
        )

    await world.run(change)
    return {"closed": closed, "deepest": deepest}


async def test_nobody_moves_the_own_branch(world):
    chain, _, _ = await deep_network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    refused = await move(admin, chain.east, chain.east_shop)

    assert refused["code"] == "OWN_BRANCH"


@pytest.mark.parametrize("wrong", ["west", "west_shop", "brand", "unknown", "foreign"])
@pytest.mark.parametrize("place", ["organisation", "parent"])
async def test_siblings_strangers_and_the_unknown_answer_alike(
    world, database, http, settings, wrong, place
):
    chain, kiosk, _ = await deep_network(world)
    stranger = await World.create(database, http, settings)
    ids = vars(chain) | {
        "unknown": "01890000-0000-7000-8000-000000000000",
        "foreign": await stranger.organisation("Foreign", "BRAND"),
    }
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    before = await tree(world)
    given = {"organisation": kiosk, "parent": chain.east} | {place: ids[wrong]}

    answer = await ask_move(admin, given["organisation"], given["parent"])

    assert answer.error_codes == ["NOT_FOUND"]
    assert answer.body["errors"][0]["message"] == "There is no such Organisation."
    assert await tree(world) == before


async def test_what_is_hidden_below_is_not_moved_by_those_above(world):
    chain = await network(world, east_visibility="NOTHING")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    answer = await ask_move(admin, chain.east_shop, chain.west)

    assert answer.error_codes == ["NOT_FOUND"]


async def test_who_runs_the_network_moves_anything_but_sets_no_terms(world):
    chain = await network(world)
    admin = await world.member(chain.brand, "SYSTEM_ADMIN")

    credit = await ask_move(admin, chain.east_shop, chain.west, terms={"isCreditUnlimited": True})
    moved = await move(admin, chain.east_shop, chain.west)

    assert credit.error_codes == ["FORBIDDEN"]
    assert moved["state"] == "DONE"


@pytest.mark.parametrize("role", ["SALES", "SERVICE", "WAREHOUSE", "BUYER"])
async def test_moving_needs_its_permission(world, role):
    chain = await network(world, east_visibility="ORDERS")
    person = await world.member(chain.brand, role)

    answer = await ask_move(person, chain.east_shop, chain.west)

    assert answer.error_codes == ["FORBIDDEN"]


PREVIEW = """query($moved: ID!, $parent: ID!) {
    previewOrganisationMove(organisationId: $moved, newParentId: $parent) {
    __typename ... on OrganisationMovePreview { organisations endsRelationship opensRelationship
        ending { seller { name } } lasting { seller { name } }
        losingReach { name } gainingReach { name } }
    ... on Refusal { code field } } }"""


async def preview(person, moved, parent):
    answer = await person.ask(
        PREVIEW, moved=gid("Organisation", moved), parent=gid("Organisation", parent)
    )
    return answer.data["previewOrganisationMove"]


async def test_a_preview_says_what_changes_and_changes_nothing(world):
    chain, _, admin = await deep_network(world)
    await world.relationship(chain.brand, chain.east_shop)
    before = await tree(world)

    seen = await preview(admin, chain.east_shop, chain.west)
    loop = await preview(admin, chain.east, chain.east_shop)

    assert seen == {
        "__typename": "OrganisationMovePreview",
        "organisations": 2,
        "endsRelationship": True,
        "opensRelationship": True,
        "ending": {"seller": {"name": "East"}},
        "lasting": [{"seller": {"name": "Brand"}}],
        "losingReach": [{"name": "East"}],
        "gainingReach": [{"name": "West"}],
    }
    assert loop["code"] == "ORGANISATION_IN_LOOP"
    assert await tree(world) == before


async def test_moves_are_listed_for_those_who_asked_and_for_who_runs_the_network(world):
    chain, _, admin = await deep_network(world)
    await move(admin, chain.east_shop, chain.west, terms=SHOWN)
    shown = {}
    for place, role in (
        ("brand", "ENTERPRISE_ADMIN"),
        ("east", "ENTERPRISE_ADMIN"),
        ("west", "ENTERPRISE_ADMIN"),
        ("west", "SYSTEM_ADMIN"),
    ):
        person = await world.member(vars(chain)[place], role)
        edges = (await person.ask(MOVES)).data["organisationMoves"]["edges"]
        shown[place, role] = [edge["node"]["organisation"]["name"] for edge in edges]

    assert shown == {
        ("brand", "ENTERPRISE_ADMIN"): ["East shop"],
        ("east", "ENTERPRISE_ADMIN"): [],
        ("west", "ENTERPRISE_ADMIN"): [],
        ("west", "SYSTEM_ADMIN"): ["East shop"],
    }
