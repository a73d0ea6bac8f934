"""Tickets through the server: opened by either side, routed, answered in time, told of."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.care.models import Ticket
from app.catalog.models import Sku
from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.notifications.rules import announced_kinds, announcement_of
from tests.support.branches import key
from tests.support.care import (
    listed,
    looked_at,
    member,
    on_ticket,
    opened,
    role,
    ruled,
    written,
)
from tests.support.chain import Chain
from tests.support.ordering import give
from tests.support.world import gid
from workers.clock import tick_in_tenant

TOLD = [kind for kind in announced_kinds() if kind.startswith("ticket_")]


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER", name="Shop keeper Li")


@pytest.fixture
async def service(chain):
    return await chain.world.member(chain.distributor, "SERVICE", name="Agent Wu")


@pytest.fixture
async def admin(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss Zhao")


@pytest.fixture
async def heard(world):
    """What people were told since the last look: event, whom, and in which words."""
    last = [new_id()]

    async def read(work):
        rows = await work.session.scalars(
            select(OutboxEvent)
            .where(OutboxEvent.kind.in_(TOLD), OutboxEvent.id > last[0])
            .order_by(OutboxEvent.id)
        )
        return list(rows)

    async def look():
        rows = await world.run(read)
        last[0] = rows[-1].id if rows else last[0]
        return [
            (row.kind, row.data["recipients"], announcement_of(row.kind, row.data).text)
            for row in rows
        ]

    return look


async def test_a_complaint_is_routed_answered_resolved_marked_and_closed(
    chain, buyer, service, admin, heard
):
    quality = await chain.world.member(chain.distributor, "LOGISTICS", name="Keeper Sun")
    await ruled(admin, kind="COMPLAINT", roleId=role(chain, "LOGISTICS"), responseHours=8)
    key = new_id().hex
    ticket, twin = [await opened(buyer, chain, idempotencyKey=key) for _ in range(2)]
    routed = await heard()
    seen_by_service = await looked_at(service, ticket["id"])

    taken = await on_ticket(quality, "takeTicket", ticket["id"])
    again = await on_ticket(quality, "takeTicket", ticket["id"])
    asked = await on_ticket(quality, "askTicketCustomer", ticket["id"], text="Which lot?")
    noted = await written(quality, ticket["id"], "The lorry leaked.", isInternal=True)
    told = await heard()
    answered = await written(buyer, ticket["id"], "Lot L7.")
    resolved = await on_ticket(quality, "resolveTicket", ticket["id"], result="Three new boxes.")
    late = await on_ticket(quality, "takeTicket", ticket["id"])
    marked = await on_ticket(buyer, "followUpTicket", ticket["id"], mark=4, text="Thanks")
    closed = await on_ticket(service, "closeTicket", ticket["id"])
    shut = await written(buyer, ticket["id"], "One more thing")

    assert twin["id"] == ticket["id"]
    assert (ticket["state"], ticket["openedBySide"]) == ("OPEN", "BUYER")
    assert [(kind, people) for kind, people, _ in routed] == [
        ("ticket_routed", [str(quality.membership_id)])
    ]
    assert seen_by_service["department"] == "Logistics"
    assert (ticket["department"], ticket["availableActions"]) == (None, ["WITHDRAW"])
    assert (taken["state"], taken["worker"], again["state"]) == (
        "IN_PROGRESS",
        "Keeper Sun",
        "IN_PROGRESS",
    )
    assert (asked["state"], asked["respondBy"]) == ("WAITING_CUSTOMER", None)
    assert [each["isInternal"] for each in noted["messages"]] == [False, False, True]
    assert [(kind, people) for kind, people, _ in told] == [
        ("ticket_taken", [str(buyer.membership_id)]),
        ("ticket_answered", [str(buyer.membership_id)]),
    ]
    assert told[1][2] == "East Distribution writes about “Wet boxes”: Which lot?"
    assert (answered["state"], answered["respondBy"] is None) == ("IN_PROGRESS", False)
    assert "leaked" not in str(answered)
    assert (resolved["state"], resolved["result"]) == ("RESOLVED", "Three new boxes.")
    assert late["code"] == "TICKET_NOT_POSSIBLE_NOW"
    assert late["message"].endswith("possible: FOLLOW_UP, CLOSE, REOPEN.")
    assert (marked["state"], marked["mark"]) == ("FOLLOWED_UP", 4)
    assert (closed["state"], shut["code"]) == ("CLOSED", "TICKET_CLOSED")
    assert [kind for kind, *_ in await heard()] == [
        "ticket_customer_wrote",
        "ticket_resolved",
        "ticket_marked",
    ]


async def test_the_seller_opens_for_a_customer_who_called_hands_on_and_each_sees_its_worklist(
    chain, buyer, service, heard
):
    colleague = await chain.world.member(chain.distributor, "SERVICE", name="Agent Ma")
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE", name="Keeper Sun")
    packer = await chain.world.member(chain.distributor, "PRODUCT_MANAGER", name="Nobody")
    ticket = await opened(
        service,
        chain,
        channel="PHONE",
        kind="INQUIRY",
        aboutId=gid("Product", await product(chain)),
    )
    first = await heard()
    to = {"roleId": role(chain, "WAREHOUSE"), "note": "Please look"}
    handed = await on_ticket(service, "handOnTicket", ticket["id"], **to)
    in_queue = [await listed(person, worklist="MY_DEPARTMENT") for person in (keeper, colleague)]
    given = await on_ticket(service, "handOnTicket", ticket["id"], membershipId=member(colleague))
    mine = [await listed(person, worklist="MINE") for person in (keeper, colleague)]
    refused = [
        await on_ticket(service, "handOnTicket", ticket["id"], **to)
        for to in (
            {"membershipId": member(packer)},
            {"roleId": role(chain, "PRODUCT_MANAGER")},
        )
    ]
    foreign = await service.ask(
        """mutation($input: HandOnTicketInput!) { handOnTicket(input: $input) { __typename } }""",
        input={"ticketId": ticket["id"], "membershipId": member(buyer)},
    )
    counts = await colleague.ask(
        "{ ticketCounts { unfinished mine myDepartment overdue asCustomer } }"
    )

    assert (ticket["openedBySide"], ticket["messages"][0]["side"]) == ("SELLER", "BUYER")
    assert ticket["messages"][0]["writtenBy"] == "Agent Wu"
    assert ticket["aboutId"] is not None
    assert [(kind, set(people)) for kind, people, _ in first] == [
        ("ticket_opened", {str(buyer.membership_id)}),
        (
            "ticket_routed",
            {str(each.membership_id) for each in (colleague, keeper)},
        ),
    ]
    assert (handed["state"], handed["department"]) == ("OPEN", "Warehouse keeper")
    assert in_queue == [["Wet boxes"], []]
    assert (given["state"], given["worker"]) == ("ASSIGNED", "Agent Ma")
    assert mine == [[], ["Wet boxes"]]
    assert [each["code"] for each in refused] == ["CANNOT_WORK_ON_TICKETS"] * 2
    assert foreign.error_codes == ["NOT_FOUND"]
    assert counts.data["ticketCounts"] == {
        "unfinished": 1,
        "mine": 1,
        "myDepartment": 0,
        "overdue": 0,
        "asCustomer": 0,
    }
    assert (await looked_at(buyer, ticket["id"]))["messages"] == ticket["messages"]


async def product(chain):
    found = select(Sku.product_id).where(Sku.id == chain.sku)
    return await chain.world.run(lambda work: work.session.scalar(found))


async def test_time_reminds_escalates_and_closes_and_reopening_ends(
    chain, buyer, service, admin, heard
):
    world = chain.world
    terms = {"responseHours": 10, "warningHours": 4, "reopeningDays": 3}
    await give(admin, "setCareTerms", "CareTerms", "timeZone opens", **terms)
    ticket, done = await opened(buyer, chain), await opened(buyer, chain, subject="Late")
    await on_ticket(service, "resolveTicket", done["id"], result="It came.")
    await heard()
    now = datetime.now(UTC)

    async def told_at(hours):
        for _ in range(2):  # Whatever was told is told once.
            instant = now + timedelta(hours=hours)
            await tick_in_tenant(world.database, world.tenant_id, lambda at=instant: at)
        return [(kind, set(people)) for kind, people, _ in await heard()]

    everybody = {str(service.membership_id), str(admin.membership_id)}
    assert await told_at(5) == []
    assert await told_at(7) == [("ticket_due_soon", everybody)]
    assert await told_at(11) == [("ticket_overdue", {str(admin.membership_id)})]
    seen = [await looked_at(person, ticket["id"]) for person in (service, buyer)]
    assert [each["escalatedAt"] is None for each in seen] == [False, True]

    again = await on_ticket(buyer, "reopenTicket", done["id"], reason="Half is missing")
    assert (again["state"], [kind for kind, *_ in await heard()]) == ("OPEN", ["ticket_reopened"])
    await on_ticket(service, "resolveTicket", done["id"], result="Now it has come.")
    await told_at(24 * 4)
    closed = await looked_at(buyer, done["id"])
    assert closed["state"] == "CLOSED"

    async def long_ago(work):
        row = await work.session.get(Ticket, (work.tenant_id, key(done["id"])))
        row.resolved_at = now - timedelta(days=4)

    await world.run(long_ago)
    over = await on_ticket(buyer, "reopenTicket", done["id"], reason="Still missing")
    assert over["code"] == "REOPENING_OVER"


async def test_a_ticket_is_of_its_two_sides_alone_and_of_reps_who_look_after_the_customer(
    chain, buyer, service
):
    world = chain.world
    rep, other = [
        await world.member(chain.distributor, "SALES", name=name) for name in ("Mine", "Not mine")
    ]
    await world.assign_rep(chain.downstream, rep)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    ticket = await opened(buyer, chain)
    up = await opened(service, chain, subject="Upstream")

    found = [await looked_at(person, ticket["id"]) for person in (rep, other, brand)]
    lists = [await listed(person) for person in (buyer, rep, other, brand)]
    taken = await on_ticket(rep, "takeTicket", ticket["id"])
    outside = [
        await person.ask(
            "mutation($input: TakeTicketInput!) { takeTicket(input: $input) { __typename } }",
            input={"ticketId": ticket["id"]},
        )
        for person in (other, brand)
    ]

    assert [each is None for each in found] == [False, True, True]
    assert lists == [["Upstream", "Wet boxes"], ["Upstream", "Wet boxes"], [], []]
    assert taken["worker"] == "Mine"
    assert [answer.error_codes for answer in outside] == [["NOT_FOUND"]] * 2
    assert up["state"] == "OPEN"


async def test_rules_are_ones_own_stand_once_and_end_for_new_tickets(chain, buyer, admin, service):
    rule = await ruled(admin, kind="INQUIRY", membershipId=member(service), responseHours=2)
    twice = await ruled(admin, kind="INQUIRY", roleId=role(chain, "SERVICE"))
    assigned = await opened(buyer, chain, kind="INQUIRY")
    ended = await give(admin, "endTicketRule", "TicketRule", "id endedAt", ticketRuleId=rule["id"])
    after = await opened(buyer, chain, kind="INQUIRY")
    refused = [
        await admin.ask(
            "mutation($i: CreateTicketRuleInput!) { createTicketRule(input: $i) { __typename } }",
            i={"idempotencyKey": new_id().hex, **given},
        )
        for given in (
            {"membershipId": member(buyer)},
            {"responseHours": 4, "warningHours": 4},
            {"roleId": role(chain, "SERVICE"), "membershipId": member(service)},
        )
    ]

    assert twice["code"] == "TICKET_RULE_TAKEN"
    assert (assigned["state"], assigned["worker"]) == ("ASSIGNED", "Agent Wu")
    assert ended["endedAt"] is not None
    assert (after["state"], after["worker"]) == ("OPEN", None)
    assert [answer.error_codes for answer in refused] == [["NOT_FOUND"], ["INVALID"], ["INVALID"]]


async def test_the_number_of_statements_does_not_depend_on_what_there_is(
    chain, buyer, service, statements
):
    document = """{ tickets(first: 50) { edges { node {
        id worker department messages { text } seller { name } buyer { name } } } } }"""
    ticket = await opened(buyer, chain)
    await service.ask(document)  # Rights are compiled at the first request.
    sent_for = []
    for _ in range(2):
        with statements.counting() as opening:
            await opened(buyer, chain)
        with statements.counting() as reading:
            await service.ask(document)
        with statements.counting() as writing:
            await written(buyer, ticket["id"], "And now?")
        sent_for.append((len(opening), len(reading), len(writing)))

    assert sent_for == [sent_for[0]] * 2
    assert sent_for[0] == (20, 7, 17)
