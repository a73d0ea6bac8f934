"""A network in which everything has happened once: what the books are tried on."""

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.approvals.models import ApprovalRule
from app.audit.operations.sealing import seal, unsealed
from app.carriers.rules.signing import CarrierKeys
from app.db.outbox import OutboxEvent, OutboxSignal
from app.kernel.ids import new_id
from app.notifications.mail import transport_of
from app.promotions.models import PointsProgramme
from app.promotions.rules.terms import Limits
from tests.support.care import opened, written
from tests.support.chain import Chain, mutate, on_order
from tests.support.documents import command_document
from tests.support.jobs import book_for
from tests.support.order_terms import deliver, line, placement, point_a_yuan, trade_of
from tests.support.ordering import give
from tests.support.world import LONG_AGO, Person, World, gid
from workers.events import Listening
from workers.notifications import notification_listeners

_QUOTE = "query($input: QuoteInput!) { quote(input: $input) { total } }"
_POINTS = """mutation($input: AdjustPointsInput!) { adjustPoints(input: $input) {
    ... on Refusal { code message } } }"""


async def live(world: World, folder: Path) -> Chain:
    """Trade in a new chain: an order of each kind, all events heard, half of the trail sealed."""
    chain = await Chain.create(world, payment_ways=["ON_ACCOUNT", "PREPAID_BALANCE"])
    await chain.stock(chain.distributor, 1_000)
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    await _promote(chain)
    await _complete(chain, seller, buyer)
    await seal_trail(world)
    await _leave_half_way(chain, seller, buyer)
    await _wait_for_approval(chain, buyer)
    await _receive_and_adjust(chain, seller)
    await _complain(chain, seller, buyer)
    await hear(world, folder)
    return chain


async def hear(world: World, folder: Path) -> None:
    """Let every listener hear of every event, as the worker would, and take the signals away."""
    listening = Listening(world.settings.database_url, 1)
    listeners = notification_listeners(
        transport_of(None, folder), "tests@example.com", CarrierKeys(world.settings.secret)
    )
    try:
        for listener in listeners:
            for event in await _events(world):
                if event.kind in listener.kinds:
                    await world.run(partial(book_for, event_id=event.id, listener=listener.name))
                    await listening.handle(listener, world.tenant_id, event.id)
    finally:
        await listening.database.close()
    await world.run(_drop_signals)


async def seal_trail(world: World) -> None:
    """Seal what waits."""
    for last in await world.run(unsealed):
        await world.run(lambda work, last=last: seal(work, last))


async def _promote(chain: Chain) -> None:
    trade = trade_of(chain)
    await trade.scheme("Spring 100-10", limits=Limits(uses=50, money=Decimal(500)))
    await trade.scheme("A point a yuan", **point_a_yuan())
    asked = await trade.scheme("For coupons", needs_coupon=True)
    await trade.coupon(asked, "SPRING", uses_limit=9)
    programme = {"currency": "CNY", "value_per_point": Decimal("0.01"), "changed_at": LONG_AGO}
    await chain.world.save(PointsProgramme(seller_id=chain.distributor, **programme))


async def _complete(chain: Chain, seller: Person, buyer: Person) -> None:
    """Order with a coupon, deliver, settle, and pay in two parts around it."""
    placed = await _place(chain, buyer, "2", couponCodes=["SPRING"])
    await _pay(seller, placed, "20")
    await deliver(chain, seller, buyer, placed["id"])
    await _ok(on_order(buyer, "confirmReceipt", placed["id"], "ConfirmReceiptInput"))
    await _ok(on_order(seller, "settleOrder", placed["id"]))
    await _credit(seller, placed)
    await _pay(seller, placed, "30")


async def _credit(seller: Person, order: dict[str, Any]) -> None:
    """Two pieces were wet: what is open of the invoice is less, and a part of the rest is paid."""
    asked = "query($id: ID!) { order(id: $id) { invoice { id } } }"
    found = (await seller.ask(asked, id=order["id"])).data["order"]["invoice"]["id"]
    lines = [{"position": 1, "quantity": "2", "cause": "DAMAGED"}]
    given = {"idempotencyKey": new_id().hex, "invoiceId": found, "lines": lines, "reason": "Wet"}
    answer = await seller.ask(command_document("creditInvoice"), input=given)
    assert answer.data["creditInvoice"]["__typename"] == "CreditNote", answer.data


async def _leave_half_way(chain: Chain, seller: Person, buyer: Person) -> None:
    """Order more than is there, paid ahead; parts are on their way and planned, the rest waits."""
    await _pay_ahead(chain, seller)
    placed = await _place(chain, buyer, "60", paymentWay="PREPAID_BALANCE")
    await _ok(on_order(seller, "allocateOrder", placed["id"]))
    await _ok(on_order(seller, "startPreparation", placed["id"], "StartPreparationInput"))
    await _ok(on_order(seller, "finishPreparation", placed["id"], "FinishPreparationInput"))
    for pieces in ("30", "20"):
        given: dict[str, Any] = {"idempotencyKey": new_id().hex, "orderId": placed["id"]}
        given |= {"carrier": "SF Express"}
        given["lines"] = [{"orderLineId": placed["lines"][0]["id"], "pieces": pieces}]
        booked = await _ok(mutate(seller, "bookCarrier", "BookCarrierInput", given, "Shipment"))
        if pieces == "30":
            leaving = {"shipmentId": booked["id"], "handedOverTo": "Driver Wang"}
            await _ok(mutate(seller, "handOver", "HandOverInput", leaving, "Shipment"))


async def _wait_for_approval(chain: Chain, buyer: Person) -> None:
    rule = ApprovalRule(
        organisation_id=chain.distributor, threshold=Decimal(1), currency="CNY", created_at=LONG_AGO
    )
    await chain.world.save(rule)
    await _place(chain, buyer, "1")


async def _pay_ahead(chain: Chain, seller: Person) -> None:
    given = {"idempotencyKey": new_id().hex, "amount": "9000"}
    given["relationshipId"] = gid("TradingRelationship", chain.downstream)
    answer = await seller.ask(command_document("topUpPrepaidBalance"), input=given)
    assert answer.data["topUpPrepaidBalance"]["__typename"] == "PrepaidAccount", answer.data


async def _receive_and_adjust(chain: Chain, seller: Person) -> None:
    goods = {"skuId": gid("Sku", chain.sku), "packagingLevel": "CASE", "quantity": "1"}
    given = {"idempotencyKey": new_id().hex, "goods": [goods | {"lotCode": "LATE"}]}
    answer = await seller.ask(
        """mutation($input: ReceiveStockInput!) { receiveStock(input: $input) {
            ... on StockChange { moves { id } } ... on Refusal { code message } } }""",
        input=given,
    )
    assert "moves" in answer.data["receiveStock"], answer.data
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "points": 7,
        "reason": "Welcome",
    }
    assert "code" not in (await seller.ask(_POINTS, input=given)).data["adjustPoints"]


async def _complain(chain: Chain, seller: Person, buyer: Person) -> None:
    """Open a ticket, answer it, and open another that nobody has taken."""
    ticket = await opened(buyer, chain)
    await written(seller, ticket["id"], "We look into it.")
    await opened(buyer, chain)
    given = {"idempotencyKey": new_id().hex, "audience": {"isForAll": True}}
    given["words"] = [{"language": "EN", "title": "Spring tea", "text": "It is here."}]
    assert "id" in await give(seller, "createAnnouncement", "Announcement", "id", **given)


async def _place(chain: Chain, buyer: Person, cases: str, **more: Any) -> dict[str, Any]:
    wanted = placement(chain, "0", line(chain.sku, cases), **more)
    told = [name for name in more if name != "paymentWay"]
    asked = {name: wanted[name] for name in ("relationshipId", "lines", *told)}
    wanted["seenTotal"] = (await buyer.ask(_QUOTE, input=asked)).data["quote"]["total"]
    return await _ok(mutate(buyer, "placeOrder", "PlaceOrderInput", wanted))


async def _pay(seller: Person, order: dict[str, Any], amount: str) -> None:
    given = {
        "idempotencyKey": new_id().hex,
        "orderId": order["id"],
        "amount": amount,
        "method": "BANK_TRANSFER",
        "reference": "Transfer",
    }
    await _ok(mutate(seller, "recordPayment", "RecordPaymentInput", given))


async def _ok(answer: Any) -> dict[str, Any]:
    found = await answer
    assert found["__typename"] != "Refusal", found
    return found


async def _events(world: World) -> list[OutboxEvent]:
    async def read(work: Any) -> list[OutboxEvent]:
        return list(await work.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)))

    return await world.run(read)


async def _drop_signals(work: Any) -> None:
    own = select(OutboxSignal).where(OutboxSignal.tenant_id == work.tenant_id)
    signals = list(await work.session.scalars(own.order_by(OutboxSignal.event_id)))
    for signal in signals[1:]:  # One stays, to be tampered with.
        await work.session.delete(signal)
