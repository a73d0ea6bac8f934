"""What a buyer's people may spend: counted as it is limited, given back with what is cancelled."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from app.books import check_tenant
from app.budgets.models import SpendingUse
from app.budgets.operations import spend, standings
from app.budgets.rules import Wanted
from app.kernel.ids import new_id
from tests.support.approving import asked, decide, names
from tests.support.budgets import BUDGET, budget_of, budgets, set_budget
from tests.support.chain import Chain, mutate, on_order
from tests.support.ordering import put, wanted_line
from tests.support.world import gid

CART = """query($input: PricedCartInput!) { pricedCart(input: $input) { isOrderable
    budgets { name left isExceeded } gaps { kind text } } }"""
CREATE = """mutation($input: CreateSpendingBudgetInput!) { createSpendingBudget(input: $input) {
    __typename ... on Refusal { code field } } }"""
CHANGE = f"""mutation($input: ChangeSpendingBudgetInput!) {{ changeSpendingBudget(input: $input) {{
    ... on SpendingBudget {{ {BUDGET} }} ... on Refusal {{ code field }} }} }}"""
END = """mutation($input: EndSpendingBudgetInput!) { endSpendingBudget(input: $input) {
    ... on SpendingBudget { endedAt } ... on Refusal { code } } }"""


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    yield chain
    found = await check_tenant(world.database, world.tenant_id)
    assert found.sentences() == []


async def uses(person):
    return [
        (each["name"], each["current"]["used"], each["current"]["left"])
        for each in await budgets(person)
    ]


async def test_a_month_is_refused_beyond_its_budget_and_has_again_what_is_cancelled(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    rep = await world.member(chain.distributor, "SALES")
    await world.assign_rep(chain.downstream, rep)
    await set_budget(boss)
    first, _ = [await chain.place(buyer) for _ in range(2)]
    await put(buyer, chain.downstream, wanted_line(chain.sku, "2", "CASE"))
    relationship = {"relationshipId": gid("TradingRelationship", chain.downstream)}

    by_buyer, by_rep = [await chain.place(person) for person in (buyer, rep)]
    full = (await buyer.ask(CART, input=relationship)).data["pricedCart"]
    used = await uses(buyer)
    await on_order(buyer, "cancelOrder", first["id"], "OrderReasonInput", reason="too much")
    free = (await buyer.ask(CART, input=relationship)).data["pricedCart"]
    again = await chain.place(buyer)

    beyond = "The order goes beyond the buyer's budget."
    assert by_buyer["code"] == by_rep["code"] == "BUDGET_EXCEEDED"
    assert by_buyer["message"] == f"{beyond} The budget Shop leaves 13.62 CNY."
    assert by_rep["message"] == f"{beyond} Please ask the buyer."
    assert full["budgets"] == [{"name": "Shop", "left": "13.62", "isExceeded": True}]
    assert (full["isOrderable"], free["isOrderable"]) == (False, True)
    assert "BUDGET_EXCEEDED" in {gap["kind"] for gap in full["gaps"]}
    assert used == await uses(boss) == [("Shop", "286.38", "13.62")]
    assert again["state"] == "CONFIRMED"


async def test_many_at_once_never_spend_more_than_there_is(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    buyers = [await world.member(chain.retailer, "BUYER") for _ in range(4)]
    await set_budget(boss, periodLimit="429.57")
    await set_budget(boss, "Year", period="YEAR", periodLimit="1000")

    answers = await asyncio.gather(*(chain.place(buyer) for buyer in buyers * 3))
    kept = [answer["id"] for answer in answers if "id" in answer]
    gone = await asyncio.gather(
        *(
            on_order(boss, "cancelOrder", order, "OrderReasonInput", reason="at once")
            for order in kept
        ),
        *(chain.place(buyer) for buyer in buyers),
    )

    said = Counter(answer.get("code", "placed") for answer in answers)
    assert said == {"placed": 3, "BUDGET_EXCEEDED": 9}
    standing = 3 - sum(answer.get("state") == "CANCELLED" for answer in gone)
    standing += sum(answer.get("state") == "CONFIRMED" for answer in gone)
    spent = f"{standing * Decimal('143.19'):f}" if standing else "0"
    assert [used for _, used, _ in await uses(boss)] == [spent, spent]


async def test_what_goes_beyond_asks_whom_the_budget_names(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN", name="Owner")
    head = await world.member(chain.retailer, "ENTERPRISE_ADMIN", name="Head")
    buyer = await world.member(chain.retailer, "BUYER")
    other = await world.member(chain.retailer, "BUYER")
    approver = {"kind": "PERSON", "membershipId": gid("Membership", head.membership_id)}
    me = gid("Membership", buyer.membership_id)
    asking = {"outcome": "ASK", "approver": approver, "orderLimit": "100", "membershipId": me}
    await set_budget(boss, "Li", **asking)
    role = gid("Role", world.roles["BUYER"])
    await set_budget(boss, "Buyers", roleId=role, periodLimit="400", outcome="ASK")

    order = await chain.place(buyer)
    seen = await asked(boss, order)
    held = await uses(boss)
    await on_order(head, "rejectOrder", order["id"], "OrderReasonInput", reason="no")
    after = await uses(boss)
    plain = await chain.place(other)
    second = await chain.place(buyer)
    by_boss, by_head = await decide(boss, second), await decide(head, second)
    await chain.place(other)
    third = await asked(boss, await chain.place(other))

    assert (order["state"], names(seen)) == ("PENDING_APPROVAL", ["Head"])
    words = "The order is beyond a budget. The budget Li leaves 100 CNY."
    assert [step["because"] for step in seen["approvals"]] == [words]
    assert held == [("Li", "143.19", "156.81"), ("Buyers", "143.19", "256.81")]
    assert after == [("Li", "0", "300"), ("Buyers", "0", "400")]
    assert plain["state"] == "CONFIRMED"
    assert (by_boss, by_head) == (["NOT_POSSIBLE_NOW"], ["DONE"])
    assert (third["state"], names(third)) == ("PENDING_APPROVAL", ["Head", "Owner"])
    assert [name for name, _, _ in await uses(other)] == ["Buyers"]


async def test_a_change_and_what_is_closed_short_move_what_an_order_holds(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE", "ENTERPRISE_ADMIN")
    await set_budget(boss)
    order = await chain.place(buyer)
    preview = """mutation($input: ChangeOrderInput!) { previewOrderChange(input: $input) {
        ... on OrderChangePreview { fingerprint } ... on Refusal { code } } }"""
    too_much, asking = [
        {"orderId": order["id"], "lines": [wanted_line(chain.sku, cases, "CASE")]}
        for cases in ("5", "4")
    ]
    refused, previewed = [
        (await buyer.ask(preview, input=given)).data["previewOrderChange"]
        for given in (too_much, asking)
    ]
    before = await uses(boss)
    applied = {**asking, "fingerprint": previewed["fingerprint"], "idempotencyKey": "more"}
    changed = await mutate(buyer, "applyOrderChange", "ApplyOrderChangeInput", applied)
    moved = await uses(boss)
    await chain.stock(chain.distributor, 48)
    await on_order(keeper, "allocateOrder", order["id"])
    short = await on_order(
        keeper, "closeOrderShort", order["id"], "OrderReasonInput", reason="no more"
    )

    assert refused == {"code": "BUDGET_EXCEEDED"}
    assert before == [("Shop", "143.19", "156.81")]
    assert (changed["total"], moved) == ("286.39", [("Shop", "286.39", "13.61")])
    assert short["lines"][0]["quantities"]["shortClosed"] == "48"
    (held,) = await uses(boss)
    assert held == ("Shop", "143.20", "156.80")


async def test_periods_begin_with_the_calendar_of_the_budgets_zone(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    for period, zone in (("MONTH", "Pacific/Kiritimati"), ("QUARTER", "Pacific/Pago_Pago")):
        await set_budget(boss, period, period=period, timeZone=zone)
    # While it is new year's day in the east, the last quarter still runs in the west.
    turn = datetime(2030, 12, 31, 12, tzinfo=UTC)
    wanted = Wanted(chain.retailer, boss.membership_id, "CNY", Decimal(100))

    spent = await world.run(lambda work: spend(work, new_id(), wanted), now=turn)
    later = datetime(2031, 1, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    left = await world.run(lambda work: standings(work, wanted), now=later)
    await world.run(_forget)

    assert [str(each["starts_on"]) for each in spent.entries] == ["2031-01-01", "2030-10-01"]
    assert {each.name: each.left for each in left} == {"MONTH": 200, "QUARTER": 200}


async def _forget(work):
    """Take back what no order holds."""
    await work.session.execute(delete(SpendingUse))


async def test_budgets_are_changed_and_ended_and_want_to_make_sense(chain):
    boss = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    made = await set_budget(boss)
    await chain.place(buyer)

    async def change(**terms):
        given = {"budgetId": made["id"], "terms": budget_of(**terms)["terms"]}
        return await boss.ask(CHANGE, input=given)

    lowered = (await change(periodLimit="100")).data["changeSpendingBudget"]
    refused = await chain.place(buyer)
    raised = (await change(periodLimit="1000")).data["changeSpendingBudget"]
    placed = await chain.place(buyer)
    other_period = await change(period="YEAR")
    ending = {"input": {"budgetId": made["id"]}}
    ended, again = [(await boss.ask(END, **ending)).data["endSpendingBudget"] for _ in range(2)]

    assert (lowered["current"]["used"], lowered["current"]["left"]) == ("143.19", "0")
    assert refused["code"] == "BUDGET_EXCEEDED"
    assert (raised["current"]["left"], placed["state"]) == ("856.81", "CONFIRMED")
    assert other_period.error_codes == ["INVALID"]
    assert ended["endedAt"]
    assert again == {"code": "BUDGET_ENDED"}
    wrong = (
        {"period": None},
        {"period": None, "periodLimit": None},
        {"periodLimit": "-1"},
        {"approver": {"kind": "PERSON"}, "outcome": "ASK"},
        {"approver": {"kind": "ANYONE"}},
        {"endsOn": "2020-01-01"},
        {"timeZone": "Mars/Olympus"},
    )
    for terms in wrong:
        assert (await boss.ask(CREATE, input=budget_of(**terms))).error_codes == ["INVALID"], terms
    denied = await buyer.ask(CREATE, input=budget_of())
    assert denied.error_codes == ["FORBIDDEN"]


async def test_placing_costs_one_statement_more_however_many_budgets_bind(world, statements):
    costs = []
    for number in (0, 1, 5):
        chain = await Chain.create(world)
        boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
        buyer = await world.member(chain.retailer, "BUYER")
        for place in range(number):
            await set_budget(boss, f"{place}")
        await chain.place(buyer)
        with statements.counting() as sent:
            await chain.place(buyer)
        costs.append(len([text for text in sent if "spending" in text]))

    assert costs == [1, 2, 2]
