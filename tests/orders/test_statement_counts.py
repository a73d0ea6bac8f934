"""The number of SQL statements of every order operation, whatever the number of lines (F10)."""

from decimal import Decimal

from app.inventory.operations import Receipt, receive
from app.kernel.ids import new_id
from app.promotions.rules.terms import Limits, SchemeTier
from tests.support.chain import Chain
from tests.support.order_terms import placement, trade_of
from tests.support.world import gid

LINES = (1, 12)
# With begin, who acts, commit, the event, and reading the answer with all its relations (15).
# Goods and parties are remembered once they were shown: steps after the first read them no more.
# Placing asks once which assortment its buyer is held to, and remembers that likewise.
PINNED = {
    "place": 36,
    "allocateOrder": 31,
    "startPreparation": 22,
    "finishPreparation": 23,
    "bookCarrier": 19,
    "handOver": 29,
    "signDelivery": 19,
    "confirmReceipt": 36,
    "settleOrder": 33,
    "orders": 16,
}
ORDER = """id state total seller { name } buyer { name } lines { id net quantities { allocated }
    isFree discountPercent deposit priced { net steps { name before after } losers { listName } }
    sku { name product { name } } shortages { id } } availableActions { command isAvailable }
    history { command actorName } shipments { number lines { pieces } tracking { status } }
    invoice { total } payments { amount } approvals { status } exceptions { kind }
    quote { net lines { net steps { name before after } } }
    deposits couponCodes pointsToRedeem benefits { name money funder { name } goodsSku { name } }"""


async def counted(statements, person, name, input_type, given, thing="Order"):
    fields = ORDER if thing == "Order" else "id lines { pieces }"
    document = f"""mutation($input: {input_type}!) {{ {name}(input: $input) {{ __typename
        ... on {thing} {{ {fields} }} ... on Refusal {{ code message }} }} }}"""
    with statements.counting() as sent:
        answer = await person.ask(document, input=given)
    result = answer.data[name]
    assert result["__typename"] == thing, result
    return result, len(sent)


async def a_day(world, statements, lines):
    """Carry one order of so many lines through its life; statements by step."""
    chain = await Chain.create(world)
    skus = [await world.sku(chain.brand, f"Tea {place}", case=24) for place in range(lines)]
    await world.price(chain.distributor, dict.fromkeys(skus, "2.00"), name="More")
    goods = [Receipt(sku, 24, f"L{place}", None, None) for place, sku in enumerate(skus)]
    await world.run(lambda work: receive(work, chain.distributor, None, goods, "test", None))
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    for person in (buyer, keeper, admin):
        await person.ask("{ viewer { name } }")
    seen = f"{lines * 54.24:.2f}"
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "seenTotal": seen,
        "lines": [
            {"skuId": gid("Sku", sku), "quantity": "1", "packagingLevel": "CASE"} for sku in skus
        ],
    }
    counts = {}
    order, counts["place"] = await counted(
        statements, buyer, "placeOrder", "PlaceOrderInput", given
    )
    on_order = {"orderId": order["id"]}
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        _, counts[name] = await counted(statements, keeper, name, kind, on_order)
    booking = {**on_order, "idempotencyKey": new_id().hex, "carrier": "SF Express"}
    shipment, counts["bookCarrier"] = await counted(
        statements, keeper, "bookCarrier", "BookCarrierInput", booking, "Shipment"
    )
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver"}
    _, counts["handOver"] = await counted(
        statements, keeper, "handOver", "HandOverInput", given, "Shipment"
    )
    given = {"shipmentId": shipment["id"], "signedBy": "Li Na"}
    _, counts["signDelivery"] = await counted(
        statements, buyer, "signDelivery", "SignDeliveryInput", given, "Shipment"
    )
    _, counts["confirmReceipt"] = await counted(
        statements, buyer, "confirmReceipt", "ConfirmReceiptInput", on_order
    )
    _, counts["settleOrder"] = await counted(
        statements, admin, "settleOrder", "OrderInput", on_order
    )
    page = f"{{ orders(first: 10) {{ edges {{ node {{ {ORDER} }} }} }} }}"
    with statements.counting() as sent:
        assert (await admin.ask(page)).data["orders"]["edges"]
    counts["orders"] = len(sent)
    return counts


async def test_no_step_asks_more_often_for_more_lines(world, statements):
    few, many = [await a_day(world, statements, lines) for lines in LINES]

    assert few == many == PINNED


async def test_placing_and_cancelling_cost_the_same_however_many_schemes_speak(world, statements):
    few, many = [await with_schemes(world, statements, number) for number in (1, 9)]

    assert few == many == {"placeOrder": 36, "cancelOrder": 34}


async def test_placing_again_reads_nothing_anew_and_locks_what_all_share_last(world, statements):
    chain = await Chain.create(world)
    one = (SchemeTier(threshold=Decimal(1), benefit=Decimal(1)),)
    await trade_of(chain).scheme(limits=Limits(money=Decimal(100)), tiers=one)
    buyer = await world.member(chain.retailer, "BUYER")
    document = """mutation($input: PlaceOrderInput!) {
        placeOrder(input: $input) { ... on Order { total } } }"""
    await buyer.ask(document, input=placement(chain, "142.06"))

    with statements.counting() as sent:
        answer = await buyer.ask(document, input=placement(chain, "142.06"))

    assert answer.data["placeOrder"]["total"] == "142.06"
    # Begin, who acts, the key, standing, budgets, approvals, parties, the order with all that is
    # its own, the order for the answer, events, counts, commit.
    assert len(sent) == 12
    assert "scheme_budget" in sent[-2]
    assert [each for each in sent if "scheme_budget" in each and "INSERT" in each] == [sent[-2]]


async def with_schemes(world, statements, number):
    """Place and cancel an order that so many schemes make cheaper, each within its budget."""
    chain = await Chain.create(world)
    trade = trade_of(chain)
    for _ in range(number):
        await trade.scheme(
            limits=Limits(money=Decimal(100)),
            tiers=(SchemeTier(threshold=Decimal(1), benefit=Decimal(1)),),
        )
    buyer = await world.member(chain.retailer, "BUYER")
    await buyer.ask("{ viewer { name } }")
    seen = {1: "142.06", 9: "133.02"}[number]
    counts = {}
    order, counts["placeOrder"] = await counted(
        statements, buyer, "placeOrder", "PlaceOrderInput", placement(chain, seen)
    )
    given = {"orderId": order["id"], "reason": "Not needed"}
    _, counts["cancelOrder"] = await counted(
        statements, buyer, "cancelOrder", "OrderReasonInput", given
    )
    return counts


async def test_a_page_of_orders_costs_what_one_order_costs(world, statements):
    chain = await Chain.create(world)
    buyer = await world.member(chain.retailer, "BUYER")
    page = f"query($first: Int!) {{ orders(first: $first) {{ edges {{ node {{ {ORDER} }} }} }} }}"
    for _ in range(6):
        await chain.place(buyer)
    await buyer.ask(page, first=6)

    costs = {}
    for first in (1, 6):
        with statements.counting() as sent:
            edges = (await buyer.ask(page, first=first)).data["orders"]["edges"]
        assert len(edges) == first
        costs[first] = len(sent)

    assert costs[1] == costs[6] == 14
