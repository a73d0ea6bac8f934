"""Moves of branches at an instant to come: planned, cancelled, carried out, refused then."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.books import check_tenant
from app.db.outbox import OutboxEvent
from app.organisations.models import Organisation
from app.organisations.rules import FARTHEST_MOVE
from tests.support.moves import MOVES, ask_move, move, tree
from tests.support.network import actions, network
from tests.support.world import gid
from workers.clock import tick_in_tenant

CANCEL = """mutation($input: CancelOrganisationMoveInput!) { cancelOrganisationMove(input: $input) {
    __typename ... on OrganisationMove { state } ... on Refusal { code field } } }"""
TOMORROW = timedelta(days=1)


@pytest.fixture
async def chain(world):
    return await network(world, east_visibility="ORDERS")


@pytest.fixture
async def admin(world, chain):
    return await world.member(chain.brand, "ENTERPRISE_ADMIN")


async def plan(admin, chain, **more):
    """East's shop shall stand below west tomorrow."""
    instant = (datetime.now(UTC) + TOMORROW).isoformat()
    return await move(admin, chain.east_shop, chain.west, effectiveAt=instant, **more)


async def pass_days(world, days):
    """Let the clock of the workers tick so many days from now."""
    now = datetime.now(UTC) + timedelta(days=days)
    await tick_in_tenant(world.database, world.tenant_id, lambda: now)


async def states(person):
    edges = (await person.ask(MOVES)).data["organisationMoves"]["edges"]
    return [(edge["node"]["state"], edge["node"]["refusal"]) for edge in edges]


async def events(world, kind):
    async def read(work):
        rows = await work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == kind))
        return [row.data for row in rows]

    return await world.run(read)


async def test_a_planned_move_waits_for_its_instant_and_then_happens_once(world, chain, admin):
    before = await tree(world)
    planned = await plan(admin, chain, reason="New districts")
    meanwhile = await tree(world), await states(admin)
    await pass_days(world, 0)
    early = await states(admin)

    await pass_days(world, 2)
    await pass_days(world, 3)

    assert (planned["state"], planned["decidedAt"]) == ("PLANNED", None)
    assert meanwhile == (before, [("PLANNED", None)])
    assert early == [("PLANNED", None)]
    assert await states(admin) == [("DONE", None)]
    assert ("West", "East shop", 1) in await tree(world)
    assert await actions(world, chain.east_shop) == ["PLAN_MOVE", "MOVE_ORGANISATION"]
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def test_terms_are_kept_until_they_are_needed(world, chain, admin):
    level = await world.level(chain.west, "Gold")
    terms = {
        "creditLimit": "250.5",
        "deliveryDays": 4,
        "levelId": gid("CustomerLevel", level),
        "upstreamVisibility": "ORDERS",
    }
    await plan(admin, chain, terms=terms)
    await pass_days(world, 2)
    west = await world.member(chain.west, "ENTERPRISE_ADMIN")
    answer = await west.ask(
        """{ customers { edges { node {
            buyer { name } creditLimit deliveryDays level { name } } } } }"""
    )

    assert answer.data["customers"]["edges"][0]["node"] == {
        "buyer": {"name": "East shop"},
        "creditLimit": "250.50",
        "deliveryDays": 4,
        "level": {"name": "Gold"},
    }


async def test_a_planned_move_can_be_taken_back_once(world, chain, admin):
    before = await tree(world)
    planned = await plan(admin, chain)
    given = {"moveId": planned["id"]}

    cancelled, again = [
        (await admin.ask(CANCEL, input=given)).data["cancelOrganisationMove"] for _ in range(2)
    ]
    await pass_days(world, 2)

    assert cancelled == {"__typename": "OrganisationMove", "state": "CANCELLED"}
    assert again == {"__typename": "Refusal", "code": "MOVE_DECIDED", "field": "moveId"}
    assert await states(admin) == [("CANCELLED", None)]
    assert await tree(world) == before


@pytest.mark.parametrize("place", ["east", "west", "east_shop"])
async def test_nobody_else_takes_it_back_or_learns_of_it(world, chain, admin, place):
    planned = await plan(admin, chain)
    other = await world.member(vars(chain)[place], "ENTERPRISE_ADMIN")

    answer = await other.ask(CANCEL, input={"moveId": planned["id"]})
    node = await other.ask("query($id: ID!) { node(id: $id) { id } }", id=planned["id"])

    assert answer.error_codes == ["NOT_FOUND"]
    assert node.data["node"] is None
    assert await states(other) == []
    assert await states(admin) == [("PLANNED", None)]


async def test_a_branch_has_one_planned_move_of_an_organisation(chain, admin):
    await plan(admin, chain)

    again = await plan(admin, chain)
    at_once = await move(admin, chain.east_shop, chain.west)

    assert [again["code"], at_once["code"]] == ["MOVE_PLANNED", "MOVE_PLANNED"]


@pytest.mark.parametrize("away", [-TOMORROW, FARTHEST_MOVE + TOMORROW])
async def test_the_instant_is_neither_past_nor_out_of_sight(world, chain, admin, away):
    before = await tree(world)
    instant = (datetime.now(UTC) + away).isoformat()

    answer = await ask_move(admin, chain.east_shop, chain.west, effectiveAt=instant)

    assert answer.error_codes == ["INVALID"]
    assert await tree(world) == before
    assert await states(admin) == []


async def close_west(world, chain, _admin):
    closed = update(Organisation).where(Organisation.id == chain.west).values(status="CLOSED")
    await world.run(lambda work: work.session.execute(closed))
    return "West is closed and does not trade."


async def move_meanwhile(world, chain, _admin):
    operator = await world.member(chain.west, "SYSTEM_ADMIN")
    assert (await move(operator, chain.east_shop, chain.west_shop))["state"] == "DONE"
    return "There is no such Organisation."


async def move_meanwhile_in_sight(world, chain, _admin):
    operator = await world.member(chain.west, "SYSTEM_ADMIN")
    assert (await move(operator, chain.east_shop, chain.brand))["state"] == "DONE"
    return "East shop has been moved elsewhere since this was planned."


@pytest.mark.parametrize("change", [close_west, move_meanwhile, move_meanwhile_in_sight])
async def test_what_no_longer_fits_is_refused_whole_and_told_to_who_asked(
    world, chain, admin, change
):
    await plan(admin, chain)
    why = await change(world, chain, admin)
    before = await tree(world)

    await pass_days(world, 2)
    await pass_days(world, 3)

    assert ("REFUSED", why) in await states(admin)
    assert await tree(world) == before
    (told,) = await events(world, "move_refused")
    assert (told["refusal"], told["recipients"]) == (why, [str(admin.membership_id)])
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []
