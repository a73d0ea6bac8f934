"""The load: orders from the goods' arrival to the settled invoice, while prices change."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2

from chaos.calling import Answer, Caller, GaveUp, Pulse, Unexpected
from chaos.ledger import Fate, Ledger
from chaos.network import GOODS, SELLER, Trading

_REFUSAL = "... on Refusal { code message }"
_QUOTE = "query($input: QuoteInput!) { quote(input: $input) { total } }"
_HISTORY = "query($id: ID!) { order(id: $id) { history { command } } }"
_CANCEL_EVERY, _STOCKED_PIECES = 8, 400
_PRICE_PAUSE_SECONDS = 1.5


class Stopped(Exception):  # the rest of a journey makes no sense
    """A step was refused, or never answered."""


@dataclass
class Desk:
    """What all traders share: where they write down what they do, and when to begin no more."""

    ledger: Ledger
    pulse: Pulse
    closing: asyncio.Event
    unexpected: list[str]
    patience: float


class Trader:
    """One shop of a network, with the seller's people who serve it."""

    def __init__(
        self, http: httpx2.AsyncClient, trading: Trading, shop: int, desk: Desk, random: Random
    ) -> None:
        """Trade in one relationship."""
        self._trading, self._shop, self._desk, self._random = trading, shop, desk, random
        network = trading.network
        self._tenant = str(network.tenant_id)
        self._relationship = network.relationships[SELLER, shop]
        self._buyer = Caller(http, network.buyers[shop], random, desk.patience)
        self._keeper = Caller(http, network.keepers[SELLER], random, desk.patience)
        self._administrator = Caller(http, network.administrators[SELLER], random, desk.patience)
        self._number = 0

    async def trade(self) -> None:
        """Carry one order after the other until told to close."""
        while not self._desk.closing.is_set():
            self._number += 1
            try:
                await self._carry()
            except (Stopped, GaveUp):
                continue
            except Unexpected as surprise:
                self._desk.unexpected.append(str(surprise))
                await asyncio.sleep(1)

    async def buy(self) -> None:
        """Place one order."""
        self._number += 1
        await self._place()

    async def change_prices(self) -> None:
        """Raise and lower prices of the seller until told to close."""
        while not self._desk.closing.is_set():
            self._number += 1
            try:
                await self._change_a_price()
            except (Stopped, GaveUp):
                pass
            except Unexpected as surprise:
                self._desk.unexpected.append(str(surprise))
            await asyncio.sleep(_PRICE_PAUSE_SECONDS)

    async def _carry(self) -> None:
        if self._number % 3 == 1:
            await self._receive()
        placed = await self._place()
        order = placed["id"]
        if placed["state"] == "PENDING_APPROVAL":
            await self._step(
                self._administrator, "approveOrder", "APPROVE", order, "ApproveOrderInput"
            )
        if self._number % _CANCEL_EVERY == 0:
            reason = {"reason": "Not needed"}
            await self._step(
                self._buyer, "cancelOrder", "CANCEL", order, "OrderReasonInput", **reason
            )
            return
        await self._pay(order)
        await self._step(self._keeper, "allocateOrder", "ALLOCATE", order)
        await self._prepare_and_ship(order)
        await self._step(
            self._buyer, "confirmReceipt", "CONFIRM_RECEIPT", order, "ConfirmReceiptInput"
        )
        await self._step(self._administrator, "settleOrder", "SETTLE", order)

    async def _prepare_and_ship(self, order: str) -> None:
        keeper = self._keeper
        await self._step(
            keeper, "startPreparation", "START_PREPARATION", order, "StartPreparationInput"
        )
        await self._step(
            keeper, "finishPreparation", "FINISH_PREPARATION", order, "FinishPreparationInput"
        )
        key = self._key("ship")
        given = {"idempotencyKey": key, "orderId": order, "carrier": "Fleet", "trackingNumber": key}
        document = _mutation("bookCarrier", "BookCarrierInput", "Shipment", "id")
        shipment = (await self._keyed(keeper, key, "bookCarrier", document, given))["id"]
        leaving = {"shipmentId": shipment, "handedOverTo": "Driver"}
        await self._shipped(keeper, "handOver", "HAND_OVER", order, leaving)
        signing = {"shipmentId": shipment, "signedBy": "Shop keeper"}
        await self._shipped(self._buyer, "signDelivery", "SIGN", order, signing)

    async def _receive(self) -> None:
        key = self._key("lot")
        goods = [
            {
                "skuId": sku,
                "packagingLevel": "PIECE",
                "quantity": str(_STOCKED_PIECES),
                "lotCode": key,
            }
            for sku in self._trading.network.skus.values()
        ]
        given = {"idempotencyKey": key, "goods": goods}
        document = _mutation("receiveStock", "ReceiveStockInput", "StockChange", "moves { id }")
        await self._keyed(self._keeper, key, "receiveStock", document, given)

    async def _place(self) -> Mapping[str, Any]:
        skus = self._trading.network.skus
        chosen = sorted(self._random.sample(range(1, 1 + GOODS), self._random.randint(1, 4)))
        wanted = {
            "relationshipId": self._relationship,
            "lines": [
                {
                    "skuId": skus[number],
                    "packagingLevel": "PIECE",
                    "quantity": str(self._random.randint(1, 12)),
                }
                for number in chosen
            ],
        }
        quote = await self._buyer.call(_QUOTE, input=wanted)
        key = self._key("order")
        given = {"idempotencyKey": key, "note": key, "seenTotal": quote.found["total"], **wanted}
        document = _mutation("placeOrder", "PlaceOrderInput", "Order", "id state")
        return await self._keyed(self._buyer, key, "placeOrder", document, given)

    async def _pay(self, order: str) -> None:
        key = self._key("pay")
        given = {
            "idempotencyKey": key,
            "orderId": order,
            "amount": "0.50",
            "method": "CASH",
            "reference": key,
        }
        document = _mutation("recordPayment", "RecordPaymentInput", "Order", "id")
        await self._keyed(self._administrator, key, "recordPayment", document, given)

    async def _change_a_price(self) -> None:
        key, author = self._key("price"), self._administrator
        document = _mutation(
            "createPriceChangeSet", "CreatePriceChangeSetInput", "PriceChangeSet", "id"
        )
        given = {"idempotencyKey": key, "name": key}
        made = await self._keyed(author, key, "createPriceChangeSet", document, given)
        row = {
            "priceListId": self._trading.price_list,
            "skuId": self._trading.network.skus[1 + self._number % GOODS],
            "amount": f"{self._random.randint(100, 999) / 100:.2f}",
        }
        await author.call(
            _mutation(
                "putPriceChanges", "PutPriceChangesInput", "PutPriceChangesOutcome", "written"
            ),
            input={"changeSetId": made["id"], "rows": [row]},
        )
        await self._submit_prices(key, made["id"])

    async def _submit_prices(self, key: str, change_set: str) -> None:
        submission = f"{key}/submit"
        document = _mutation(
            "submitPriceChangeSet", "PriceChangeSetInput", "PriceChangeSet", "status"
        )
        began = self._intend(submission, "submitPriceChangeSet")
        answer = await self._answered(
            self._administrator, submission, began, document, {"changeSetId": change_set}
        )
        code = answer.refusal
        if code == "PRICE_CHANGE_NOT_POSSIBLE" and answer.is_repeat:
            code = ""  # The try that nobody answered did it; the comparison looks whether it did.
        self._close(submission, began, answer, code or change_set, is_refused=bool(code))

    async def _shipped(
        self, who: Caller, name: str, command: str, order: str, given: Mapping[str, Any]
    ) -> None:
        document = _mutation(name, f"{name[0].upper()}{name[1:]}Input", "Shipment", "id")
        await self._once(who, command, order, document, given)

    async def _step(
        self,
        who: Caller,
        name: str,
        command: str,
        order: str,
        input_type: str = "OrderInput",
        **more: Any,
    ) -> None:
        document = _mutation(name, input_type, "Order", "id state")
        await self._once(who, command, order, document, {"orderId": order, **more})

    async def _once(
        self, who: Caller, command: str, order: str, document: str, given: Mapping[str, Any]
    ) -> None:
        """Give a command that takes no key; where a try went unanswered, history tells."""
        key = f"{order}/{command}"
        began = self._intend(key, command)
        answer = await self._answered(who, key, began, document, given)
        code = answer.refusal
        if code and answer.is_repeat and await self._has_happened(order, command):
            code = ""
        self._close(key, began, answer, code or order, is_refused=bool(code))

    async def _has_happened(self, order: str, command: str) -> bool:
        seen = await self._administrator.call(_HISTORY, id=order)
        return command in {step["command"] for step in seen.found["history"]}

    async def _keyed(
        self, who: Caller, key: str, operation: str, document: str, given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        began = self._intend(key, operation)
        answer = await self._answered(who, key, began, document, given)
        result = answer.refusal or str(answer.found.get("id", key))
        self._close(key, began, answer, result, is_refused=bool(answer.refusal))
        return answer.found

    async def _answered(
        self, who: Caller, key: str, began: float, document: str, given: Mapping[str, Any]
    ) -> Answer:
        try:
            return await who.call(document, input=given)
        except GaveUp as gave_up:
            seconds = time.monotonic() - began
            self._desk.ledger.close_intent(key, Fate.UNANSWERED, str(gave_up)[:200], seconds)
            raise Stopped from gave_up

    def _intend(self, key: str, operation: str) -> float:
        self._desk.ledger.intend(key, self._tenant, operation)
        return time.monotonic()

    def _close(
        self, key: str, began: float, answer: Answer, result: str, *, is_refused: bool
    ) -> None:
        fate = Fate.REFUSED if is_refused else Fate.ACKNOWLEDGED
        self._desk.ledger.close_intent(key, fate, result, time.monotonic() - began)
        if is_refused:
            raise Stopped(result)
        self._desk.pulse.beat(answer.sent)

    def _key(self, what: str) -> str:
        return f"{what}-{self._tenant[-6:]}-{self._shop}-{self._number}"


def _mutation(name: str, input_type: str, thing: str, fields: str) -> str:
    return (
        f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ "
        f"... on {thing} {{ {fields} }} {_REFUSAL} }} }}"
    )
