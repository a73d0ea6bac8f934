"""Carry one recorded order from the goods' arrival to its invoice, each step one request."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from replay.client import Person
from replay.folder import RecordedOrder
from replay.network import Network

CANCELLED, COMPLETED = "CANCELLED", "COMPLETED"
_REFUSAL = "... on Refusal { code message }"
_QUOTE = "query($input: QuoteInput!) { quote(input: $input) { gross refused { reason } } }"
_LINES = "id state lines { quantities { ordered shipped received } }"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who acts for an order: the warehouse's keeper and administrator, the store's buyer."""

    keeper: Person
    administrator: Person
    buyer: Person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order; pieces ordered, shipped and received by line, as the API tells."""

    order: RecordedOrder
    state: str
    lines: tuple[tuple[Decimal, Decimal, Decimal], ...]


async def carry(order: RecordedOrder, network: Network, parties: Parties) -> Outcome:
    """Bring in exactly what was shipped, then place the order and take it as far as it goes."""
    key = f"{order.day}-{order.warehouse_id}-{order.store_id}"
    await _stock(order, network, parties.keeper, key)
    order_id = await _place(order, network, parties.buyer, key)
    left = await _on_order(parties.keeper, "allocateOrder", order_id, fields=_LINES)
    if left["state"] != CANCELLED:
        await _ship(order_id, parties, key)
        await _on_order(parties.buyer, "confirmReceipt", order_id, "ConfirmReceiptInput")
        left = await _on_order(parties.administrator, "settleOrder", order_id, fields=_LINES)
    return Outcome(order, left["state"], tuple(_pieces(line) for line in left["lines"]))


async def _stock(order: RecordedOrder, network: Network, keeper: Person, key: str) -> None:
    goods = [
        {
            "skuId": network.skus[line.product_id],
            "packagingLevel": "PIECE",
            "quantity": str(line.shipped),
            "lotCode": f"DAY-{order.day}",
        }
        for line in order.lines
        if line.shipped
    ]
    if goods:
        given = {"idempotencyKey": f"stock-{key}", "goods": goods}
        await keeper.ask(
            _mutation("receiveStock", "ReceiveStockInput", "StockChange", "moves { id }"),
            input=given,
        )


async def _place(order: RecordedOrder, network: Network, buyer: Person, key: str) -> str:
    wanted = {
        "relationshipId": network.relationships[order.warehouse_id, order.store_id],
        "lines": [
            {
                "skuId": network.skus[line.product_id],
                "packagingLevel": "PIECE",
                "quantity": str(line.ordered),
            }
            for line in order.lines
        ],
    }
    quote = await buyer.ask(_QUOTE, input=wanted)
    given = {"idempotencyKey": f"place-{key}", "seenTotal": quote["gross"], **wanted}
    placed = await buyer.ask(_mutation("placeOrder", "PlaceOrderInput", "Order", "id"), input=given)
    return placed["id"]


async def _ship(order_id: str, parties: Parties, key: str) -> None:
    keeper = parties.keeper
    await _on_order(keeper, "startPreparation", order_id, "StartPreparationInput")
    await _on_order(keeper, "finishPreparation", order_id, "FinishPreparationInput")
    booked = await keeper.ask(
        _mutation("bookCarrier", "BookCarrierInput", "Shipment", "id"),
        input={"idempotencyKey": f"book-{key}", "orderId": order_id, "carrier": "Own fleet"},
    )
    await keeper.ask(
        _mutation("handOver", "HandOverInput", "Shipment", "id"),
        input={"shipmentId": booked["id"], "handedOverTo": "Driver"},
    )
    await parties.buyer.ask(
        _mutation("signDelivery", "SignDeliveryInput", "Shipment", "id"),
        input={"shipmentId": booked["id"], "signedBy": "Store manager"},
    )


async def _on_order(
    person: Person,
    name: str,
    order_id: str,
    input_type: str = "OrderInput",
    fields: str = "id state",
) -> Any:
    document = _mutation(name, input_type, "Order", fields)
    return await person.ask(document, input={"orderId": order_id})


def _mutation(name: str, input_type: str, thing: str, fields: str) -> str:
    return (
        f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ "
        f"... on {thing} {{ {fields} }} {_REFUSAL} }} }}"
    )


def _pieces(line: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    known = line["quantities"]
    return Decimal(known["ordered"]), Decimal(known["shipped"]), Decimal(known["received"])
