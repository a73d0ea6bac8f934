"""A permission reaches down the tree only if one above says so and the one below agrees (R3-33)."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.db.outbox import OutboxEvent
from app.organisations.models import BranchConsent
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.moves import move
from tests.support.network import actions, count
from tests.support.people import give, membership, role
from tests.support.world import Person, gid

ABOUT = """... on BranchConsent { id state permission aboveName belowName note answer isInForce }
    ... on Refusal { code field }"""
OFFER, ANSWER = (
    f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {ABOUT} }} }}"
    for name in ("offerBranchConsent", "answerBranchConsent")
)
LISTED = """{ branchConsents { edges { node { id aboveName belowName state isInForce } } } }"""
TOTALS = """query($whose: ID) { stockTotals(organisationId: $whose) {
    edges { node { onHand free sku { name } } } } }"""
WHY = """query($person: ID, $record: ID) {
  explainPermission(permission: STOCK_READ, membershipId: $person, recordId: $record) {
    may reasons { kind } } }"""
WHO = """query($record: ID) { peopleWhoMay(permission: STOCK_READ, recordId: $record) {
    edges { node { person { email } } } } }"""


def said(answer):
    """The consent or refusal, or what stands in the error."""
    errors = answer.body.get("errors")
    return errors[0]["extensions"] if errors else next(iter(answer.data.values()))


@dataclass
class Line:
    """The brand would see the distributor's stock: 24 pieces; a shop and a rival look on."""

    chain: Chain
    above: Person
    below: Person
    shop: Person
    rival: Person

    @classmethod
    async def create(cls, world):
        chain = await Chain.create(world)
        async with world.at_once():
            rival = await world.organisation("West Distribution", parent=chain.brand)
            await world.relationship(chain.brand, rival)
            admins = [
                await world.member(place, "ENTERPRISE_ADMIN")
                for place in (chain.brand, chain.distributor, chain.retailer, rival)
            ]
        await chain.stock(chain.distributor, 24)
        return cls(chain, *admins)

    async def offer(self, person=None, below=None, permission="STOCK_READ", note="For planning."):
        given = {
            "organisationId": gid("Organisation", below or self.chain.distributor),
            "permission": permission,
            "note": note,
        }
        return said(await (person or self.above).ask(OFFER, input=given))

    async def say(self, person, consent, verdict, note=""):
        given = {"consentId": consent["id"], "verdict": verdict, "note": note}
        return said(await person.ask(ANSWER, input=given))

    async def sees(self, person):
        whose = gid("Organisation", self.chain.distributor)
        edges = (await person.ask(TOTALS, whose=whose)).data["stockTotals"]["edges"]
        return [edge["node"]["onHand"] for edge in edges]

    async def why(self, asker, person=None):
        record = gid("Organisation", self.chain.distributor)
        whom = membership(person) if person else None
        found = (await asker.ask(WHY, person=whom, record=record)).data["explainPermission"]
        return found["may"], found["reasons"][-1]["kind"]

    async def told(self, kind):
        statement = select(OutboxEvent.data).where(OutboxEvent.kind == kind)
        rows = await self.chain.world.run(lambda work: work.session.scalars(statement))
        return list(rows)


@pytest.fixture
async def line(world):
    return await Line.create(world)


async def listed(person):
    return [edge["node"] for edge in (await person.ask(LISTED)).data["branchConsents"]["edges"]]


async def test_stock_below_is_seen_from_the_acceptance_until_either_side_withdraws(
    line, statements
):
    world, record = line.chain.world, gid("Organisation", line.chain.distributor)
    offered = await line.offer()
    again = await line.offer(note="Once more.")
    before = await line.sees(line.above), await line.why(line.above)
    accepted = await line.say(line.below, offered, "ACCEPT", "Gladly.")
    with statements.counting() as sent:
        after = await line.sees(line.above)
    explained = await line.why(line.above)
    who = (await line.above.ask(WHO, record=record)).data["peopleWhoMay"]["edges"]
    withdrawn = await line.say(line.below, offered, "WITHDRAW", "No more.")
    ended = await line.sees(line.above), await line.why(line.above)
    anew = await line.say(line.below, await line.offer(), "ACCEPT")
    reached = await line.sees(line.above)
    await line.say(line.above, anew, "WITHDRAW")

    assert (offered["state"], offered["isInForce"], offered["note"]) == (
        "OFFERED",
        False,
        "For planning.",
    )
    assert (again["id"], again["note"]) == (offered["id"], offered["note"])
    assert before == ([], (False, "OUT_OF_REACH"))
    assert (accepted["state"], accepted["isInForce"], accepted["answer"]) == (
        "ACCEPTED",
        True,
        "Gladly.",
    )
    assert after == reached == ["24"]
    assert len([each for each in sent if "stock_balance" in each]) == 1
    assert explained == (True, "REACHED_BY_CONSENT")
    assert line.above.email in {edge["node"]["person"]["email"] for edge in who}
    assert (withdrawn["state"], withdrawn["isInForce"]) == ("WITHDRAWN", False)
    assert ended == before
    assert await line.sees(line.above) == []
    assert await actions(world, key(offered["id"])) == [
        "OFFER_BRANCH_CONSENT",
        "ACCEPT_BRANCH_CONSENT",
        "WITHDRAW_BRANCH_CONSENT",
    ]


async def test_both_sides_are_told_and_nobody_else_learns_of_it(line):
    await line.chain.world.member(line.chain.distributor, "WAREHOUSE")
    offered = await line.offer()
    await line.say(line.below, offered, "ACCEPT")
    node = [
        (await person.ask("query($id: ID!) { node(id: $id) { id } }", id=offered["id"])).data
        for person in (line.shop, line.rival)
    ]

    (asked,) = await line.told("branch_consent_offered")
    (answered,) = await line.told("branch_consent_answered")
    assert asked["recipients"] == [str(line.below.membership_id)]
    assert (asked["above_name"], asked["permission"]) == ("Riverside Brand", "STOCK_READ")
    assert answered["recipients"] == [str(line.above.membership_id)]
    assert answered["accepted"] == "STOCK_READ"
    assert await listed(line.above) == await listed(line.below)
    assert len(await listed(line.above)) == 1
    assert await listed(line.shop) == await listed(line.rival) == []
    assert node == [{"node": None}] * 2
    assert await line.sees(line.shop) == await line.sees(line.rival) == []
    hidden = await line.say(line.rival, offered, "WITHDRAW")
    assert (hidden["code"], hidden["field"]) == ("NOT_FOUND", "consentId")


async def test_what_may_not_be_asked_or_decided_is_refused_and_changes_nothing(line):
    chain, world = line.chain, line.chain.world
    clerk, narrow = [await world.member(chain.brand) for _ in range(2)]
    await give(
        world, clerk, await role(world, chain.brand, "Roles", ("ROLE_WRITE", "ORGANISATION"))
    )
    await give(
        world,
        narrow,
        await role(world, chain.brand, "Narrow", ("ROLE_WRITE", "BRANCH"),
                   ("STOCK_READ", "ORGANISATION")),
    )  # fmt: skip
    refused = [
        await line.offer(permission="PRICE_READ"),
        await line.offer(line.rival),
        await line.offer(line.shop),
        await line.offer(below=chain.brand),
        await line.offer(note="x" * 1_001),
    ]
    without = [await line.offer(person) for person in (clerk, narrow)]
    nothing = await count(world, BranchConsent)
    offered = await line.offer()
    own_yes = await line.say(line.above, offered, "ACCEPT")
    await line.say(line.below, offered, "REFUSE", "Not ours to show.")
    late = [await line.say(line.below, offered, verdict) for verdict in ("ACCEPT", "WITHDRAW")]

    assert [(each["code"], each["field"]) for each in refused] == [
        ("INVALID", "permission"),
        *[("NOT_FOUND", "organisationId")] * 3,
        ("INVALID", "note"),
    ]
    assert [each["code"] for each in without] == ["FORBIDDEN"] * 2
    assert nothing == 0
    assert own_yes["code"] == "CONSENT_OF_BELOW"
    assert [each["code"] for each in late] == ["CONSENT_DECIDED"] * 2
    assert await line.sees(line.above) == await line.sees(narrow) == []


async def test_a_consent_widens_no_grant_that_is_narrower_than_the_branch(line):
    chain, world = line.chain, line.chain.world
    keeper = await world.member(chain.brand, "WAREHOUSE")
    await line.say(line.below, await line.offer(), "ACCEPT")

    assert await line.sees(line.above) == ["24"]
    assert await line.sees(keeper) == []
    assert await line.why(line.above, keeper) == (False, "OUT_OF_REACH")


async def test_a_branch_that_moves_away_ends_it_and_coming_back_does_not_revive_it(line):
    chain, world = line.chain, line.chain.world
    north = await world.organisation("North Trade", parent=chain.brand)
    runs_it = await world.member(chain.brand, "SYSTEM_ADMIN")
    regional = await world.member(north, "ENTERPRISE_ADMIN")
    await move(line.above, chain.distributor, north)
    deep = await line.say(line.below, await line.offer(regional), "ACCEPT")
    while_there = await line.sees(regional)
    waiting = await line.offer(regional)
    await move(runs_it, chain.distributor, chain.brand)
    gone = await line.sees(regional), (await listed(regional))[0]["isInForce"]
    await move(runs_it, chain.distributor, north)
    back = await line.sees(regional)
    anew = await line.offer(regional)
    await move(runs_it, chain.distributor, chain.brand)
    late = await line.say(line.below, anew, "ACCEPT")

    assert while_there == ["24"]
    assert waiting["id"] == deep["id"]
    assert gone == ([], False)
    assert back == []
    assert (anew["state"], anew["id"] == deep["id"]) == ("OFFERED", False)
    assert late["code"] == "CONSENT_OUT_OF_LINE"
