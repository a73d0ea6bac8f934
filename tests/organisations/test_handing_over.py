"""All customers of a rep handed over to another at once (R3-38, R3-41)."""

import pytest
from sqlalchemy import update

from app.rbac.models import Membership
from tests.support.network import actions, network
from tests.support.people import membership

HAND_OVER = """mutation($input: HandOverCustomersInput!) { handOverCustomers(input: $input) {
  ... on CustomersHandedOver { customers } ... on Refusal { code } } }"""
LOOKED_AFTER = "query($id: ID!) { customersLookedAfter(membershipId: $id) }"
CUSTOMERS = "{ customers { edges { node { buyer { name } } } } }"


@pytest.fixture
async def chain(world):
    return await network(world)


async def hand_over(admin, before, after, **more):
    given = {"fromMembershipId": membership(before), "toMembershipId": membership(after)}
    return await admin.ask(HAND_OVER, input={**given, **more})


async def names(person):
    found = (await person.ask(CUSTOMERS)).data["customers"]["edges"]
    return sorted(edge["node"]["buyer"]["name"] for edge in found)


async def looked_after(admin, person):
    found = await admin.ask(LOOKED_AFTER, id=membership(person))
    return found.data["customersLookedAfter"]


@pytest.mark.usefixtures("queries_run_once")
async def test_a_reps_customers_go_to_another_at_once_whatever_their_number(
    world, chain, statements
):
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    first, second, third = [await world.member(chain.brand, "SALES") for _ in range(3)]
    nothing = await hand_over(admin, first, second)
    await world.assign_rep(chain.brand_to_east, first)
    with statements.counting() as one:
        moved = await hand_over(admin, first, second)
    for relationship in (chain.brand_to_west, chain.brand_to_east):
        await world.assign_rep(relationship, third)
    await world.run(lambda work: work.session.execute(_left(second)))
    with statements.counting() as two:
        both = await hand_over(admin, third, first, reason="a new district")
    after_leaving = await hand_over(admin, second, first)

    answers = [answer.data["handOverCustomers"]["customers"] for answer in (moved, both)]
    assert nothing.data["handOverCustomers"] == {"customers": 0}
    assert answers == [1, 2]
    assert len(two) == len(one)
    assert after_leaving.data["handOverCustomers"] == {"customers": 1}
    assert (await names(first), await names(third)) == (["East", "West"], [])
    assert [await looked_after(admin, each) for each in (first, second, third)] == [2, 0, 0]
    again = await hand_over(admin, second, first)
    assert again.data["handOverCustomers"] == {"customers": 0}
    assert await actions(world, chain.brand_to_east) == ["HAND_OVER_CUSTOMER"] * 3


def _left(person):
    return (
        update(Membership)
        .where(Membership.id == person.membership_id)
        .values(ended_at=Membership.joined_at)
    )


async def test_nobody_hands_customers_over_to_strangers_or_takes_theirs(world, chain):
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    rep = await world.member(chain.brand, "SALES")
    stranger = await world.member(chain.east, "SALES")
    await world.assign_rep(chain.brand_to_east, rep)
    await world.assign_rep(chain.east_to_shop, stranger)

    refused = [
        await hand_over(admin, rep, stranger),
        await hand_over(admin, stranger, rep),
        await hand_over(admin, rep, rep),
        await hand_over(rep, rep, stranger),
    ]

    codes = [answer.error_codes for answer in refused]
    assert codes == [["NOT_FOUND"], ["NOT_FOUND"], ["INVALID"], ["FORBIDDEN"]]
    assert [await looked_after(admin, each) for each in (rep, stranger)] == [1, 0]
    assert await names(stranger) == ["East shop"]
