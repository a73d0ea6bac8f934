"""A change of an order is previewed in money, and applied exactly so or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.inventory.models import LotBalance
from app.kernel.ids import new_id
from app.orders.rules.changing import LineMoney, PricedGoods, differences, only_takes_away
from tests.support.chain import ORDER, Chain, look, on_order
from tests.support.ordering import give, wanted_line
from tests.support.world import gid

PREVIEW = """totalBefore totalAfter difference startsApprovalOver keepsApproval takesStockBack
    isSubmittedAgain fingerprint
    lines { quantityBefore quantityAfter difference packagingLevel }"""
SKUS = [new_id() for _ in range(3)]
AMOUNTS = st.integers(0, 50).map(Decimal)


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def preview(person, order, *lines):
    document = f"""mutation($input: ChangeOrderInput!) {{ previewOrderChange(input: $input) {{
        __typename ... on OrderChangePreview {{ {PREVIEW} }}
        ... on Refusal {{ code field }} }} }}"""
    asked = {"orderId": order["id"], "lines": list(lines)}
    return (await person.ask(document, input=asked)).data["previewOrderChange"]


async def apply(person, order, shown, *lines, key=None):
    return await give(
        person,
        "applyOrderChange",
        "Order",
        ORDER,
        idempotencyKey=key or new_id().hex,
        orderId=order["id"],
        lines=list(lines),
        fingerprint=shown["fingerprint"],
    )


async def test_a_preview_tells_the_difference_and_changes_nothing(chain, buyer):
    order = await chain.place(buyer)
    line = wanted_line(chain.sku, "3", "CASE")

    shown = await preview(buyer, order, line, wanted_line(chain.sku, "1"))
    refused = await preview(buyer, order, wanted_line(chain.sku, "0.5"))

    assert [
        (each["packagingLevel"], each["quantityBefore"], each["quantityAfter"], each["difference"])
        for each in shown["lines"]
    ] == [("CASE", "2", "3", "71.60"), ("PIECE", "0", "1", "2.98")]
    assert (shown["totalBefore"], shown["totalAfter"]) == ("143.19", "217.77")
    assert (refused["code"], refused["field"]) == ("FRACTIONAL_PIECES", "lines.0.quantity")
    assert {**await look(buyer, order["id"]), "__typename": "Order"} == order


async def test_what_was_previewed_is_applied_once_and_stock_follows(chain, buyer):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    await chain.stock(chain.distributor, 100)
    order = await chain.place(buyer)
    order = await on_order(keeper, "allocateOrder", order["id"])
    line = wanted_line(chain.sku, "3", "CASE")
    shown = await preview(buyer, order, line)

    changed, again = [await apply(buyer, order, shown, line, key="k1") for _ in range(2)]

    assert (shown["takesStockBack"], shown["isSubmittedAgain"]) == (True, True)
    assert (changed["state"], changed["revision"], changed["total"]) == ("ALLOCATED", 2, "214.79")
    assert changed["lines"][0]["quantities"]["allocated"] == "72"
    assert again == changed
    reserved = select(func.sum(LotBalance.allocated))
    assert await chain.world.run(lambda work: work.session.scalar(reserved)) == 72


@pytest.mark.parametrize("moves", ["price", "order"])
async def test_nothing_is_applied_when_anything_moved_since_the_preview(chain, buyer, moves):
    order = await chain.place(buyer)
    line = wanted_line(chain.sku, "3", "CASE")
    shown = await preview(buyer, order, line)
    if moves == "price":
        await chain.world.price(chain.distributor, {chain.sku: "3"}, name="New", priority=1)
    else:
        first = wanted_line(chain.sku, "4", "CASE")
        await apply(buyer, order, await preview(buyer, order, first), first)
    before = await look(buyer, order["id"])

    refused = await apply(buyer, order, shown, line)

    assert (refused["code"], refused["field"]) == ("ORDER_MOVED", "fingerprint")
    assert await look(buyer, order["id"]) == before


async def test_more_asks_the_approvers_again_and_less_does_not(chain, buyer):
    admin = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await give(
        admin,
        "createApprovalRule",
        "ApprovalRule",
        "id",
        party="SELLER",
        threshold="100",
        currency="CNY",
    )
    order = await chain.place(buyer, quantity="3", seen="214.79")
    await on_order(admin, "approveOrder", order["id"], "ApproveOrderInput")
    less, more = [wanted_line(chain.sku, count, "CASE") for count in ("2", "4")]

    shown = await preview(buyer, order, less)
    lowered = await apply(buyer, order, shown, less)
    dearer = await preview(buyer, order, more)
    raised = await apply(buyer, order, dearer, more)

    assert (shown["keepsApproval"], shown["startsApprovalOver"]) == (True, False)
    assert (lowered["state"], lowered["approvalStatus"]) == ("CONFIRMED", "APPROVED")
    assert (dearer["keepsApproval"], dearer["startsApprovalOver"]) == (False, True)
    assert (raised["state"], raised["approvalStatus"]) == ("PENDING_APPROVAL", "PENDING")


async def test_only_states_of_the_table_allow_a_change_and_a_draft_stays_one(chain, buyer):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    await chain.stock(chain.distributor, 100)
    order = await chain.place(buyer)
    line = wanted_line(chain.sku, "1", "CASE")
    await on_order(keeper, "allocateOrder", order["id"])
    await on_order(keeper, "startPreparation", order["id"], "StartPreparationInput")
    given = {
        "idempotencyKey": "k1",
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "lines": [line],
    }
    draft = await give(buyer, "createOrder", "Order", ORDER, **given)
    more = wanted_line(chain.sku, "2", "CASE")

    refused = await preview(buyer, order, line)
    changed = await apply(buyer, draft, await preview(buyer, draft, more), more)

    assert refused["code"] == "NOT_POSSIBLE_NOW"
    assert (changed["state"], changed["total"]) == ("DRAFT", "143.19")


def goods(quantity: Decimal, price: Decimal, sku: int) -> PricedGoods:
    net = quantity * price
    return PricedGoods((SKUS[sku], "PIECE", False), LineMoney(quantity, net, net))


BASKETS = st.lists(st.builds(goods, AMOUNTS, AMOUNTS, st.integers(0, 2)), max_size=5)


@given(BASKETS, BASKETS)
def test_the_differences_of_the_lines_add_up_to_that_of_the_whole(before, after):
    found = differences(before, after)

    whole = sum(line.money.total for line in after) - sum(line.money.total for line in before)
    assert sum(each.difference for each in found) == whole
    assert only_takes_away(differences(before, before))
    if only_takes_away(found):
        assert whole <= 0 or any(each.after.net > each.before.net for each in found)


@given(BASKETS, st.integers(1, 9).map(Decimal), st.integers(0, 2))
def test_whatever_is_more_or_cheaper_is_never_only_taken_away(before, step, sku):
    held = [line for line in before if line.money.quantity > 0 and line.money.net > 0]
    more = [*before, goods(step, Decimal(5), sku)]

    assert not only_takes_away(differences(before, more))
    for line in held[:1]:
        quantity, net, total = line.money.quantity, line.money.net, line.money.total
        cheaper = PricedGoods(line.goods, LineMoney(quantity, net - 1, total - 1))
        rest = [each for each in before if each is not line]
        assert not only_takes_away(differences(before, [*rest, cheaper]))
