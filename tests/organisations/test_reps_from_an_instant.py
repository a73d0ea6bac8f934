"""Who looks after customers from an instant on, by name or by territory (R3-38, R3-41)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, update

from app.books import check_tenant
from app.organisations.models import AssignedRep, TerritoryRep
from app.organisations.rules import FARTHEST_MOVE
from tests.organisations.test_handing_over import CUSTOMERS, hand_over, looked_after, names
from tests.support.network import actions, network
from tests.support.people import membership
from tests.support.world import gid

REPS = """query($id: ID!, $at: DateTime) { relationship(id: $id) {
  reps(at: $at) { name assignedAt until } } }"""
PLANNED = "{ plannedHandOvers { fromName toName effectiveAt customers } }"
TERRITORY = """{ territories { edges { node { reps { name until } } } } }"""
RESULTS = {
    "assignTerritory": "... on Territory { id reps { name } } ... on Refusal { code field }",
    "cancelHandOver": "... on HandOverCancelled { customers } ... on Refusal { code }",
    "createTerritory": "... on Territory { id }",
}
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
async def chain(world):
    return await network(world)


@pytest.fixture
async def admin(world, chain):
    return await world.member(chain.brand, "ENTERPRISE_ADMIN")


async def do(person, command, **given):
    kind = f"{command[0].upper()}{command[1:]}Input"
    shown = RESULTS.get(command, "... on TradingRelationship { id } ... on Refusal { code field }")
    document = f"mutation($input: {kind}!) {{ {command}(input: $input) {{ {shown} }} }}"
    answer = await person.ask(document, input=given)
    return answer.data[command] if not answer.error_codes else answer.error_codes


async def reps(person, relationship_id, at=None):
    told = {"at": at.isoformat()} if at else {}
    answer = await person.ask(REPS, id=gid("TradingRelationship", relationship_id), **told)
    return [each["name"] for each in answer.data["relationship"]["reps"]]


async def pass_days(world, days):
    """Let so many days go by for all who look after somebody."""

    async def shift(work):
        for table in (AssignedRep, TerritoryRep):
            back = func.make_interval(0, 0, 0, days)
            moved = {"assigned_at": table.assigned_at - back, "until": table.until - back}
            await work.session.execute(update(table).values(moved))

    await world.run(shift)


async def team(world, chain):
    return [await world.member(chain.brand, "SALES", name=name) for name in ("Ann", "Bo", "Cy")]


async def test_a_planned_handing_over_counts_from_its_instant_by_itself(world, chain, admin):
    ann, bo, cy = await team(world, chain)
    await world.assign_rep(chain.brand_to_east, ann)
    await world.assign_rep(chain.brand_to_west, ann)
    await world.assign_rep(chain.brand_to_west, bo)
    later = TOMORROW + timedelta(days=1)
    first = await hand_over(admin, ann, bo, effectiveAt=TOMORROW.isoformat())
    planned = (await admin.ask(PLANNED)).data["plannedHandOvers"]
    meanwhile = await names(ann), await names(bo)
    then = await reps(admin, chain.brand_to_east, later)

    assert first.data["handOverCustomers"] == {"customers": 2}
    assert [(each["fromName"], each["toName"], each["customers"]) for each in planned] == [
        ("Ann", "Bo", 2)
    ]
    assert meanwhile == (["East", "West"], ["West"])
    assert then == ["Bo"]
    assert await do(admin, "cancelHandOver", fromMembershipId=membership(ann)) == {"customers": 2}
    assert (await admin.ask(PLANNED)).data["plannedHandOvers"] == []
    assert await reps(admin, chain.brand_to_east, later) == ["Ann"]
    assert await reps(admin, chain.brand_to_west, later) == ["Ann", "Bo"]

    await hand_over(admin, ann, bo, effectiveAt=TOMORROW.isoformat())
    await hand_over(admin, ann, cy, effectiveAt=TOMORROW.isoformat())  # The newest decision counts.
    await pass_days(world, 3)
    now = datetime.now(UTC)

    assert (await names(ann), await names(bo)) == ([], ["West"])
    assert await names(cy) == ["East", "West"]
    assert [await looked_after(admin, each) for each in (ann, bo, cy)] == [0, 1, 2]
    assert await reps(admin, chain.brand_to_east, now - timedelta(days=5)) == ["Ann"]
    assert await reps(admin, chain.brand_to_east) == ["Cy"]
    assert await do(admin, "cancelHandOver", fromMembershipId=membership(ann)) == {"customers": 0}
    noted = await actions(world, chain.brand_to_east)
    assert noted == ["HAND_OVER_CUSTOMER", "CANCEL_HAND_OVER", *["HAND_OVER_CUSTOMER"] * 2]
    assert not (await check_tenant(world.database, world.tenant_id)).broken


async def test_one_customer_changes_hands_from_an_instant_within_limits(world, chain, admin):
    ann, bo, _ = await team(world, chain)
    await world.assign_rep(chain.brand_to_east, ann)
    customer = gid("TradingRelationship", chain.brand_to_east)

    async def say(command, whom, at):
        given = {"relationshipId": customer, "membershipId": membership(whom)}
        return await do(admin, command, **given, effectiveAt=at.isoformat())

    await say("unassignRep", ann, TOMORROW)
    await say("assignRep", bo, TOMORROW)
    assert await reps(admin, chain.brand_to_east) == ["Ann"]
    assert await reps(admin, chain.brand_to_east, TOMORROW) == ["Bo"]
    await say("unassignRep", bo, TOMORROW)  # Takes back what is planned.
    await say("assignRep", ann, TOMORROW)
    assert await reps(admin, chain.brand_to_east, TOMORROW) == ["Ann"]

    past = datetime.now(UTC) - timedelta(hours=1)
    far = datetime.now(UTC) + FARTHEST_MOVE + timedelta(days=1)
    refused = [
        *[await say(command, ann, past) for command in ("assignRep", "unassignRep")],
        (await hand_over(admin, ann, bo, effectiveAt=past.isoformat())).error_codes,
        (await hand_over(admin, ann, bo, effectiveAt=far.isoformat())).error_codes,
    ]
    assert refused == [["INVALID"]] * 4
    assert await reps(admin, chain.brand_to_east, TOMORROW) == ["Ann"]


async def test_a_territory_gives_its_reps_to_all_who_are_in_it(world, chain, admin, statements):
    ann, bo, cy = await team(world, chain)
    area = (await do(admin, "createTerritory", name="North"))["id"]

    async def assign(*people, at=None):
        told = {"effectiveAt": at.isoformat()} if at else {}
        members = [membership(each) for each in people]
        return await do(admin, "assignTerritory", territoryId=area, membershipIds=members, **told)

    async def put(relationship_id, territory_id):
        given = {"relationshipId": gid("TradingRelationship", relationship_id)}
        await do(admin, "changeRelationshipTerms", **given, terms={"territoryId": territory_id})

    assert (await assign(ann))["reps"] == [{"name": "Ann"}]
    await world.assign_rep(chain.brand_to_east, cy)
    await put(chain.brand_to_east, area)
    with statements.counting() as one:
        await assign(bo, at=TOMORROW)
    await put(chain.brand_to_west, area)
    assert (await names(ann), await names(bo)) == (["East", "West"], [])
    assert await reps(admin, chain.brand_to_west, TOMORROW) == ["Bo"]
    with statements.counting() as two:
        await assign(bo, at=TOMORROW)
    assert len(two) <= len(one)  # The second time there is nothing to write.
    await pass_days(world, 2)
    assert (await names(ann), await names(bo)) == ([], ["East", "West"])
    assert await names(cy) == ["East"]  # Named for this customer, whatever its territory.

    await put(chain.brand_to_west, None)
    assert await names(bo) == ["East"]
    await hand_over(admin, bo, ann)  # Their territories go along.
    await put(chain.brand_to_west, area)
    assert (await names(ann), await names(bo)) == (["East", "West"], [])
    shown = (await admin.ask(TERRITORY)).data["territories"]["edges"]
    assert [edge["node"]["reps"] for edge in shown] == [[{"name": "Ann", "until": None}]]
    stranger = await world.member(chain.east, "SALES")
    assert await assign(stranger) == ["NOT_FOUND"]
    assert await do(stranger, "assignTerritory", territoryId=area, membershipIds=[]) == [
        "FORBIDDEN"
    ]
    assert (await ann.ask(CUSTOMERS)).data["customers"]["edges"]
    assert not (await check_tenant(world.database, world.tenant_id)).broken
