"""The seller's log of contacts with customers, and its next steps (R3-39)."""

from typing import Any

import pytest

from app.kernel.ids import new_id
from tests.support.chain import Chain
from tests.support.ordering import give
from tests.support.world import Person, gid

CONTACT = "id kind text madeBy withWhom nextStep nextOn doneAt doneBy"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def log(person: Person, chain: Chain, **more: Any) -> dict[str, Any]:
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "kind": "VISIT",
        "text": "They want the big packs.",
        **more,
    }
    return await give(person, "logContact", "CustomerContact", CONTACT, **given)


async def due(person: Person, until: str, **more: Any) -> list[str]:
    answer = await person.ask(
        """query($until: Date!, $mine: Boolean!) {
            dueNextSteps(until: $until, mineOnly: $mine) {
                edges { node { nextStep } } } }""",
        **{"until": until, "mine": False, **more},
    )
    return [edge["node"]["nextStep"] for edge in answer.data["dueNextSteps"]["edges"]]


async def test_contacts_are_logged_with_a_next_step_that_is_due_and_done(chain, statements):
    world = chain.world
    rep, other, service = [
        await world.member(chain.distributor, code, name=name)
        for code, name in (("SALES", "Rep Chen"), ("SALES", "Rep Hu"), ("SERVICE", "Agent Wu"))
    ]
    buyer = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    await world.assign_rep(chain.downstream, rep)
    key = new_id().hex
    steps = {"nextStep": "Send an offer", "nextOn": "2026-12-01"}

    first, twin = [await log(rep, chain, idempotencyKey=key, **steps) for _ in range(2)]
    await log(service, chain, kind="CALL", nextStep="Call back", nextOn="2026-11-30")
    await log(service, chain, kind="EMAIL")
    with statements.counting() as sent:
        lists = [await due(rep, "2026-12-01"), await due(rep, "2026-11-30")]
    mine = await due(rep, "2026-12-01", mine=True)
    done = await give(
        service, "finishNextStep", "CustomerContact", CONTACT, customerContactId=first["id"]
    )
    after = await due(rep, "2026-12-01")
    hidden = [await due(person, "2199-01-01") for person in (other, buyer)]
    logged = await rep.ask("{ customerContacts { edges { node { kind madeBy } } } }")
    refused = [
        await person.ask(
            "mutation($i: LogContactInput!) { logContact(input: $i) { __typename } }",
            i={
                "idempotencyKey": new_id().hex,
                "relationshipId": gid("TradingRelationship", chain.downstream),
                "kind": "CALL",
                "text": "No",
                **given,
            },
        )
        for person, given in ((other, {}), (buyer, {}), (rep, {"nextStep": "Without a day"}))
    ]

    assert (first["kind"], first["madeBy"], twin["id"]) == ("VISIT", "Rep Chen", first["id"])
    assert lists == [["Call back", "Send an offer"], ["Call back"]]
    assert mine == ["Send an offer"]
    assert (done["doneBy"], after, hidden) == ("Agent Wu", ["Call back"], [[], []])
    assert [edge["node"]["kind"] for edge in logged.data["customerContacts"]["edges"]] == [
        "EMAIL",
        "CALL",
        "VISIT",
    ]
    assert [answer.error_codes for answer in refused] == [
        ["NOT_FOUND"],
        ["NOT_FOUND"],
        ["INVALID"],
    ]
    assert len(sent) == 2 * 4  # The transaction, who asks with which roles, and the list


async def test_next_steps_come_in_pages_by_day(chain):
    service = await chain.world.member(chain.distributor, "SERVICE")
    for day in (3, 1, 2):
        await log(service, chain, nextStep=f"Step {day}", nextOn=f"2026-12-0{day}")
    document = """query($after: String) {
        dueNextSteps(until: "2199-01-01", first: 2, after: $after) {
            pageInfo { endCursor } edges { node { nextStep } } } }"""

    first = (await service.ask(document)).data["dueNextSteps"]
    second = (await service.ask(document, after=first["pageInfo"]["endCursor"])).data

    assert [edge["node"]["nextStep"] for edge in first["edges"]] == ["Step 1", "Step 2"]
    assert [edge["node"]["nextStep"] for edge in second["dueNextSteps"]["edges"]] == ["Step 3"]
