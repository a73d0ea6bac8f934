"""What waits for whom, several decided at once, and what an edit leaves of earlier decisions."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.db.outbox import OutboxEvent
from app.notifications.rules import announcement_of
from app.rbac.models import MembershipRole
from tests.support.api_keys import made
from tests.support.approving import asked, counts, decide, inbox, make_rule, names
from tests.support.chain import Chain, mutate, on_order
from tests.support.world import gid

DECIDE = """mutation($input: DecideApprovalsInput!) { decideApprovals(input: $input) {
    ... on ApprovalOutcomes { outcomes { isDone code } } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def submit(person, order, seen="143.19"):
    given = {"orderId": order["id"], "seenTotal": seen}
    return await mutate(person, "submitOrder", "SubmitOrderInput", given)


async def test_the_inbox_holds_what_waits_the_longest_first_and_counts_it(chain, statements):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await make_rule(admin, currency="CNY", threshold="100")
    orders = [await chain.place(buyer) for _ in range(3)]
    own = await chain.place(admin)
    page = """query($after: String) { approvalInbox(first: 2, after: $after) {
        edges { node { number } } pageInfo { hasNextPage endCursor } } }"""

    with statements.counting() as sent:
        first = (await admin.ask(page)).data["approvalInbox"]
    after = first["pageInfo"]["endCursor"]
    rest = (await admin.ask(page, after=after)).data["approvalInbox"]
    before = await counts(admin)
    outcomes = await decide(admin, orders[0], own, orders[1])
    left = await inbox(admin)

    shown = [edge["node"]["number"] for edge in first["edges"] + rest["edges"]]
    assert shown == [order["number"] for order in orders]
    assert len(sent) == 4
    assert before["ALL"] == before["MINE"] == 3
    assert outcomes == ["DONE", "NOT_POSSIBLE_NOW", "DONE"]
    assert left == [orders[2]["number"]]
    assert await counts(admin) == {**before, "ALL": 1, "MINE": 1}


async def test_a_decision_counts_again_only_if_nothing_differs(chain):
    world = chain.world
    first = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="First")
    second = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Second")
    buyer = await world.member(chain.retailer, "BUYER")
    for sequence in (1, 2):
        await make_rule(first, currency="CNY", threshold=f"{100 + sequence}", sequence=sequence)
    order = await chain.place(buyer)
    await decide(first, order)
    await on_order(second, "rejectOrder", order["id"], "OrderReasonInput", reason="Why now?")

    await on_order(buyer, "reviseOrder", order["id"], "ReviseOrderInput")
    same = await submit(buyer, order)
    steps = (await asked(first, order))["approvals"]
    await on_order(second, "rejectOrder", order["id"], "OrderReasonInput", reason="Too little")
    line = {"skuId": gid("Sku", chain.sku), "quantity": "3", "packagingLevel": "CASE"}
    await on_order(buyer, "reviseOrder", order["id"], "ReviseOrderInput", lines=[line])
    other = await submit(buyer, order, "214.79")
    again = (await asked(first, order))["approvals"]

    assert (same["state"], other["state"]) == ("PENDING_APPROVAL", "PENDING_APPROVAL")
    told = [(step["revision"], step["status"], step["carriedFromRevision"]) for step in steps]
    assert told == [
        (1, "APPROVED", None),
        (1, "REJECTED", None),
        (2, "APPROVED", 1),
        (2, "PENDING", None),
    ]
    assert [step["status"] for step in again[4:]] == ["PENDING", "PENDING"]


async def test_whoever_changed_an_order_decides_nothing_of_it(chain):
    world = chain.world
    changer = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Changer")
    other = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Other")
    buyer = await world.member(chain.retailer, "BUYER")
    await make_rule(changer, currency="CNY", threshold="100")
    order = await chain.place(buyer)
    line = {"skuId": gid("Sku", chain.sku), "quantity": "3", "packagingLevel": "CASE"}
    await on_order(changer, "changeOrder", order["id"], "ChangeOrderInput", lines=[line])
    await submit(buyer, order, "214.79")

    seen = await asked(other, order)
    by_changer = await decide(changer, order)
    by_other = await decide(other, order)

    assert names(seen) == ["Other"]
    assert await inbox(changer) == []
    assert (by_changer, by_other) == (["NOT_POSSIBLE_NOW"], ["DONE"])


async def test_too_many_decisions_at_once_and_a_rejection_without_a_reason_are_refused(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await make_rule(admin, currency="CNY", threshold="100")
    order = await chain.place(buyer)

    many = await admin.ask(
        DECIDE, input={"decisions": [{"orderId": order["id"], "approve": True}] * 21}
    )
    silent = await admin.ask(
        DECIDE, input={"decisions": [{"orderId": order["id"], "approve": False}]}
    )
    after = await asked(admin, order)

    assert many.error_codes == ["INVALID"]
    assert silent.data["decideApprovals"]["outcomes"] == [{"isDone": False, "code": "INVALID"}]
    assert after["approvalStatus"] == "PENDING"


async def test_the_buyer_is_told_what_is_wrong_when_an_order_is_sent_back(world):
    chain = await Chain.create(world, needs_review=True)
    buyer = await world.member(chain.retailer, "BUYER")
    service = await world.member(chain.distributor, "SERVICE")
    order = await chain.place(buyer)

    back = await on_order(
        service, "sendOrderBack", order["id"], "OrderReasonInput", reason="Which gate?"
    )
    events = await world.run(
        lambda work: work.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "order_sent_back")
        )
    )
    (event,) = events.all()

    assert back["state"] == "DRAFT"
    assert event.data["recipients"] == [str(buyer.membership_id)]
    assert announcement_of(event.kind, event.data).text == (
        f"East Distribution has sent order {order['number']} back to be mended."
        " What is wrong: Which gate?"
    )


async def test_who_may_decide_nothing_is_told_so_once_for_all_decisions(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await make_rule(admin, currency="CNY", threshold="100")
    order = await chain.place(buyer)
    given = {"decisions": [{"orderId": order["id"], "approve": True}] * 2}

    by_nobody = await world.ask(DECIDE, None, input=given)
    by_keeper = await (await world.member(chain.distributor, "WAREHOUSE")).ask(DECIDE, input=given)
    after = await asked(admin, order)

    assert by_nobody.error_codes == ["UNAUTHENTICATED"]
    assert by_keeper.error_codes == ["FORBIDDEN"]
    assert after["approvalStatus"] == "PENDING"


async def test_whoever_made_an_api_key_decides_nothing_of_what_it_orders(chain):
    maker = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Maker")
    other = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Other")
    await make_rule(maker, currency="CNY", threshold="100")
    right = ("ORDER_PLACE_FOR_CUSTOMER", "ORGANISATION")
    key = await made(maker, right, ("ORDER_READ", "ORGANISATION"))

    order = await chain.place(replace(maker, token=key["key"]))
    by_maker = await decide(maker, order)
    by_other = await decide(other, order)

    assert (by_maker, by_other) == (["NOT_POSSIBLE_NOW"], ["DONE"])


async def test_whoever_holds_the_right_no_more_is_not_asked(chain):
    former = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Former")
    other = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Other")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    await make_rule(other, currency="CNY", threshold="100")
    order = await chain.place(buyer)
    before = names(await asked(other, order))

    await chain.world.run(
        lambda work: work.session.execute(
            update(MembershipRole)
            .where(MembershipRole.membership_id == former.membership_id)
            .values(valid_until=work.now)
        )
    )

    assert before == ["Former", "Other"]
    assert names(await asked(other, order)) == ["Other"]
