"""Standing in for who is away, and what happens when nobody decides."""

from datetime import UTC, datetime, timedelta

import pytest

from app.approvals.rules.asking import Seat, read_seat, told_apart
from app.kernel.ids import new_id
from app.notifications.rules import announcement_of
from tests.support.approving import asked, counts, decide, inbox, make_rule, names
from tests.support.chain import REFUSAL, Chain
from tests.support.deadlines import tick_in
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


def member(person):
    return gid("Membership", person.membership_id)


async def delegate(person, colleague, days=7, begins=None, **more):
    document = f"""mutation($input: DelegateApprovalsInput!) {{ delegateApprovals(input: $input) {{
        ... on ApprovalDelegation {{ id ruleId }} {REFUSAL} }} }}"""
    ends = datetime.now(UTC) + timedelta(days=days)
    given = {"toMembershipId": member(colleague), "endsAt": ends.isoformat(), **more}
    return await person.ask(document, input=given)


async def one_boss_is_asked(chain, boss, **more):
    named = [{"kind": "PERSON", "membershipId": member(boss)}]
    return await make_rule(
        boss, currency="CNY", threshold="100", steps=[{"approvers": named}], **more
    )


async def test_a_colleague_decides_in_ones_place_and_it_goes_no_further(chain):
    world = chain.world
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss")
    second = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Second")
    third = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Third")
    keeper = await world.member(chain.distributor, "WAREHOUSE", name="Keeper")
    buyer = await world.member(chain.retailer, "BUYER")
    await one_boss_is_asked(chain, boss)
    order, other = await chain.place(buyer), await chain.place(buyer)

    alone = names(await asked(third, order))
    weak = (await delegate(boss, keeper)).data["delegateApprovals"]
    stranger = await delegate(boss, buyer)
    given = (await delegate(boss, second)).data["delegateApprovals"]
    await delegate(second, third)
    both = names(await asked(third, order))
    waiting = await counts(second)
    onwards = [await inbox(third), await decide(third, order)]
    done = await decide(second, order)
    steps = (await asked(boss, order))["approvals"]
    document = "query($id: ID!) { order(id: $id) { approvals { decidedByName decidedForName } } }"
    told = (await boss.ask(document, id=order["id"])).data["order"]["approvals"]
    ending = """mutation($input: EndApprovalDelegationInput!) {
        endApprovalDelegation(input: $input) { ... on ApprovalDelegation { endedAt } } }"""
    await boss.ask(ending, input={"delegationId": given["id"]})
    after = [await inbox(second), await decide(second, other), await decide(boss, other)]

    assert (alone, both) == (["Boss"], ["Boss", "Second"])
    assert weak["code"] == "DELEGATE_MAY_NOT_DECIDE"
    assert stranger.error_codes == ["NOT_FOUND"]
    assert waiting == {"ALL": 2, "MINE": 0, "DELEGATED": 2, "ESCALATED": 0}
    assert onwards == [[], ["NOT_POSSIBLE_NOW"]]
    assert (done, steps[0]["status"]) == (["DONE"], "APPROVED")
    assert told == [{"decidedByName": "Second", "decidedForName": "Boss"}]
    assert after == [[], ["NOT_POSSIBLE_NOW"], ["DONE"]]


async def test_nobody_approves_their_own_order_through_a_colleague(chain):
    world = chain.world
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss")
    second = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Second")
    await one_boss_is_asked(chain, boss)
    await delegate(boss, second)

    order = await chain.place(boss)
    seen = await asked(second, order)
    by_second = await decide(second, order)

    assert (seen["approvalStatus"], seen["whoCanAct"]) == ("PENDING", [])
    assert by_second == ["NOT_POSSIBLE_NOW"]
    assert await inbox(second) == []


async def test_a_delegation_counts_for_its_time_and_its_rule_only(chain):
    world = chain.world
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss")
    second = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Second")
    buyer = await world.member(chain.retailer, "BUYER")
    await one_boss_is_asked(chain, boss)
    other = await make_rule(boss, currency="CNY", threshold="1000000")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    order = await chain.place(buyer)

    later = await delegate(boss, second, startsAt=tomorrow)
    elsewhere = await delegate(boss, second, ruleId=other["id"])
    past = await delegate(boss, second, days=-1)
    by_second = await decide(second, order)

    assert later.data["delegateApprovals"]["ruleId"] is None
    assert elsewhere.data["delegateApprovals"]["ruleId"] == other["id"]
    assert past.error_codes == ["INVALID"]
    assert by_second == ["NOT_POSSIBLE_NOW"]


async def test_who_does_not_decide_is_reminded_once_and_then_those_above_are_asked(chain):
    world = chain.world
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Brand")
    buyer = await world.member(chain.retailer, "BUYER")
    await one_boss_is_asked(chain, boss, remindAfterHours=24, escalateAfterHours=48)
    order = await chain.place(buyer)
    when = "query($id: ID!) { order(id: $id) { approvals { remindedAt escalatedAt } } }"

    await tick_in(world, hours=23)
    fresh = (await boss.ask(when, id=order["id"])).data["order"]["approvals"][0]
    await tick_in(world, hours=25)
    reminded = (await boss.ask(when, id=order["id"])).data["order"]["approvals"][0]
    early = await inbox(brand)
    for hours in (49, 100):
        await tick_in(world, hours=hours)
    escalated = (await boss.ask(when, id=order["id"])).data["order"]["approvals"][0]
    waiting = await counts(brand)
    done = await decide(brand, order)

    assert fresh == {"remindedAt": None, "escalatedAt": None}
    assert reminded["remindedAt"] is not None
    assert (reminded["escalatedAt"], early) == (None, [])
    assert escalated["remindedAt"] == reminded["remindedAt"]
    assert (waiting["ESCALATED"], waiting["MINE"]) == (1, 1)
    assert done == ["DONE"]
    assert (await asked(buyer, order))["state"] == "CONFIRMED"


def test_a_seat_is_read_as_it_is_kept_and_reminders_have_words():
    seats = [Seat(new_id(), new_id(), None), Seat(new_id(), None, new_id())]
    data = {"number": "N1", "buyer_name": "Shop"}

    kept = sorted(map(read_seat, told_apart(seats)), key=repr)
    words = [
        announcement_of(f"order_approval_{kind}", data).text for kind in ("reminded", "escalated")
    ]

    assert kept == sorted(seats, key=repr)
    assert all("N1" in text and "Shop" in text for text in words)
