"""Closing an organisation: what stands in its way, and what is left of it (R3-6)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import Organisation, TradingRelationship
from tests.support.chain import Chain
from tests.support.network import actions, count
from tests.support.paper import tell
from tests.support.world import gid
from workers.clock import tick_in_tenant

ABOUT = """... on OrganisationClosing { id state refusal organisation { name status } }
    ... on Refusal { code field message }"""
CLOSE = f"""mutation($input: CloseOrganisationInput!) {{ closeOrganisation(input: $input) {{
    {ABOUT} }} }}"""
CANCEL = f"""mutation($input: CancelOrganisationClosingInput!) {{
    cancelOrganisationClosing(input: $input) {{ {ABOUT} }} }}"""
PREVIEW = """query($id: ID!) { previewOrganisationClosing(organisationId: $id) {
    ... on OrganisationClosingPreview { isReady openOrders openInvoices stockedSkus prepaidBalances
        customers { buyer { name } } branches { name } }
    ... on Refusal { code field } } }"""
CLOSINGS = "{ organisationClosings { edges { node { state refusal } } } }"
VIEWER = "{ viewer { name } }"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def above(world, chain):
    return await world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def shop(world, chain):
    return await world.member(chain.retailer, "ENTERPRISE_ADMIN", "BUYER")


async def close(person, organisation, **more):
    given = {
        "idempotencyKey": new_id().hex,
        "organisationId": gid("Organisation", organisation),
        **more,
    }
    return await person.ask(CLOSE, input=given)


async def closed(person, organisation, **more):
    return (await close(person, organisation, **more)).data["closeOrganisation"]


async def preview(person, organisation):
    answer = await person.ask(PREVIEW, id=gid("Organisation", organisation))
    return answer.data["previewOrganisationClosing"]


async def status(world, organisation):
    statement = select(Organisation.status).where(Organisation.id == organisation)
    return await world.run(lambda work: work.session.scalar(statement))


async def unended(world, organisation):
    own = TradingRelationship.buyer_id == organisation
    return await count(world, TradingRelationship, own, TradingRelationship.valid_until.is_(None))


async def end_orders(world):
    over = update(Order).values(state="COMPLETED")
    await world.run(lambda work: work.session.execute(over))


async def pass_days(world, days):
    now = datetime.now(UTC) + timedelta(days=days)
    await tick_in_tenant(world.database, world.tenant_id, lambda: now)


async def test_a_closed_organisation_buys_no_more_and_nobody_can_sign_in_to_it(
    world, chain, above, shop, statements
):
    order = await chain.place(shop)
    await end_orders(world)
    rep = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    with statements.counting() as sent:
        done = await closed(above, chain.retailer, reason="Gave up the shop")

    again = await closed(above, chain.retailer)
    by_its_own = await shop.ask(VIEWER)
    history = await rep.ask(
        "query($id: ID!) { order(id: $id) { buyer { name status } } }", id=order["id"]
    )
    told = select(OutboxEvent.data).where(OutboxEvent.kind == "organisation_closed")
    told = await world.run(lambda work: work.session.scalar(told))

    assert done["state"] == "DONE"
    assert done["organisation"] == {"name": "Corner Shop", "status": "CLOSED"}
    assert again["code"] == "ORGANISATION_CLOSED"
    assert by_its_own.error_codes == ["UNAUTHENTICATED"]
    assert history.data["order"]["buyer"] == {"name": "Corner Shop", "status": "CLOSED"}
    assert await unended(world, chain.retailer) == 0
    assert sorted(told["recipients"]) == sorted(map(str, (above.membership_id, rep.membership_id)))
    assert await actions(world, chain.retailer) == ["CLOSE_ORGANISATION"]
    assert len(sent) == 28


async def test_open_trade_stands_in_the_way_and_only_its_owner_learns_which(
    world, chain, above, shop
):
    await chain.place(shop)
    await chain.stock(chain.retailer, 5)
    terms = gid("TradingRelationship", chain.downstream)
    given = {"idempotencyKey": "ahead", "relationshipId": terms, "amount": "3"}
    await tell(above, "topUpPrepaidBalance", "PrepaidAccount", "balance", **given)
    own, from_above = await preview(shop, chain.retailer), await preview(above, chain.retailer)

    by_owner, by_above = await closed(shop, chain.retailer), await closed(above, chain.retailer)

    nothing = {"customers": [], "branches": []}
    figures = {"openOrders": 1, "openInvoices": 0, "stockedSkus": 1, "prepaidBalances": 1}
    assert own == {"isReady": False, **figures, **nothing}
    assert from_above == {"isReady": False, **dict.fromkeys(figures), **nothing}
    assert by_owner["message"] == (
        "Corner Shop cannot be closed yet: 1 orders are open, 1 SKUs lie in its warehouses, "
        "1 prepaid balances are not used up or paid out."
    )
    assert by_above["message"] == "Corner Shop cannot be closed yet: it still trades."
    assert await status(world, chain.retailer) == "ACTIVE"
    assert await unended(world, chain.retailer) == 1
    assert (await shop.ask(VIEWER)).data["viewer"]["name"]


async def test_customers_and_branches_are_named_and_must_leave_first(world, chain, above):
    seen = await preview(above, chain.distributor)

    refused = await closed(above, chain.distributor)

    assert seen["customers"] == [{"buyer": {"name": "Corner Shop"}}]
    assert seen["branches"] == [{"name": "Corner Shop"}]
    assert refused["code"] == "ORGANISATION_STILL_TRADES"
    assert "1 organisations stand below it, 1 customers buy from it" in refused["message"]


async def test_a_planned_closing_waits_for_its_instant_and_can_be_taken_back(world, chain, above):
    instant = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    planned = await closed(above, chain.retailer, effectiveAt=instant)
    again = await closed(above, chain.retailer, effectiveAt=instant)
    cancelled = await above.ask(CANCEL, input={"closingId": planned["id"]})
    await pass_days(world, 2)
    between = await status(world, chain.retailer)
    await closed(above, chain.retailer, effectiveAt=instant)

    await pass_days(world, 0)
    early = await status(world, chain.retailer)
    await pass_days(world, 2)

    assert (planned["state"], again["code"]) == ("PLANNED", "CLOSING_PLANNED")
    assert cancelled.data["cancelOrganisationClosing"]["state"] == "CANCELLED"
    assert (between, early) == ("ACTIVE", "ACTIVE")
    assert await status(world, chain.retailer) == "CLOSED"


async def test_what_trades_when_its_time_comes_is_not_closed_and_who_asked_hears_why(
    world, chain, above, shop
):
    instant = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await closed(above, chain.retailer, effectiveAt=instant)
    await chain.place(shop)

    await pass_days(world, 2)

    (edge,) = (await above.ask(CLOSINGS)).data["organisationClosings"]["edges"]
    why = "Corner Shop cannot be closed yet: it still trades."
    assert edge["node"] == {"state": "REFUSED", "refusal": why}
    assert await status(world, chain.retailer) == "ACTIVE"
    assert await unended(world, chain.retailer) == 1


@pytest.mark.parametrize("place", ["brand", "stranger"])
async def test_nobody_closes_what_they_do_not_reach_or_what_is_the_top(world, chain, place):
    stranger = await world.organisation("Stranger", parent=chain.brand)
    person = await world.member(chain.brand if place == "brand" else stranger, "ENTERPRISE_ADMIN")

    hidden = await close(person, chain.retailer)
    top = await close(person, chain.brand)

    assert hidden.error_codes == ["NOT_FOUND"]
    if place == "brand":
        assert top.data["closeOrganisation"]["code"] == "TOP_STAYS"
    else:
        assert top.error_codes == ["NOT_FOUND"]
    assert await status(world, chain.retailer) == "ACTIVE"


async def test_an_order_and_a_closing_at_once_are_never_both_done(world, chain, above, shop):
    placing = [chain.place(shop) for _ in range(3)]

    answers = await asyncio.gather(*placing, closed(above, chain.retailer), return_exceptions=True)

    is_closed = await status(world, chain.retailer) == "CLOSED"
    placed = await count(world, Order, Order.submitted_at.is_not(None))
    assert is_closed == (placed == 0), answers
    assert await unended(world, chain.retailer) == (0 if is_closed else 1)
