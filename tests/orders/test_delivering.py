from datetime import date

import pytest

from app.inventory.operations import broken_invariants as broken_stock
from app.orders.operations.checking import broken_invariants as broken_orders
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def people(chain):
    world = chain.world
    return {
        "buyer": await world.member(chain.retailer, "BUYER"),
        "keeper": await world.member(chain.distributor, "WAREHOUSE"),
        "admin": await world.member(chain.distributor, "ENTERPRISE_ADMIN"),
    }


async def prepared(chain, people, quantity="2", seen="143.19"):
    order = await chain.place(people["buyer"], quantity, seen=seen)
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        order = await on_order(people["keeper"], name, order["id"], kind)
    return order


async def shipped(people, order, pieces=None, key="s1"):
    given = {"idempotencyKey": key, "orderId": order["id"], "carrier": "SF Express"}
    if pieces is not None:
        line = order["lines"][0]["id"]
        given["lines"] = [{"orderLineId": line, "pieces": str(pieces)}]
    shipment = await mutate(people["keeper"], "bookCarrier", "BookCarrierInput", given, "Shipment")
    if shipment["__typename"] == "Refusal":
        return shipment
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    return await mutate(people["keeper"], "handOver", "HandOverInput", given, "Shipment")


def signature(shipment, **more):
    return {"shipmentId": shipment["id"], "signedBy": "Li Na", **more}


async def books(world):
    async def check(work):
        return [
            *await broken_stock(work),
            *await broken_orders(work),
        ]

    return await world.run(check)


async def test_goods_leave_in_parts(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await prepared(chain, people)

    too_many = await shipped(people, order, 49, "s0")
    first = await shipped(people, order, 20, "s1")
    between = await look(people["buyer"], order["id"])
    second = await shipped(people, order, None, "s2")
    after = await look(people["buyer"], order["id"])

    assert (too_many["code"], too_many["field"]) == ("MORE_THAN_THERE", "lines.0.pieces")
    assert (first["number"], second["number"]) == (1, 2)
    assert (between["state"], between["fulfilmentStatus"]) == ("PREPARED", "PARTIAL")
    assert (after["state"], after["fulfilmentStatus"]) == ("SHIPPED", "FULL")
    assert await books(chain.world) == []


async def test_refused_goods_come_back_and_are_delivered_again(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await prepared(chain, people)
    shipment = await shipped(people, order)
    line = order["lines"][0]["id"]

    signed = await mutate(
        people["buyer"],
        "signDelivery",
        "SignDeliveryInput",
        signature(shipment, refused=[{"orderLineId": line, "pieces": "24"}], reason="Wet cartons"),
        "Shipment",
    )
    waiting = await look(people["buyer"], order["id"])
    given = {"shipmentId": shipment["id"], "deliverAgain": True}
    await mutate(people["keeper"], "returnToWarehouse", "ReturnToWarehouseInput", given, "Shipment")
    again = await look(people["keeper"], order["id"])
    await on_order(people["keeper"], "startPreparation", order["id"], "StartPreparationInput")
    await on_order(people["keeper"], "finishPreparation", order["id"], "FinishPreparationInput")
    second = await shipped(people, order, None, "s2")
    await mutate(
        people["buyer"], "signDelivery", "SignDeliveryInput", signature(second), "Shipment"
    )
    received = await on_order(people["buyer"], "confirmReceipt", order["id"], "ConfirmReceiptInput")

    assert signed["status"] == "SIGNED"
    assert waiting["state"] == "REFUSED"
    assert again["state"] == "ALLOCATED"
    assert received["state"] == "RECEIVED"
    assert received["lines"][0]["quantities"]["received"] == "48"
    assert await books(chain.world) == []


async def test_goods_refused_for_good_are_cancelled_and_back_in_stock(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await prepared(chain, people)
    shipment = await shipped(people, order)

    await mutate(
        people["buyer"],
        "signDelivery",
        "SignDeliveryInput",
        signature(shipment, refusesAll=True, reason="Not ordered"),
        "Shipment",
    )
    given = {"shipmentId": shipment["id"], "deliverAgain": False}
    await mutate(people["keeper"], "returnToWarehouse", "ReturnToWarehouseInput", given, "Shipment")
    after = await look(people["buyer"], order["id"])

    assert after["state"] == "CANCELLED"
    assert after["lines"][0]["quantities"]["cancelled"] == "48"
    assert await books(chain.world) == []


async def test_a_difference_at_receipt_is_recorded_and_not_invoiced(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await prepared(chain, people)
    shipment = await shipped(people, order)
    await mutate(
        people["buyer"], "signDelivery", "SignDeliveryInput", signature(shipment), "Shipment"
    )
    line = order["lines"][0]["id"]

    beyond = await on_order(
        people["buyer"],
        "confirmReceipt",
        order["id"],
        "ConfirmReceiptInput",
        received=[{"orderLineId": line, "pieces": "49"}],
    )
    received = await on_order(
        people["buyer"],
        "confirmReceipt",
        order["id"],
        "ConfirmReceiptInput",
        received=[{"orderLineId": line, "pieces": "36"}],
    )
    await on_order(people["admin"], "settleOrder", order["id"])
    answer = await people["buyer"].ask(
        """query($id: ID!) { order(id: $id) { state hasOpenException exceptions { kind }
             invoice { net tax total lines { quantity } } } }""",
        id=order["id"],
    )

    assert beyond["code"] == "MORE_THAN_THERE"
    assert received["lines"][0]["quantities"]["missing"] == "12"
    seen = answer.data["order"]
    assert seen["exceptions"] == [{"kind": "RECEIPT_DIFFERENCE"}]
    assert (seen["invoice"]["net"], seen["invoice"]["total"]) == ("95.04", "107.39")
    assert await books(chain.world) == []


async def test_what_is_received_becomes_the_buyers_stock_with_its_expiry(chain, people):
    await chain.stock(chain.distributor, 48, lot_code="A7", expires_on=date(2199, 1, 31))
    order = await prepared(chain, people)
    shipment = await shipped(people, order)
    await mutate(
        people["buyer"], "signDelivery", "SignDeliveryInput", signature(shipment), "Shipment"
    )
    await on_order(people["buyer"], "confirmReceipt", order["id"], "ConfirmReceiptInput")
    owner = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")

    answer = await owner.ask(
        """query($sku: ID!) { lots(skuId: $sku) { edges { node { code expiresOn } } } }""",
        sku=gid("Sku", chain.sku),
    )

    lots = [edge["node"] for edge in answer.data["lots"]["edges"]]
    assert lots == [{"code": "A7", "expiresOn": "2199-01-31"}]


async def test_a_miscount_stops_preparation(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await chain.place(people["buyer"])
    await on_order(people["keeper"], "allocateOrder", order["id"])
    await on_order(people["keeper"], "startPreparation", order["id"], "StartPreparationInput")

    refused = await on_order(
        people["keeper"],
        "finishPreparation",
        order["id"],
        "FinishPreparationInput",
        picked=[{"orderLineId": order["lines"][0]["id"], "pieces": "47"}],
    )

    assert (refused["code"], refused["field"]) == ("PICKED_DIFFERS", "picked.0.pieces")
    assert (await look(people["keeper"], order["id"]))["state"] == "PREPARING"


async def test_pick_up_orders_wait_at_their_point(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await mutate(
        people["buyer"],
        "placeOrder",
        "PlaceOrderInput",
        {
            "idempotencyKey": "pickup",
            "relationshipId": gid("TradingRelationship", chain.downstream),
            "seenTotal": "143.19",
            "deliveryMode": "PICKUP",
            "lines": [{"skuId": gid("Sku", chain.sku), "quantity": "2", "packagingLevel": "CASE"}],
        },
    )
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        await on_order(people["keeper"], name, order["id"], kind)
    refused = await shipped(people, order)
    answer = await people["keeper"].ask(
        "query($id: ID!) { order(id: $id) { shipments { id } } }", id=order["id"]
    )
    (planned,) = answer.data["order"]["shipments"]
    given = {"shipmentId": planned["id"], "place": "East gate"}
    await mutate(
        people["keeper"], "arriveAtPickupPoint", "ArriveAtPickupPointInput", given, "Shipment"
    )

    assert refused["code"] == "NOT_POSSIBLE_NOW"
    assert (await look(people["buyer"], order["id"]))["state"] == "READY_FOR_PICKUP"


async def test_an_order_of_which_nothing_was_found_is_completed_without_an_invoice(chain, people):
    await chain.stock(chain.distributor, 48)
    order = await prepared(chain, people)
    shipment = await shipped(people, order)
    await mutate(
        people["buyer"], "signDelivery", "SignDeliveryInput", signature(shipment), "Shipment"
    )
    await on_order(
        people["buyer"],
        "confirmReceipt",
        order["id"],
        "ConfirmReceiptInput",
        received=[{"orderLineId": order["lines"][0]["id"], "pieces": "0"}],
    )

    done = await on_order(people["admin"], "settleOrder", order["id"])

    assert (done["state"], done["invoiceStatus"]) == ("COMPLETED", "NOT_INVOICED")
    assert await books(chain.world) == []


async def test_goods_of_a_later_delivery_keep_their_own_lot_after_a_difference(chain, people):
    await chain.stock(chain.distributor, 24, lot_code="A", expires_on=date(2198, 1, 31))
    await chain.stock(chain.distributor, 24, lot_code="B", expires_on=date(2199, 1, 31))
    order = await prepared(chain, people)
    line = order["lines"][0]["id"]
    for key, pieces, found in (("s1", 24, "20"), ("s2", None, "24")):
        shipment = await shipped(people, order, pieces, key)
        await mutate(
            people["buyer"], "signDelivery", "SignDeliveryInput", signature(shipment), "Shipment"
        )
        await on_order(
            people["buyer"],
            "confirmReceipt",
            order["id"],
            "ConfirmReceiptInput",
            received=[{"orderLineId": line, "pieces": found}],
        )

    owner = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    answer = await owner.ask(
        "query($sku: ID!) { lots(skuId: $sku) { edges { node { code balances { onHand } } } } }",
        sku=gid("Sku", chain.sku),
    )

    lots = {
        edge["node"]["code"]: [balance["onHand"] for balance in edge["node"]["balances"]]
        for edge in answer.data["lots"]["edges"]
    }
    assert lots == {"A": ["20"], "B": ["24"]}
    assert await books(chain.world) == []
