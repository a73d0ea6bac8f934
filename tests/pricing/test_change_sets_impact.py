"""What a price change would do, seen before anybody submits it."""

from decimal import Decimal

import pytest

from app.pricing.models import PriceBand
from tests.support.branches import key
from tests.support.changes import Team, begun, changed, move, put, team
from tests.support.documents import command_document
from tests.support.prices import create_list
from tests.support.world import LONG_AGO, gid

IMPACT = """
query ($id: ID!) { priceChangeSet(id: $id) { impact {
  newRows changedRows removedRows equalRows dearerRows cheaperRows
  smallestPercent medianPercent largestPercent largestRises { before after percent }
  priceLists customers openCarts openOrders marginBefore marginAfter
  bandConflicts { position kind limit outside isAdvisory text }
} } }
"""


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


async def impact(the: Team, change_set: str) -> dict:
    return (await the.author.ask(IMPACT, id=change_set)).data["priceChangeSet"]["impact"]


async def band(the: Team, **limits) -> None:
    row = PriceBand(
        grantor_id=the.brand,
        audience="OWN",
        currency="CNY",
        valid_from=LONG_AGO,
        created_at=LONG_AGO,
        **limits,
    )
    await the.world.save(row)


async def test_rows_are_counted_by_what_they_do(the):
    extra = [await the.world.sku(the.brand) for _ in range(2)]
    await changed(the, "Before", the.row("100", extra[0]))
    change_set = await begun(the.author)
    await put(
        the.author,
        change_set,
        the.row("12.50"),
        the.row("19", the.other),
        the.row(None, extra[0], remove=True),
        the.row("5", extra[1]),
        the.row("10", fromQuantity="100"),
    )
    await put(the.author, change_set, the.row("10", fromQuantity="200"))

    found = await impact(the, change_set)

    assert (found["newRows"], found["changedRows"], found["removedRows"]) == (3, 2, 1)
    assert (found["equalRows"], found["dearerRows"], found["cheaperRows"]) == (0, 1, 1)
    assert (found["smallestPercent"], found["largestPercent"]) == ("-5", "25")
    assert found["medianPercent"] == "-5"
    assert found["largestRises"] == [{"before": "10", "after": "12.50", "percent": "25"}]
    assert (found["priceLists"], found["customers"]) == (1, 2)
    assert (found["marginBefore"], found["marginAfter"]) == (None, None)


async def test_what_is_equal_already_is_told(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("10"), the.row(None, fromQuantity="9", remove=True))

    found = await impact(the, change_set)

    assert (found["equalRows"], found["changedRows"], found["removedRows"]) == (2, 0, 0)
    assert found["medianPercent"] is None


async def test_an_approved_change_still_tells_what_it_did(the):
    change_set = await changed(the, "Rise", the.row("11"))

    found = await impact(the, change_set)

    assert (found["changedRows"], found["largestPercent"]) == (1, "10")


async def test_carts_and_orders_with_the_goods_are_counted(the):
    buyer = await the.world.member(await _shop(the), "BUYER")
    relationship = gid("TradingRelationship", the.relationship)
    for sku in (the.sku, the.other):
        cart = {"relationshipId": relationship, "skuId": gid("Sku", sku), "quantity": "1"}
        await buyer.ask(command_document("setCartLine"), input=cart)
    for sku, name in ((the.sku, "a"), (the.other, "b")):
        lines = [{"skuId": gid("Sku", sku), "quantity": "1"}]
        order = {"idempotencyKey": name, "relationshipId": relationship, "lines": lines}
        made = await buyer.ask(command_document("createOrder"), input=order)
        assert made.data["createOrder"]["__typename"] == "Order"
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))

    found = await impact(the, change_set)

    assert (found["openCarts"], found["openOrders"]) == (1, 1)


async def test_margins_are_reckoned_from_what_the_seller_pays(the):
    maker = await the.world.organisation("Maker", "BRAND")
    await the.world.relationship(maker, the.brand)
    await the.world.price(maker, {the.sku: "5"})
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("12.50"), the.row("30", the.other))

    found = await impact(the, change_set)

    assert (found["marginBefore"], found["marginAfter"]) == ("50", "60")


async def test_a_contract_touches_its_one_customer(the):
    made = await create_list(
        the.author,
        kind="CONTRACT",
        name="Contract",
        relationshipId=gid("TradingRelationship", the.relationship),
    )
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11") | {"priceListId": made["id"]})

    found = await impact(the, change_set)

    assert (found["priceLists"], found["customers"], found["newRows"]) == (1, 1, 1)


async def test_a_band_that_refuses_keeps_a_change_from_being_submitted(the):
    await band(the, sku_id=the.sku, ceiling=Decimal(11), outside="REFUSE")
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("21", the.other), the.row("12"))

    (conflict,) = (await impact(the, change_set))["bandConflicts"]
    refused = await move(the.author, "submit", change_set)

    assert (conflict["position"], conflict["limit"], conflict["outside"]) == (2, "11", "REFUSE")
    assert refused["code"] == "PRICE_CHANGE_OUTSIDE_BAND"
    assert "Row 2" in refused["message"]
    found = await the.author.ask(
        "query ($id: ID!) { priceChangeSet(id: $id) { state } }", id=change_set
    )
    assert found.data["priceChangeSet"]["state"] == "DRAFT"


async def test_a_band_that_asks_for_approval_is_shown(the):
    await band(the, sku_id=the.sku, floor=Decimal(11), outside="APPROVAL")
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("9"))

    (conflict,) = (await impact(the, change_set))["bandConflicts"]
    submitted = await move(the.author, "submit", change_set)

    assert conflict["outside"] == "APPROVAL"
    assert submitted["__typename"] == "PriceChangeSet"


@pytest.mark.parametrize("number", [1, 50])
async def test_an_impact_takes_the_same_statements_for_any_number_of_rows(the, statements, number):
    change_set = await begun(the.author)
    rows = [the.row("11", fromQuantity=str(place)) for place in range(number)]
    await put(the.author, change_set, *rows)

    with statements.counting() as sent:
        await impact(the, change_set)

    assert len(sent) == 14


async def test_nobody_else_sees_an_impact(the):
    change_set = await begun(the.author)
    await put(the.author, change_set, the.row("11"))

    answer = await the.stranger.ask(IMPACT, id=change_set)

    assert answer.error_codes == ["NOT_FOUND"]
    assert key(change_set)


async def _shop(the: Team):
    from app.organisations.models import TradingRelationship  # noqa: PLC0415  # read once

    found = await the.world.run(
        lambda work: work.session.get_one(
            TradingRelationship, (the.world.tenant_id, the.relationship)
        )
    )
    return found.buyer_id
