"""Orders paid online: begun at a provider, reported by signed call-backs, asked about (R0-33)."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from functools import partial
from time import time

import pytest
from sqlalchemy import select

from app.books import check_tenant
from app.checkout.commands import ask_about_payment
from app.checkout.operations.asking import UNCLEAR, ask_provider, unclear_payments
from app.checkout.provider import HttpProvider
from app.checkout.terms import CheckoutTerms
from app.db.outbox import OutboxEvent
from app.identities.sealing import Sealer
from app.webhooks.client import Caller
from app.webhooks.rules.signing import SecretKeys
from launch.payments import SimulatedProvider
from tests.support.chain import Chain, look, mutate
from tests.support.order_terms import line, placement
from tests.support.paper import tell

BEGUN = "id state amount currency redirectUrl"


@pytest.fixture
async def chain(world):
    return await Chain.create(world, payment_ways=["ONLINE", "ON_ACCOUNT"])


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


@pytest.fixture
async def provider(chain, seller):
    """A real server on this machine, which knows the secret that was shown once."""
    simulated = SimulatedProvider(b"")
    given = {"address": simulated.address, "merchant": "East"}
    fields = "callbackPath secret"
    account = await tell(seller, "setCheckoutAccount", "CheckoutAccount", fields, **given)
    simulated.key = b64decode(account["secret"].removeprefix("whsec_"))
    simulated.path = account["callbackPath"]
    simulated.start()
    yield simulated
    simulated.stop()


async def order(chain, buyer, **more):
    wanted = placement(chain, "143.19", line(chain.sku), **more)
    return await mutate(buyer, "placeOrder", "PlaceOrderInput", wanted)


async def begin(buyer, placed, key="pay"):
    given = {"idempotencyKey": key, "orderId": placed["id"]}
    return await tell(buyer, "beginOnlinePayment", "OnlinePayment", BEGUN, **given)


async def report(chain, provider, sent, *, at=None, signature=None):
    """Post a report as the provider would; its status and what came of it."""
    body = json.dumps(sent).encode()
    timestamp, message = str(int(at or time())), sent.get("event", "unnamed")
    headers = {
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature or provider.signature(message, timestamp, body),
    }
    answer = await chain.world.http.post(provider.path, content=body, headers=headers)
    return answer.status_code, answer.json()["outcome"]


def reference_of(provider, begun):
    return begun["redirectUrl"].rpartition("/")[2]


async def test_an_order_is_paid_by_reports_that_are_verified_and_count_once(
    chain, seller, buyer, provider
):
    """R0-33: replayed, forged, late, out of order, of another amount: each has its outcome."""
    world = chain.world
    placed = await order(chain, buyer)
    begun = await begin(buyer, placed)
    again = await begin(buyer, placed)
    on_account = await order(chain, buyer, paymentWay="ON_ACCOUNT")
    refused = await begin(buyer, on_account, "other")

    assert (placed["state"], begun["state"], begun["amount"]) == (
        "PENDING_PAYMENT",
        "PENDING",
        "143.19",
    )
    assert (again, refused["code"]) == (begun, "NOT_PAYABLE_ONLINE")
    reference = reference_of(provider, begun)
    assert begun["redirectUrl"] == f"{provider.address}/pay/{reference}"
    provider.decide(reference, "FAILED", reports=False)
    failed = provider.report_of(reference, "one")
    provider.decide(reference, "PAID", reports=False)
    paid = provider.report_of(reference, "two")
    told = [
        await report(chain, provider, paid, signature="v1," + "0" * 44),
        await report(chain, provider, paid, at=time() - 3_600),
        await report(chain, provider, {**paid, "event": "three", "amount": "1.00"}),
        await report(chain, provider, {**paid, "event": "four", "currency": "USD"}),
        await report(chain, provider, {"event": "five"}),
        await report(chain, provider, {**paid, "reference": str(world.tenant_id)}),
        await report(chain, provider, failed),
    ]
    before = await look(buyer, placed["id"])
    told += [
        await report(chain, provider, paid),
        await report(chain, provider, paid),
        await report(chain, provider, {**failed, "event": "six"}),
    ]
    after = await look(buyer, placed["id"])

    assert told == [
        (401, "FORGED"),
        (400, "STALE"),
        (200, "MISMATCHED"),
        (200, "MISMATCHED"),
        (400, "UNREADABLE"),
        (404, "UNKNOWN"),
        (200, "ACCEPTED"),
        (200, "ACCEPTED"),
        (200, "REPEATED"),
        (200, "OUTDATED"),
    ]
    assert (before["state"], before["paid"]) == ("PENDING_PAYMENT", "0")
    assert (after["state"], after["paid"], after["paymentStatus"]) == (
        "CONFIRMED",
        "143.19",
        "PAID",
    )
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def test_money_for_a_lapsed_order_is_credit_and_the_provider_is_asked_in_doubt(
    chain, seller, buyer, provider, settings
):
    """A report that never came is asked for; one that came too late tells the seller."""
    world = chain.world
    lapsed, doubtful = [await order(chain, buyer) for _ in range(2)]
    late, unclear = [await begin(buyer, each, each["id"]) for each in (lapsed, doubtful)]
    key = lapsed["id"]
    cancelled = await mutate(
        buyer, "cancelOrder", "OrderReasonInput", {"orderId": key, "reason": "changed my mind"}
    )
    provider.decide(reference_of(provider, late), "PAID", reports=False)
    sent = provider.report_of(reference_of(provider, late), "late")
    heard = await report(chain, provider, sent)
    left = await seller.ask(
        "{ payments(onlyUnallocated: true) { edges { node { amount unallocated method } } } }"
    )

    assert (cancelled["state"], heard) == ("CANCELLED", (200, "ACCEPTED"))
    (edge,) = left.data["payments"]["edges"]
    assert edge["node"] == {"amount": "143.19", "unallocated": "143.19", "method": "ONLINE"}
    told = select(OutboxEvent.data).where(OutboxEvent.kind == "online_payment_late")
    data = await world.run(lambda work: work.session.scalar(told))
    assert str(seller.membership_id) in data["recipients"]

    provider.decide(reference_of(provider, unclear), "PAID", reports=False)
    soon = datetime.now(UTC) + timedelta(minutes=11)
    (due,) = await world.run(unclear_payments, now=soon)
    assert await world.run(unclear_payments) == []
    await world.run(lambda work: ask_about_payment(work, due), now=soon)
    asked = select(OutboxEvent).where(OutboxEvent.kind == UNCLEAR)
    event = await world.run(lambda work: work.session.scalar(asked))
    http = HttpProvider(Caller(allows_loopback=True))
    terms = CheckoutTerms(SecretKeys(settings.secret), Sealer(settings.secret))
    asking = partial(ask_provider, event=event, provider=http, terms=terms)
    await world.run(asking)

    assert (await look(buyer, doubtful["id"]))["state"] == "CONFIRMED"
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def test_a_provider_that_is_away_is_said_and_asked_again_under_the_same_key(
    chain, buyer, provider
):
    provider.stop()
    placed = await order(chain, buyer)

    away = await begin(buyer, placed)

    assert away["code"] == "PAYMENT_PROVIDER_UNAVAILABLE"
    assert (await look(buyer, placed["id"]))["state"] == "PENDING_PAYMENT"
