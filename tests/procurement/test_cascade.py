from sqlalchemy import select, update

from app.db.outbox import OutboxEvent
from app.finance.operations import broken_invariants as broken_books
from app.fulfilment.operations.arrivals import GOODS_COMING
from app.inventory.operations import broken_invariants as broken_stock
from app.kernel.ids import new_id
from app.notifications.rules import announcement_of
from app.orders.operations.checking import broken_invariants as broken_orders
from app.organisations.models import TradingRelationship
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.world import gid
from workers.arrivals import announce_goods


async def replenish(person, **more):
    given = {"idempotencyKey": new_id().hex, **more}
    return await mutate(person, "orderShortages", "OrderShortagesInput", given)


async def deliver(order, keeper, receiver):
    """Everything between allocation and receipt, for whatever is set aside."""
    await on_order(keeper, "startPreparation", order["id"], "StartPreparationInput")
    await on_order(keeper, "finishPreparation", order["id"], "FinishPreparationInput")
    given = {"idempotencyKey": new_id().hex, "orderId": order["id"], "carrier": "SF Express"}
    shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver"}
    await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "signedBy": "Li Na"}
    await mutate(receiver, "signDelivery", "SignDeliveryInput", given, "Shipment")
    return await on_order(receiver, "confirmReceipt", order["id"], "ConfirmReceiptInput")


async def announced(world):
    """What the keepers of warehouses are told of goods that have left, in order."""

    async def tell(work):
        shipped = select(OutboxEvent).where(OutboxEvent.kind == "order_shipped")
        for row in await work.session.scalars(shipped.order_by(OutboxEvent.id)):
            await announce_goods(work, row)

    async def read(work):
        coming = select(OutboxEvent).where(OutboxEvent.kind == GOODS_COMING)
        rows = await work.session.scalars(coming.order_by(OutboxEvent.id))
        return [(row.data["recipients"], announcement_of(row.kind, row.data).text) for row in rows]

    await world.run(tell)
    return await world.run(read)


async def test_a_shortage_goes_up_three_levels_and_the_goods_come_down(world):
    chain = await Chain.create(world)
    sub = await world.organisation("Riverbank Trading", "SUB_DISTRIBUTOR", chain.distributor)
    shop = await world.organisation("Kiosk", "RETAILER", parent=sub)
    await world.relationship(chain.distributor, sub)
    to_shop = await world.relationship(sub, shop)
    await world.price(sub, {chain.sku: "2.90"})
    await chain.stock(chain.brand, 240)
    await chain.stock(sub, 24)
    buyer = await world.member(shop, "BUYER")
    at_sub = await world.member(sub, "ENTERPRISE_ADMIN", "BUYER")
    at_distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "BUYER")
    at_brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    order = await chain.place(buyer, "3", seen="235.94", relationship=to_shop)
    short = await on_order(at_sub, "allocateOrder", order["id"])
    second = await replenish(at_sub)
    await on_order(at_distributor, "allocateOrder", second["id"])
    third = await replenish(at_distributor)
    nothing = await replenish(at_distributor)
    await on_order(at_brand, "allocateOrder", third["id"])

    assert short["lines"][0]["quantities"]["backordered"] == "48"
    assert (second["lines"][0]["quantity"], second["lines"][0]["packagingLevel"]) == ("2", "CASE")
    assert second["state"] == third["state"] == "CONFIRMED"
    assert nothing["code"] == "NOTHING_SHORT"
    # Each level knows its neighbours only.
    assert await look(buyer, second["id"]) is None
    assert await look(at_sub, third["id"]) is None
    assert await look(at_brand, second["id"]) is None
    assert await look(at_distributor, order["id"]) is None

    await deliver(third, at_brand, at_distributor)
    passed_on = await look(at_distributor, second["id"])
    assert passed_on["state"] == "ALLOCATED"
    await deliver(second, at_distributor, at_sub)
    covered = await look(at_sub, order["id"])
    assert covered["lines"][0]["quantities"]["allocated"] == "72"
    done = await deliver(order, at_sub, buyer)
    assert done["state"] == "RECEIVED"

    answer = await at_sub.ask(
        """query($id: ID!) { order(id: $id) { lines { shortages { quantity covered
             supplyLine { id } } } } }""",
        id=order["id"],
    )
    (shortage,) = answer.data["order"]["lines"][0]["shortages"]
    assert (shortage["quantity"], shortage["covered"]) == ("48", "48")
    assert shortage["supplyLine"]["id"] == second["lines"][0]["id"]
    hidden = await buyer.ask(
        "query($id: ID!) { order(id: $id) { lines { shortages { id } covers { id } } } }",
        id=order["id"],
    )
    assert hidden.data["order"]["lines"] == [{"shortages": [], "covers": []}]
    for check in (broken_stock, broken_orders, broken_books):
        assert await world.run(check) == []
    # Each warehouse on the way learns what is coming; the shop keeps none.
    coming = await announced(world)
    assert [people for people, _ in coming] == [
        [str(each.membership_id)] for each in (at_distributor, at_sub)
    ]
    assert "24 × " in coming[0][1] or "48 × " in coming[0][1]


async def test_those_who_waited_longest_are_served_first(world):
    chain = await Chain.create(world)
    other = await world.organisation("Second Shop", "RETAILER", parent=chain.distributor)
    to_other = await world.relationship(chain.distributor, other)
    first_buyer = await world.member(chain.retailer, "BUYER")
    second_buyer = await world.member(other, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "BUYER")
    at_brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    first = await chain.place(first_buyer)
    second = await chain.place(second_buyer, relationship=to_other)
    for order in (first, second):
        await on_order(admin, "allocateOrder", order["id"])
    supply = await replenish(admin)
    await chain.stock(chain.brand, 72)
    await on_order(at_brand, "allocateOrder", supply["id"])

    await deliver(supply, at_brand, admin)

    served, waiting = await look(admin, first["id"]), await look(admin, second["id"])
    assert supply["lines"][0]["quantity"] == "4"
    assert served["lines"][0]["quantities"]["allocated"] == "48"
    assert (
        waiting["lines"][0]["quantities"]
        | {
            "allocated": "24",
            "backordered": "24",
        }
        == waiting["lines"][0]["quantities"]
    )


async def test_free_stock_covers_what_waits(world):
    chain = await Chain.create(world)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order = await chain.place(buyer)
    waiting = await on_order(keeper, "allocateOrder", order["id"])
    early = await on_order(keeper, "coverBackorder", order["id"])
    await chain.stock(chain.distributor, 30)

    covered = await on_order(keeper, "coverBackorder", order["id"])
    closed = await on_order(
        keeper, "closeOrderShort", order["id"], "OrderReasonInput", reason="Discontinued"
    )

    assert waiting["state"] == "BACKORDERED"
    assert (early["code"], early["details"][1]["value"]) == (
        "NOT_POSSIBLE_NOW",
        "No free stock yet.",
    )
    assert (covered["state"], covered["lines"][0]["quantities"]["backordered"]) == (
        "ALLOCATED",
        "18",
    )
    assert closed["lines"][0]["quantities"]["shortClosed"] == "18"
    assert await world.run(broken_orders) == []


async def test_terms_may_close_what_is_short_at_once(world):
    chain = await Chain.create(world, shortage_policy="SHORT_CLOSE")
    await chain.stock(chain.distributor, 30)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order, hopeless = await chain.place(buyer), await chain.place(buyer)

    part = await on_order(keeper, "allocateOrder", order["id"])
    nothing = await on_order(keeper, "allocateOrder", hopeless["id"])

    assert part["lines"][0]["quantities"]["shortClosed"] == "18"
    assert (part["state"], nothing["state"]) == ("ALLOCATED", "CANCELLED")


async def test_upstream_sees_sales_below_only_where_the_terms_grant_it(world):
    chain = await Chain.create(world)
    sibling = await world.organisation("Next Door", "RETAILER", parent=chain.distributor)
    buyer = await world.member(chain.retailer, "BUYER")
    beside = await world.member(sibling, "ENTERPRISE_ADMIN", "BUYER")
    at_brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)
    before = await look(at_brand, order["id"])
    grant = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    await world.run(lambda work: work.session.execute(grant.values(upstream_visibility="ORDERS")))

    after = await look(at_brand, order["id"])
    people = await at_brand.ask(
        "query($id: ID!) { order(id: $id) { history { command actorName } } }", id=order["id"]
    )

    assert before is None
    assert after["total"] == "143.19"
    assert {entry["actorName"] for entry in people.data["order"]["history"]} == {None}
    assert await look(beside, order["id"]) is None


async def test_orders_of_others_cannot_be_touched_by_those_who_look_on(world):
    chain = await Chain.create(world, upstream_visibility="ORDERS")
    buyer = await world.member(chain.retailer, "BUYER")
    at_brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)

    answer = await at_brand.ask(
        """mutation($input: OrderReasonInput!) { cancelOrder(input: $input) { __typename } }""",
        input={"orderId": order["id"], "reason": "Mine"},
    )

    assert answer.error_codes == ["NOT_FOUND"]
    assert (await look(buyer, order["id"]))["state"] == "CONFIRMED"


async def test_replenishing_names_the_seller_when_there_are_several(world):
    chain = await Chain.create(world)
    rival = await world.organisation("Rival Brand", "BRAND")
    await world.relationship(rival, chain.distributor)
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)
    await on_order(admin, "allocateOrder", order["id"])

    unclear = await replenish(admin)
    clear = await replenish(admin, relationshipId=gid("TradingRelationship", chain.upstream))

    assert unclear["code"] == "NO_SELLER_UPSTREAM"
    assert clear["state"] == "CONFIRMED"


async def test_receipts_cost_the_same_however_many_wait(world, statements):
    costs = set()
    for waiting in (1, 4):
        chain = await Chain.create(world)
        admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "BUYER")
        at_brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
        for place in range(waiting):
            shop = await world.organisation(f"Shop {place}", "RETAILER", chain.distributor)
            relationship = await world.relationship(chain.distributor, shop)
            buyer = await world.member(shop, "BUYER")
            order = await chain.place(buyer, relationship=relationship)
            await on_order(admin, "allocateOrder", order["id"])
        await chain.stock(chain.brand, 48 * waiting)
        supply = await replenish(admin)
        await on_order(at_brand, "allocateOrder", supply["id"])

        with statements.counting() as sent:
            await deliver(supply, at_brand, admin)

        updates = [text for text in sent if text.startswith("UPDATE orders SET")]
        costs.add(len(sent) - len(updates))

    assert len(costs) == 1  # beside one UPDATE an order that moves on, all in one round trip
