"""Moving branches while others move, grow, order and approve: exact outcomes, whoever is first."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select

from app.approvals.models import ApprovalRule
from app.books import check_tenant
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import Organisation
from tests.support.chain import Chain, on_order
from tests.support.moves import ask_move, move
from tests.support.network import count
from tests.support.world import LONG_AGO

SHOWN = {"upstreamVisibility": "ORDERS"}
CREATE = """mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
    __typename ... on Refusal { code } } }"""
CLIENTS = 6


async def sound(world):
    """What all books say of the network; nothing is wrong."""
    return (await check_tenant(world.database, world.tenant_id)).sentences()


@pytest.fixture
async def siblings(world):
    """A brand and its three distributors, with somebody who runs the network."""
    brand = await world.organisation("Brand", "BRAND")
    places = [await world.organisation(f"Place {number}", parent=brand) for number in range(3)]
    return brand, places, await world.member(brand, "SYSTEM_ADMIN")


async def test_of_moves_that_would_close_a_loop_the_last_is_refused(world, siblings):
    brand, (first, second, third), admin = siblings

    for _ in range(2):
        answers = await asyncio.gather(
            *(
                move(admin, moved, parent)
                for moved, parent in ((first, second), (second, third), (third, first))
            )
        )
        codes = Counter(answer.get("code", answer.get("state")) for answer in answers)
        assert codes == {"DONE": 2, "ORGANISATION_IN_LOOP": 1}
        assert await sound(world) == []
        for place in (first, second, third):
            back = await move(admin, place, brand)
            assert back.get("code", back.get("state")) in {"DONE", "ALREADY_BELOW"}
    assert await sound(world) == []


async def test_of_many_who_move_one_branch_to_one_place_one_does(world, siblings):
    _, (first, second, _), admin = siblings

    answers = await asyncio.gather(*(move(admin, first, second) for _ in range(CLIENTS)))

    codes = Counter(answer.get("code", answer.get("state")) for answer in answers)
    assert codes == {"DONE": 1, "ALREADY_BELOW": CLIENTS - 1}
    assert await sound(world) == []


async def test_what_grows_while_its_branch_moves_moves_with_it(world, siblings):
    _, (first, second, third), admin = siblings
    people = [await world.member(first, "ENTERPRISE_ADMIN") for _ in range(CLIENTS)]

    async def grow(person):
        given = {"idempotencyKey": new_id().hex, "name": "Shop", "kind": "RETAILER"}
        return (await person.ask(CREATE, input=given)).data["createOrganisation"]["__typename"]

    *grown, moved, again = await asyncio.gather(
        *map(grow, people), move(admin, first, second), move(admin, second, third)
    )

    assert grown == ["Organisation"] * CLIENTS
    assert [moved["state"], again["state"]] == ["DONE", "DONE"]
    assert await count(world, Organisation, Organisation.parent_id == first) == CLIENTS
    assert await sound(world) == []


async def test_orders_meet_the_old_seller_or_are_refused(world):
    chain, west, admin = await _trading(world)
    buyers = [await world.member(chain.retailer, "BUYER") for _ in range(CLIENTS)]

    *placed, moved = await asyncio.gather(
        *map(chain.place, buyers), move(admin, chain.retailer, west, terms=SHOWN)
    )
    late = await chain.place(buyers[0])

    outcomes = Counter(answer.get("code", answer["__typename"]) for answer in placed)
    assert moved["state"] == "DONE"
    assert set(outcomes) <= {"Order", "RELATIONSHIP_CLOSED"}
    assert late["code"] == "RELATIONSHIP_CLOSED"
    assert await count(world, Order, Order.seller_id == chain.distributor) == outcomes["Order"]
    assert await count(world, Order) == outcomes["Order"]
    assert await sound(world) == []


async def test_an_approval_and_a_move_do_not_mind_each_other(world):
    chain, west, admin = await _trading(world)
    await world.save(
        ApprovalRule(
            organisation_id=chain.distributor, threshold=1, currency="CNY", created_at=LONG_AGO
        )
    )
    buyer = await world.member(chain.retailer, "BUYER")
    bosses = [await world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(CLIENTS)]
    order = (await chain.place(buyer))["id"]

    *approved, moved = await asyncio.gather(
        *(on_order(boss, "approveOrder", order, "ApproveOrderInput") for boss in bosses),
        move(admin, chain.retailer, west, terms=SHOWN),
    )

    outcomes = Counter(answer["__typename"] for answer in approved)
    assert moved["state"] == "DONE"
    assert outcomes == {"Order": 1, "Refusal": CLIENTS - 1}
    states = await world.run(lambda work: work.session.scalars(select(Order.state)))
    assert list(states) == [next(each["state"] for each in approved if "state" in each)]
    assert await sound(world) == []


async def test_one_key_used_by_many_at_once_moves_once(world, siblings):
    _, (first, second, _), admin = siblings
    given = {"idempotencyKey": "click"}

    answers = await asyncio.gather(
        *(ask_move(admin, first, second, **given) for _ in range(CLIENTS))
    )

    moves = {answer.data["moveOrganisation"]["id"] for answer in answers}
    assert len(moves) == 1
    assert await sound(world) == []


async def _trading(world):
    """A chain whose last link the brand sees, and a second distributor beside the first."""
    chain = await Chain.create(world, upstream_visibility="ORDERS")
    west = await world.organisation("West Distribution", parent=chain.brand)
    await world.relationship(chain.brand, west)
    return chain, west, await world.member(chain.brand, "ENTERPRISE_ADMIN")
