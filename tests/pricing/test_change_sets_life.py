"""Price changes with four eyes: from draft to approval, over time, and back as one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db.outbox import OutboxEvent
from tests.support.change_times import backdate, day, everything, midnight, net_at, net_now
from tests.support.changes import (
    HISTORY,
    Team,
    ask_to_move,
    begun,
    changed,
    move,
    put,
    shown,
    team,
)
from tests.support.prices import ask_to_set, price
from tests.support.world import gid


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


async def test_a_change_lives_from_draft_to_approval(the):
    change_set = await begun(the.author, "Spring", effectiveFrom=day(5))
    outcome = await put(the.author, change_set, the.row("11"), the.row("22", the.other))
    draft = await shown(the.author, change_set)
    await move(the.author, "submit", change_set)
    submitted = await shown(the.approver, change_set)
    await move(the.approver, "approve", change_set)
    approved = await shown(the.approver, change_set)

    assert (outcome["written"], outcome["faults"]) == (2, [])
    assert (draft["state"], draft["availableActions"]) == (
        "DRAFT",
        ["CHANGE", "SUBMIT", "WITHDRAW"],
    )
    assert [row["amount"] for row in draft["rows"]] == ["11", "22"]
    assert submitted["state"] == "SUBMITTED"
    assert (approved["status"], approved["state"]) == ("APPROVED", "SCHEDULED")
    assert approved["hands"] == {
        "createdBy": "Author",
        "changedBy": "Author",
        "submittedBy": "Author",
        "decidedBy": "Approver",
    }
    assert await net_now(the) == "10"
    assert await net_at(the, midnight(5) - timedelta(seconds=1)) == "10"
    assert await net_at(the, midnight(5)) == "11"
    assert await net_at(the, midnight(5), the.other) == "22"


async def test_every_move_is_in_the_trail_and_told(the):
    change_set = await changed(the, "Spring", the.row("11"))
    await move(the.approver, "rollBack", change_set, reason="wrong")

    async def moves(work):
        trail = await work.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        told = await work.session.scalars(select(OutboxEvent.kind).order_by(OutboxEvent.id))
        return trail.all(), told.all()

    trail, told = await the.world.run(moves)
    assert trail == [
        "CREATE_PRICE_CHANGE",
        "CHANGE_PRICE_CHANGE",
        "SUBMIT_PRICE_CHANGE",
        "APPROVE_PRICE_CHANGE",
        "ROLL_BACK_PRICE_CHANGE",
    ]
    assert told == [each.lower() for each in trail]


async def test_nobody_approves_what_they_made_changed_or_submitted(the):
    change_set = await begun(the.author)
    await put(the.editor, change_set, the.row("11"))
    await move(the.approver, "submit", change_set)
    before = await everything(the)

    refusals = [
        await move(person, verb, change_set, **reason)
        for person in (the.author, the.editor, the.approver)
        for verb, reason in (("approve", {}), ("reject", {"reason": "no"}))
    ]

    assert {refusal["code"] for refusal in refusals} == {"OWN_PRICE_CHANGE"}
    assert await everything(the) == before
    fourth = await the.world.member(the.brand, "ENTERPRISE_ADMIN")
    assert (await move(fourth, "approve", change_set))["__typename"] == "PriceChangeSet"
    assert await net_now(the) == "11"


async def test_a_changed_set_is_a_draft_again(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))
    await move(the.author, "submit", change_set)

    await put(the.editor, change_set, the.row("12"))

    found = await shown(the.author, change_set)
    assert (found["state"], found["submittedAt"]) == ("DRAFT", None)
    assert [row["amount"] for row in found["rows"]] == ["12"]
    refused = await move(the.approver, "approve", change_set)
    assert refused["code"] == "PRICE_CHANGE_NOT_POSSIBLE"
    assert await net_now(the) == "10"


async def test_a_rejected_change_can_be_mended(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))
    await move(the.author, "submit", change_set)

    await move(the.approver, "reject", change_set, reason="too dear")
    rejected = await shown(the.author, change_set)
    await put(the.author, change_set, the.row("10.50"))
    await move(the.author, "submit", change_set)
    await move(the.approver, "approve", change_set)

    assert (rejected["state"], rejected["reason"]) == ("REJECTED", "too dear")
    assert await net_now(the) == "10.50"


async def test_a_withdrawn_change_moves_no_more(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))
    await move(the.author, "withdraw", change_set)
    before = await everything(the)

    for person, verb in ((the.author, "submit"), (the.approver, "approve")):
        refused = await move(person, verb, change_set)
        assert refused["code"] == "PRICE_CHANGE_NOT_POSSIBLE"
        assert refused["message"].endswith("possible: nothing.")
    assert (await put(the.author, change_set, the.row("12")))["code"] == "PRICE_CHANGE_NOT_POSSIBLE"
    assert await everything(the) == before


async def test_an_empty_change_is_not_submitted(the):
    change_set = await begun(the.author)
    before = await everything(the)

    refused = await move(the.author, "submit", change_set)

    assert refused["code"] == "PRICE_CHANGE_EMPTY"
    assert await everything(the) == before


async def test_without_the_right_to_approve_nobody_does(the):
    buyer = await the.world.member(the.brand, "SALES")
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))
    await move(the.author, "submit", change_set)

    answers = [await ask_to_move(buyer, verb, change_set) for verb in ("approve", "withdraw")]

    assert [answer.error_codes for answer in answers] == [["FORBIDDEN"]] * 2
    assert await net_now(the) == "10"


async def test_single_prices_need_a_change_where_approval_is_wanted(the):
    before = await everything(the)

    answer = await ask_to_set(the.author, the.list_id, price(the.sku, "11"))

    assert answer.data["setPrices"]["code"] == "PRICE_APPROVAL_NEEDED"
    assert await everything(the) == before


async def test_without_approval_wanted_submitting_is_enough(world):
    the = await team(world, needs_approval=False)
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))

    await move(the.author, "submit", change_set)

    assert (await shown(the.author, change_set))["state"] == "ACTIVE"
    assert await net_now(the) == "11"


async def test_single_prices_are_a_change_of_their_own(world):
    the = await team(world, needs_approval=False)
    await ask_to_set(the.author, the.list_id, price(the.sku, "11"))

    found = await the.author.ask("{ priceChangeSets { edges { node { id name state } } } }")

    (edge,) = found.data["priceChangeSets"]["edges"]
    assert (edge["node"]["name"], edge["node"]["state"]) == ("Base", "ACTIVE")
    await move(the.approver, "rollBack", edge["node"]["id"], reason="slip")
    assert await net_now(the) == "10"


async def test_a_change_is_superseded_once_nothing_of_it_counts(the):
    first = await changed(the, "First", the.row("11"))
    await backdate(the, first, timedelta(hours=1))
    active = (await shown(the.author, first))["state"]

    await changed(the, "Second", the.row("12"))
    partly = (await shown(the.author, first))["state"]

    assert (active, partly) == ("ACTIVE", "SUPERSEDED")


async def test_changes_of_a_status_are_listed_the_newest_first(the):
    await changed(the, "Done", the.row("11"))
    for name in ("One", "Two"):
        await begun(the.author, name)
    ask = "query ($s: ChangeSetStatus) { priceChangeSets(status: $s) { edges { node { name } } } }"

    drafts = await the.author.ask(ask, s="DRAFT")
    all_of_them = await the.author.ask(ask)

    names = [edge["node"]["name"] for edge in drafts.data["priceChangeSets"]["edges"]]
    assert names == ["Two", "One"]
    assert len(all_of_them.data["priceChangeSets"]["edges"]) == 3


async def test_the_history_of_a_price_names_the_changes(the):
    change_set = await changed(the, "Spring", the.row("11"))
    await move(the.approver, "rollBack", change_set, reason="mistaken")

    answer = await the.author.ask(
        HISTORY, list=gid("PriceList", the.list_id), sku=gid("Sku", the.sku)
    )

    nodes = [edge["node"] for edge in answer.data["priceHistory"]["edges"]]
    told = {
        (
            node["entry"]["amount"],
            *((node[by] or {}).get("name") for by in ("changeSet", "closedBy")),
        )
        for node in nodes
    }
    assert told == {
        ("10", None, "Spring"),
        ("10", None, None),
        ("11", "Spring", "Spring"),
        ("11", "Spring", None),
    }
    assert all(node["knownUntil"] is None for node in nodes if node["closedBy"] is None)


async def test_changes_of_another_organisation_are_not_found(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))
    await move(the.author, "submit", change_set)
    before = await everything(the)
    unknown = gid("PriceChangeSet", the.sku)

    for target in (change_set, unknown):
        reasons = {"rollBack": {"reason": "x"}, "reject": {"reason": "x"}}
        for verb in ("submit", "approve", "reject", "withdraw", "rollBack"):
            answer = await ask_to_move(the.stranger, verb, target, **reasons.get(verb, {}))
            assert answer.body["errors"][0]["message"] == "There is no such PriceChangeSet."
        read = await the.stranger.ask(
            "query ($id: ID!) { priceChangeSet(id: $id) { name } }", id=target
        )
        assert read.error_codes == ["NOT_FOUND"]
    listed = await the.stranger.ask("{ priceChangeSets { edges { node { name } } } }")
    assert listed.data["priceChangeSets"]["edges"] == []
    assert await everything(the) == before


async def test_a_list_is_read_as_it_was_known(the):
    await changed(the, "Spring", the.row("11", validFrom=day(5)))
    between = datetime.now(UTC)
    await changed(the, "Summer", the.row("12", validFrom=day(5)))
    ask = """query ($id: ID!, $at: DateTime, $known: DateTime) { priceList(id: $id) {
      entries(first: 9, at: $at, knownAt: $known) { edges { node { amount sku { name } } } } } }"""

    async def amounts(known: datetime | None) -> set[str]:
        answer = await the.author.ask(
            ask,
            id=gid("PriceList", the.list_id),
            at=midnight(6).isoformat(),
            known=known.isoformat() if known else None,
        )
        edges = answer.data["priceList"]["entries"]["edges"]
        return {edge["node"]["amount"] for edge in edges}

    assert await amounts(None) == {"12", "20"}
    assert await amounts(between) == {"11", "20"}
