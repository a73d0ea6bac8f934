"""Prices outside a band that wants approval: the grantor agrees, or they never take effect."""

import pytest
from sqlalchemy import select

from app.db.outbox import OutboxEvent
from tests.support.band_approvals import (
    Story,
    approved,
    ask_to_decide,
    asked,
    band,
    decide,
    grantors_of,
    story,
    submitted,
)
from tests.support.band_counts import IMPACT, everything, net
from tests.support.branches import key
from tests.support.changes import ask_to_move, move, put
from tests.support.network import actions
from tests.support.told import told
from tests.support.world import gid


@pytest.fixture
async def of(world) -> Story:
    return await story(world)


@pytest.fixture
async def floored(of) -> Story:
    """The brand wants to approve what is sold below 9."""
    await band(of.world, of.brand, of.the.sku, floor="9")
    return of


async def test_a_price_outside_a_band_counts_once_seller_and_grantor_have_agreed(floored):
    of, the = floored, floored.the
    change_set = await submitted(of, the.row("8"), the.row("21", the.other))
    before_the_seller_agreed = await asked(of.granting)

    await move(the.approver, "approve", change_set)
    waiting, shown = await grantors_of(of, change_set), await asked(of.granting)
    price_between = await net(of)
    decision = await decide(of.granting, "approve", change_set, reason="For spring only")

    assert before_the_seller_agreed == []
    assert (waiting["state"], waiting["availableActions"]) == (
        "AWAITING_GRANTOR",
        ["CHANGE", "WITHDRAW"],
    )
    assert (waiting["grantors"][0]["status"], waiting["hands"]["decidedBy"]) == (
        "PENDING",
        "Approver",
    )
    (request,) = shown
    assert request["changeSetId"] == change_set
    assert (request["name"], request["seller"]) == ("Spring", {"name": "East"})
    assert request["because"] == (
        "East would set 1 price outside the band that your organisation granted."
    )
    (only,) = request["prices"]
    assert only["sku"] == {"name": "Tonic"}
    assert (only["price"], only["currency"], only["packagingLevel"]) == ("8", "CNY", None)
    assert (only["kind"], only["grantedLimit"], only["isTaxInclusive"]) == ("FLOOR", "9", False)
    assert only["beginsAt"] <= request["requestedAt"]
    assert price_between == "10"
    assert decision["__typename"] == "PricesOutsideBandDecision"
    after = await grantors_of(of, change_set)
    (grantor,) = after["grantors"]
    assert (after["state"], after["hands"]["decidedBy"]) == ("ACTIVE", "Approver")
    assert (grantor["organisation"], grantor["status"], grantor["reason"]) == (
        {"name": "A Brand"},
        "APPROVED",
        "For spring only",
    )
    assert (await net(of), await net(of, the.other)) == ("8", "21")
    assert await asked(of.granting) == []


async def test_a_change_that_waited_for_its_grantor_is_rolled_back_like_any_other(floored):
    change_set = await approved(floored, floored.the.row("8"))
    await decide(floored.granting, "approve", change_set)

    await move(floored.the.approver, "rollBack", change_set, reason="mistaken")

    assert (await grantors_of(floored, change_set))["state"] == "ROLLED_BACK"
    assert await net(floored) == "10"


async def test_inside_the_band_nobody_is_asked(floored):
    change_set = await approved(floored, floored.the.row("9"))

    assert (await grantors_of(floored, change_set))["state"] == "ACTIVE"
    assert await asked(floored.granting) == []
    assert await net(floored) == "9"


async def test_a_price_of_zero_is_outside_a_floor_too(floored):
    await approved(floored, floored.the.row("0"))

    ((only,),) = [request["prices"] for request in await asked(floored.granting)]

    assert (only["price"], await net(floored)) == ("0", "10")


async def test_without_four_eyes_submitting_asks_the_grantor(world):
    of = await story(world, needs_approval=False)
    await band(of.world, of.brand, of.the.sku, floor="9")

    change_set = await submitted(of, of.the.row("8"))
    between = await net(of)
    await decide(of.granting, "approve", change_set)

    assert (between, await net(of)) == ("10", "8")


async def test_a_grantors_no_rejects_the_whole_change_and_it_can_be_mended(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"), the.row("21", the.other))

    await decide(of.granting, "reject", change_set, reason="Too cheap")
    rejected = await grantors_of(of, change_set)
    prices = (await net(of), await net(of, the.other))
    await put(the.author, change_set, the.row("9"))
    for person, verb in ((the.author, "submit"), (the.approver, "approve")):
        await move(person, verb, change_set)

    assert (rejected["state"], rejected["reason"]) == ("REJECTED", "Too cheap")
    assert rejected["hands"]["decidedBy"] is None
    assert prices == ("10", "20")
    assert await asked(of.granting) == []
    assert (await net(of), await net(of, the.other)) == ("9", "21")


async def test_all_grantors_must_agree_and_each_sees_its_own_limit_only(floored):
    of, the = floored, floored.the
    await band(of.world, of.other_brand, the.sku, floor="8.5", ceiling="95")
    await band(of.world, of.other_brand, the.other, ceiling="19")
    change_set = await approved(of, the.row("8"), the.row("21", the.other))
    first, second = await asked(of.granting), await asked(of.other_granting)

    await decide(of.granting, "approve", change_set)
    state, between = (await grantors_of(of, change_set))["state"], await net(of)
    await decide(of.other_granting, "approve", change_set)

    assert [(row["price"], row["grantedLimit"]) for row in first[0]["prices"]] == [("8", "9")]
    assert [(row["price"], row["grantedLimit"]) for row in second[0]["prices"]] == [
        ("8", "8.50"),
        ("21", "19"),
    ]
    assert (state, between) == ("AWAITING_GRANTOR", "10")
    assert (await net(of), await net(of, the.other)) == ("8", "21")


async def test_one_no_is_enough_and_the_others_are_asked_no_more(floored):
    of, the = floored, floored.the
    await band(of.world, of.other_brand, the.sku, floor="8.5")
    change_set = await approved(of, the.row("8"))

    await decide(of.other_granting, "reject", change_set, reason="No")
    before = await everything(of)
    late = await decide(of.granting, "approve", change_set)

    assert (late["code"], late["field"]) == ("PRICES_OUTSIDE_BAND_DECIDED", "changeSetId")
    assert await asked(of.granting) == []
    assert await everything(of) == before
    statuses = {each["status"] for each in (await grantors_of(of, change_set))["grantors"]}
    assert statuses == {"REJECTED", "WITHDRAWN"}
    assert await net(of) == "10"


@pytest.mark.parametrize("how", ["withdraw", "change"])
async def test_what_is_withdrawn_or_changed_waits_for_no_grantor(floored, how):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"))

    if how == "withdraw":
        await move(the.author, "withdraw", change_set)
    else:
        await put(the.author, change_set, the.row("7"))
    waiting = await asked(of.granting)
    refused = await decide(of.granting, "approve", change_set)

    assert (waiting, refused["code"]) == ([], "PRICES_OUTSIDE_BAND_DECIDED")
    assert await net(of) == "10"


async def test_an_agreement_to_one_price_is_none_to_the_next(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"))
    await put(the.author, change_set, the.row("7"))

    for person, verb in ((the.author, "submit"), (the.approver, "approve")):
        await move(person, verb, change_set)

    ((only,),) = [request["prices"] for request in await asked(of.granting)]
    assert only["price"] == "7"
    await decide(of.granting, "approve", change_set)
    assert await net(of) == "7"


async def test_a_band_granted_while_another_is_asked_has_to_be_agreed_to_as_well(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"))
    await band(of.world, of.other_brand, the.sku, floor="8.5")

    await decide(of.granting, "approve", change_set)
    between = (await grantors_of(of, change_set))["state"], await net(of)
    await decide(of.other_granting, "approve", change_set)

    assert between == ("AWAITING_GRANTOR", "10")
    assert await net(of) == "8"


async def test_what_cannot_take_effect_any_more_tells_the_grantor_no_reason(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"))
    await band(of.world, of.other_brand, the.sku, "REFUSE", floor="8.8")
    before = await everything(of)

    refused = await decide(of.granting, "approve", change_set)

    assert refused["code"] == "PRICES_OUTSIDE_BAND_STALE"
    assert "8" not in refused["message"]
    assert await everything(of) == before
    assert len(await asked(of.granting)) == 1


async def test_nobody_else_sees_or_decides_what_a_grantor_is_asked(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"))
    before = await everything(of)
    unknown = gid("PriceChangeSet", the.sku)
    strangers = (of.sibling, of.buyer, of.other_granting, the.approver, the.author)

    for person in strangers:
        assert await asked(person) == []
        for verb, more in (("approve", {}), ("reject", {"reason": "x"})):
            there = await ask_to_decide(person, verb, change_set, **more)
            nowhere = await ask_to_decide(person, verb, unknown, **more)
            assert there.error_codes == ["NOT_FOUND"]
            assert there.body == nowhere.body

    assert await everything(of) == before
    assert await net(of) == "10"


async def test_the_grantor_sees_nothing_else_of_the_change(floored):
    of, the = floored, floored.the
    change_set = await approved(of, the.row("8"), the.row("21.23", the.other))
    (request,) = await asked(of.granting)
    look = "query ($id: ID!) { node(id: $id) { __typename } }"
    ask = "query ($id: ID!) { priceChangeSet(id: $id) { name } }"

    assert "21.23" not in told(request)
    assert "Cola" not in told(request)
    assert (await of.granting.ask(ask, id=change_set)).error_codes == ["NOT_FOUND"]
    assert (await of.granting.ask(look, id=change_set)).data == {"node": None}
    for name, kind in ((request["id"], "PriceBandRequest"), (request["prices"][0]["id"], None)):
        found = (await of.granting.ask(look, id=name)).data["node"]["__typename"]
        assert found == (kind or "PriceOutsideBand")
        assert (await of.sibling.ask(look, id=name)).data == {"node": None}
    refused = await ask_to_move(of.granting, "approve", change_set)
    assert refused.error_codes == ["NOT_FOUND"]


async def test_the_seller_is_not_told_the_floor_nor_who_decides(floored):
    of, the = floored, floored.the
    await band(of.world, of.brand, the.other, floor="23.45")
    change_set = await approved(of, the.row("22", the.other))

    impact = (await the.author.ask(IMPACT, id=change_set)).data["priceChangeSet"]["impact"]
    waiting = await grantors_of(of, change_set)
    await decide(of.granting, "reject", change_set, reason="No")
    trail = await the.author.ask(
        "query ($id: ID!) { auditTrail(subjectId: $id) { edges { node {"
        " action actorName after reason } } } }",
        id=change_set,
    )

    assert [each["limit"] for each in impact["bandConflicts"]] == [None]
    known = told([waiting, trail.body, await grantors_of(of, change_set)])
    assert "23.45" not in known
    assert "Granting" not in known
    assert "REJECT_PRICE_CHANGE" in known


async def test_only_who_may_approve_prices_decides(floored):
    of = floored
    change_set = await approved(of, of.the.row("8"))
    clerk = await of.world.member(of.brand, "SALES")
    before = await everything(of)

    listed = await clerk.ask("{ pricesOutsideBand { edges { node { id } } } }")
    decided = await ask_to_decide(clerk, "approve", change_set)

    assert (listed.error_codes, decided.error_codes) == (["FORBIDDEN"], ["FORBIDDEN"])
    assert await everything(of) == before


async def test_a_no_needs_its_reason(floored):
    change_set = await approved(floored, floored.the.row("8"))
    before = await everything(floored)

    answer = await ask_to_decide(floored.granting, "reject", change_set, reason=" ")

    assert answer.error_codes == ["INVALID"]
    assert await everything(floored) == before


async def test_every_step_is_in_the_trail_and_the_grantors_approvers_are_told(floored):
    of = floored
    change_set = await approved(of, of.the.row("8"))
    await decide(of.granting, "approve", change_set)

    async def events(work):
        found = select(OutboxEvent).where(OutboxEvent.kind == "prices_outside_band")
        return (await work.session.scalars(found)).all()

    (event,) = await of.world.run(events)
    assert event.data == {
        "seller_name": "East",
        "change_set": "Spring",
        "organisation_ids": [str(of.the.brand), str(of.brand)],
        "recipients": [str(of.granting.membership_id)],
    }
    assert await actions(of.world, key(change_set)) == [
        "CREATE_PRICE_CHANGE",
        "CHANGE_PRICE_CHANGE",
        "SUBMIT_PRICE_CHANGE",
        "ASK_GRANTORS",
        "APPROVE_STEP",
        "APPROVE_PRICE_CHANGE",
    ]
