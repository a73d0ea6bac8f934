"""Time passes for orders: the clock's commands at an instant of one's choosing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.chain import Chain, mutate, on_order
from tests.support.world import Person, World
from workers.clock import tick_in_tenant

PREPAID = {
    "payment_terms": "PREPAID",
    "is_credit_unlimited": False,
    "payment_gate": "BEFORE_REVIEW",
}


async def tick_in(world: World, **later: float) -> None:
    """One tick of the clock in this network, as if so much time had passed (`days=3`)."""
    instant = datetime.now(UTC) + timedelta(**later)
    await tick_in_tenant(world.database, world.tenant_id, lambda: instant)


async def pay(admin: Person, order: dict[str, Any], amount: str, key: str = "p1") -> dict[str, Any]:
    given = {"idempotencyKey": key, "orderId": order["id"], "amount": amount, "method": "CASH"}
    return await mutate(admin, "recordPayment", "RecordPaymentInput", given)


async def history(person: Person, order_id: str) -> list[dict[str, Any]]:
    """What was done to the order, by whom and why, the newest last."""
    document = """query($id: ID!) { order(id: $id) { history {
        command actorName reason onBehalfOfOrganisationId } } }"""
    return (await person.ask(document, id=order_id)).data["order"]["history"]


async def sign(chain: Chain, keeper: Person, buyer: Person) -> dict[str, Any]:
    """An order of two cases that the buyer has signed for and not yet confirmed."""
    order = await chain.place(buyer)
    await on_order(keeper, "allocateOrder", order["id"])
    await on_order(keeper, "startPreparation", order["id"], "StartPreparationInput")
    await on_order(keeper, "finishPreparation", order["id"], "FinishPreparationInput")
    given = {"idempotencyKey": order["id"], "orderId": order["id"], "carrier": "SF Express"}
    shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "signedBy": "Shop keeper Li"}
    await mutate(buyer, "signDelivery", "SignDeliveryInput", given, "Shipment")
    return order
