import pytest

from tests.support.chain import Chain, look, mutate, on_order


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def test_an_order_goes_from_cart_to_completed(chain):
    world = chain.world
    await chain.stock(chain.distributor, 100)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")

    order = await chain.place(buyer)
    assert order["__typename"] == "Order", order
    assert (order["state"], order["total"]) == ("CONFIRMED", "143.19")
    key = order["id"]
    allocated = await on_order(keeper, "allocateOrder", key)
    assert allocated["state"] == "ALLOCATED"
    preparing = await on_order(keeper, "startPreparation", key, "StartPreparationInput")
    assert preparing["state"] == "PREPARING"
    prepared = await on_order(keeper, "finishPreparation", key, "FinishPreparationInput")
    assert prepared["state"] == "PREPARED"
    shipment = await mutate(
        keeper,
        "bookCarrier",
        "BookCarrierInput",
        {"idempotencyKey": "b1", "orderId": key, "carrier": "SF Express"},
        "Shipment",
    )
    assert shipment["status"] == "PLANNED"
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    left = await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    assert left["status"] == "IN_TRANSIT"
    assert (await look(buyer, key))["state"] == "SHIPPED"
    given = {"shipmentId": shipment["id"], "signedBy": "Shop keeper Li"}
    signed = await mutate(buyer, "signDelivery", "SignDeliveryInput", given, "Shipment")
    assert signed["status"] == "SIGNED"
    received = await on_order(buyer, "confirmReceipt", key, "ConfirmReceiptInput")
    assert received["state"] == "RECEIVED"
    settled = await on_order(admin, "settleOrder", key)
    assert (settled["state"], settled["invoiceStatus"]) == ("COMPLETED", "INVOICED")
