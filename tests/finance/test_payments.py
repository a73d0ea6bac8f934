"""Money that comes in: laid on invoices, reversed, paid ahead, taken at the door (R3-25)."""

import asyncio

import pytest

from app.books import check_tenant
from app.finance.operations import receivable
from tests.support.chain import REFUSAL, Chain, look, mutate, on_order
from tests.support.order_terms import line, placement
from tests.support.paper import billed, invoice, tell
from tests.support.world import gid

PAYMENT = "id amount unallocated reversedAt receivedOn allocations { amount invoice { id } }"
ACCOUNT = "balance currency movements { cause amount balance reference }"


@pytest.fixture
async def chain(world):
    found = await Chain.create(world)
    await found.stock(found.distributor, 500)
    return found


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


def amounts(**by_invoice):
    return [{"invoiceId": key, "amount": amount} for key, amount in by_invoice.items()]


async def test_payments_cover_invoices_by_hand_or_the_oldest_first(chain, seller, buyer):
    """R3-25, Our rule 8."""
    world, terms = chain.world, gid("TradingRelationship", chain.downstream)
    first, second = [await billed(chain, seller, buyer) for _ in range(2)]

    async def receive(amount, key, person=seller, **more):
        given = {"idempotencyKey": key, "relationshipId": terms, "amount": amount}
        given |= {"method": "BANK_TRANSFER", "reference": "Bank", "receivedOn": "2026-01-05"}
        return await tell(person, "receivePayment", "Payment", PAYMENT, **given, **more)

    async def allocate(key, **more):
        given = {"idempotencyKey": key, "paymentId": hand["id"], **more}
        return await tell(seller, "allocatePayment", "Payment", PAYMENT, **given)

    async def owed():
        return await world.run(lambda work: receivable(work, chain.downstream))

    oldest = await receive("200", "oldest", oldestFirst=True)
    assert await receive("200", "oldest", oldestFirst=True) == oldest
    hand = await receive("100", "hand", allocations=amounts(**{second["id"]: "50"}))

    assert [each["amount"] for each in oldest["allocations"]] == ["143.19", "56.81"]
    assert (oldest["unallocated"], hand["unallocated"]) == ("0", "50")
    assert [(await invoice(buyer, each["id"]))["open"] for each in (first, second)] == [
        "0",
        "36.38",
    ]
    assert str(await owed()) == "-13.6200"
    refused = [
        await allocate("more", allocations=amounts(**{second["id"]: "37"})),
        await allocate("paid", allocations=amounts(**{first["id"]: "1"})),
        await allocate("coin", allocations=amounts(**{second["id"]: "0.001"})),
        await receive("10", "over", allocations=amounts(**{second["id"]: "11"})),
    ]
    assert [each["code"] for each in refused] == [
        "PAYMENT_TOO_LARGE",
        "PAYMENT_TOO_LARGE",
        "AMOUNT_NOT_MONEY",
        "ALLOCATION_TOO_LARGE",
    ]
    rest = await allocate("rest", oldestFirst=True)
    assert rest["unallocated"] == "13.62"

    async def reverse(payment):
        given = {"paymentId": payment["id"], "reason": "The bank took it back"}
        return await tell(seller, "reversePayment", "Payment", PAYMENT, **given)

    gone = await reverse(oldest)
    again = await reverse(oldest)

    assert (gone["unallocated"], gone["allocations"], again["code"]) == (
        "0",
        [],
        "PAYMENT_REVERSED",
    )
    assert gone["reversedAt"] is not None
    opened = [(await invoice(buyer, each["id"]))["open"] for each in (first, second)]
    assert opened == ["143.19", "56.81"]
    shown = await buyer.ask("{ orders { edges { node { paymentStatus } } } }")
    statuses = [edge["node"]["paymentStatus"] for edge in shown.data["orders"]["edges"]]
    assert sorted(statuses) == ["PARTIAL", "UNPAID"]
    left = await buyer.ask("{ payments(onlyUnallocated: true) { edges { node { id } } } }")
    assert [edge["node"]["id"] for edge in left.data["payments"]["edges"]] == [hand["id"]]
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def change_terms(seller, chain, **terms):
    given = {"relationshipId": gid("TradingRelationship", chain.downstream), "terms": terms}
    fields = "paymentWays settlesAtReceipt"
    document = f"""mutation($input: ChangeRelationshipTermsInput!) {{
        changeRelationshipTerms(input: $input) {{
            ... on TradingRelationship {{ {fields} }} {REFUSAL} }} }}"""
    return (await seller.ask(document, input=given)).data["changeRelationshipTerms"]


async def order(chain, buyer, seen="143.19", cases="2", **more):
    wanted = placement(chain, seen, line(chain.sku, cases), **more)
    return await mutate(buyer, "placeOrder", "PlaceOrderInput", wanted)


async def test_an_order_is_paid_in_the_way_that_it_keeps(chain, seller, buyer):
    """R0-10, R0-31, R1-13, R3-63: from a balance, or at the door, and billed at receipt."""
    world, terms = chain.world, gid("TradingRelationship", chain.downstream)
    ways = ["PREPAID_BALANCE", "CASH_ON_DELIVERY"]
    changed = await change_terms(seller, chain, paymentWays=ways, settlesAtReceipt=True)
    assert changed == {"paymentWays": ways, "settlesAtReceipt": True}

    async def balance(command, amount, key):
        given = {"idempotencyKey": key, "relationshipId": terms, "amount": amount}
        return await tell(seller, command, "PrepaidAccount", ACCOUNT, **given, reference=key)

    waiting = [await order(chain, buyer) for _ in range(2)]
    refused = await order(chain, buyer, paymentWay="ONLINE")
    poor = await on_order(buyer, "payFromBalance", waiting[0]["id"])
    await balance("topUpPrepaidBalance", "200", "top up")
    topped = await balance("topUpPrepaidBalance", "200", "top up")
    over = {"idempotencyKey": "over", "relationshipId": terms, "amount": "999999999999999"}
    beyond = await seller.ask(
        "mutation($input: PrepaidBalanceInput!) { topUpPrepaidBalance(input: $input) "
        "{ __typename } }",
        input={**over, "reference": ""},
    )
    paid = await asyncio.gather(
        *(on_order(buyer, "payFromBalance", each["id"]) for each in waiting)
    )

    assert [each["state"] for each in waiting] == ["PENDING_PAYMENT"] * 2
    assert (refused["code"], poor["code"]) == ("PAYMENT_WAY_NOT_ALLOWED", "PREPAID_BALANCE_TOO_LOW")
    assert topped["balance"] == "200"
    assert beyond.body["errors"][0]["extensions"] == {"code": "INVALID", "field": "amount"}
    assert sorted(each.get("state") or each["code"] for each in paid) == [
        "CONFIRMED",
        "PREPAID_BALANCE_TOO_LOW",
    ]
    await balance("topUpPrepaidBalance", "100", "more")
    at_once = await order(chain, buyer)
    too_much = await balance("payOutPrepaidBalance", "14", "out")
    assert (at_once["state"], at_once["paymentStatus"]) == ("CONFIRMED", "PAID")
    assert too_much["code"] == "PREPAID_BALANCE_TOO_LOW"
    asked = f"query($id: ID!) {{ prepaidAccount(relationshipId: $id) {{ {ACCOUNT} }} }}"
    shown = (await buyer.ask(asked, id=terms)).data["prepaidAccount"]
    assert shown["balance"] == "13.62"
    assert [(each["cause"], each["amount"]) for each in shown["movements"]] == [
        ("ORDER", "-143.19"),
        ("TOP_UP", "100"),
        ("ORDER", "-143.19"),
        ("TOP_UP", "200"),
    ]

    at_door = await order(chain, buyer, paymentWay="CASH_ON_DELIVERY")
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        await on_order(seller, name, at_door["id"], kind)
    given = {"idempotencyKey": "book", "orderId": at_door["id"], "carrier": "Own van"}
    shipment = await mutate(seller, "bookCarrier", "BookCarrierInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    await mutate(seller, "handOver", "HandOverInput", given, "Shipment")
    signed = {"shipmentId": shipment["id"], "signedBy": "Li Na", "cash": "140"}
    document = "mutation($input: SignDeliveryInput!) { signDelivery(input: $input) { __typename } }"
    forbidden = await buyer.ask(document, input=signed)
    await seller.ask(document, input=signed)
    received = await on_order(buyer, "confirmReceipt", at_door["id"], "ConfirmReceiptInput")

    assert at_door["state"] == "CONFIRMED"
    assert forbidden.error_codes == ["FORBIDDEN"]
    assert (received["state"], received["paid"], received["paymentStatus"]) == (
        "COMPLETED",
        "140",
        "PARTIAL",
    )
    asked = "query($id: ID!) { order(id: $id) { paymentWay exceptions { kind note } } }"
    told = (await seller.ask(asked, id=at_door["id"])).data["order"]
    assert told == {
        "paymentWay": "CASH_ON_DELIVERY",
        "exceptions": [
            {
                "kind": "CASH_DIFFERENCE",
                "note": "140 CNY were taken at the door, 143.19 were due",
            }
        ],
    }
    assert (await look(buyer, at_door["id"]))["invoiceStatus"] == "INVOICED"
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []
