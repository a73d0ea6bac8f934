"""Price changes with four eyes: from draft to approval, over time, and back as one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.db.outbox import OutboxEvent
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceEntry
from tests.support.branches import key
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
from tests.support.prices import PRICE_AT, ask_to_set, asking, line, price
from tests.support.world import gid

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


def today() -> date:
    return datetime.now(ZONE).date()


def day(ahead: int) -> str:
    return str(today() + timedelta(days=ahead))


def midnight(ahead: int) -> datetime:
    found = today() + timedelta(days=ahead)
    return datetime(found.year, found.month, found.day, tzinfo=ZONE)


async def net_at(the: Team, instant: datetime, sku=None) -> str | None:
    question = asking(the.relationship, [line(sku or the.sku, "1")], at=instant.isoformat())
    quote = (await the.author.ask(PRICE_AT, input=question)).data["priceAt"]
    return quote["net"] if quote["lines"] else None


async def net_now(the: Team, sku=None) -> str | None:
    return await net_at(the, datetime.now(UTC), sku)


async def rows_of(the: Team, table: Any) -> int:
    return await the.world.run(
        lambda work: work.session.scalar(select(func.count()).select_from(table))
    )


async def everything(the: Team) -> list[int]:
    tables = (PriceEntry, PriceChangeSet, PriceChangeRow, AuditEntry, OutboxEvent)
    return [await rows_of(the, table) for table in tables]


async def known(the: Team, when: datetime) -> list[tuple[str, datetime, datetime | None]]:
    """What was written down at an instant of the first SKU's prices, by their start."""
    after = PriceEntry.known_until.is_(None) | (PriceEntry.known_until > when)
    statement = (
        select(PriceEntry)
        .where(PriceEntry.sku_id == the.sku, PriceEntry.known_from <= when, after)
        .order_by(PriceEntry.valid_from)
    )
    rows = await the.world.run(lambda work: work.session.scalars(statement))
    return [(f"{row.amount.normalize():f}", row.valid_from, row.valid_until) for row in rows]


async def backdate(the: Team, change_set: str, ago: timedelta) -> None:
    """Let a set have been approved some time ago, and what it wrote be known since then."""
    set_id = key(change_set)
    then = datetime.now(UTC) - ago

    async def shift(work) -> None:
        row = await work.session.get_one(PriceChangeSet, (the.world.tenant_id, set_id))
        applied = row.decided_at
        row.decided_at, row.created_at = then, then
        row.effective_from = min(row.effective_from, then)
        rows = update(PriceChangeRow).where(PriceChangeRow.change_set_id == set_id)
        await work.session.execute(
            rows.values(valid_from=func.least(PriceChangeRow.valid_from, then))
        )
        for column in ("known_from", "known_until", "valid_from", "valid_until"):
            attribute = getattr(PriceEntry, column)
            await work.session.execute(
                update(PriceEntry).where(attribute == applied).values({column: then})
            )

    await the.world.run(shift)


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


async def test_an_offer_of_some_days_is_laid_over(the):
    await changed(the, "Offer", the.row("9", validFrom=day(3), validUntil=day(4)))

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 4, 5)]

    assert prices == ["10", "9", "9", "10"]


async def test_a_price_taken_away_is_gone_and_comes_back_after_its_last_day(the):
    gone = the.row(None, remove=True, validFrom=day(3), validUntil=day(4))
    for_good = the.row(None, the.other, remove=True, validFrom=day(3))
    await changed(the, "Away", gone, for_good)

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 4, 5)]

    assert prices == ["10", None, None, "10"]
    assert await net_at(the, midnight(2), the.other) == "20"
    assert await net_at(the, midnight(400), the.other) is None


async def test_versions_of_one_price_follow_each_other(the):
    await changed(
        the,
        "Year",
        the.row("11", validFrom=day(3), validUntil=day(5)),
        the.row("12", validFrom=day(6)),
    )

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 5, 6, 99)]

    assert prices == ["10", "11", "11", "12", "12"]


async def test_an_offer_that_replaces_one_of_the_same_start_leaves_its_rest(the):
    await changed(the, "Rise", the.row("12", validFrom=day(3)))

    await changed(the, "Offer", the.row("9", validFrom=day(3), validUntil=day(4)))

    assert [await net_at(the, midnight(ahead)) for ahead in (2, 3, 5)] == ["10", "9", "12"]


async def test_rolled_back_before_its_start_nothing_is_left_of_a_change(the):
    before = await known(the, datetime.now(UTC))
    change_set = await changed(the, "Spring", the.row("11", validFrom=day(5)))
    between = datetime.now(UTC)

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert (await shown(the.author, change_set))["state"] == "ROLLED_BACK"
    assert await net_at(the, midnight(6)) == "10"
    assert await known(the, datetime.now(UTC)) == before
    as_known_then = await known(the, between)
    assert [amount for amount, _, _ in as_known_then] == ["10", "11"]
    assert as_known_then[1][1] == midnight(5)


async def test_rolled_back_after_its_start_the_past_stays_as_it_was(the):
    change_set = await changed(the, "Spring", the.row("11"))
    await backdate(the, change_set, timedelta(hours=2))
    an_hour_ago, between = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC)
    assert await net_now(the) == "11"

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert await net_now(the) == "10"
    assert await net_at(the, an_hour_ago) == "11"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=3)) == "10"
    assert [row[::2] for row in await known(the, between)][1] == ("11", None)
    assert [row[0] for row in await known(the, datetime.now(UTC))] == ["10", "11", "10"]


async def test_a_removal_taken_back_leaves_the_gap_in_the_past(the):
    change_set = await changed(the, "Away", the.row(None, remove=True))
    await backdate(the, change_set, timedelta(hours=2))

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert await net_now(the) == "10"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=1)) is None
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=3)) == "10"


async def test_offers_laid_over_come_back_in_their_order(the):
    offer = await changed(the, "Offer", the.row("9", validUntil=day(5)))
    await backdate(the, offer, timedelta(hours=3))
    rise = await changed(the, "Rise", the.row("12"))
    await backdate(the, rise, timedelta(hours=2))

    await move(the.approver, "rollBack", rise, reason="mistaken")

    assert await net_now(the) == "9"
    assert await net_at(the, midnight(6)) == "10"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=1)) == "12"


async def test_what_a_later_change_built_upon_is_not_taken_back_alone(the):
    first = await changed(the, "First", the.row("11"), the.row("22", the.other))
    second = await changed(the, "Second", the.row("12"))
    before = await everything(the)

    refused = await move(the.approver, "rollBack", first, reason="mistaken")

    assert refused["code"] == "PRICE_CHANGE_BUILT_UPON"
    assert "Second" in refused["message"]
    assert await everything(the) == before
    for each in (second, first):
        moved = await move(the.approver, "rollBack", each, reason="mistaken")
        assert moved["__typename"] == "PriceChangeSet"
    assert await net_now(the) == "10"
    assert await net_now(the, the.other) == "20"


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
