"""Orders paid by WeChat Pay and Alipay, at servers that follow what the two publish (R1-12)."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update
from strawberry import relay

from app.audit.models import AuditEntry
from app.books import check_tenant
from app.checkout.choosing import each_provider
from app.checkout.commands import ask_about_payment
from app.checkout.models import CheckoutAccount, CheckoutReport, OnlinePayment
from app.checkout.operations.asking import UNCLEAR, ask_provider, unclear_payments
from app.checkout.operations.merchants import merchant_of
from app.checkout.provider import ProviderSilent
from app.checkout.rules.fen import NotWholeFen, fen_of, in_yuan, yuan_of
from app.checkout.terms import CheckoutTerms
from app.db.outbox import OutboxEvent
from app.identities.sealing import Sealer
from app.kernel.ids import new_id
from app.orders.models import Order
from app.schema.checkout import CheckoutKeysInput
from app.webhooks.rules.signing import SecretKeys
from tests.support.chain import Chain, look, mutate
from tests.support.order_terms import line, placement
from tests.support.paper import tell
from tests.support.paying import API_V3_KEY, AlipayServer, Paid, WechatPayServer, serving

SITE = "http://localhost:8000"
SAID = {
    "WECHAT_PAY": {
        "forged": (401, "FORGED"),
        "stale": (400, "STALE"),
        "unreadable": (400, "UNREADABLE"),
        "unknown": (404, "UNKNOWN"),
        "mismatched": (200, "MISMATCHED"),
        "accepted": (200, "ACCEPTED"),
        "repeated": (200, "REPEATED"),
        "outdated": (200, "OUTDATED"),
    },
    "ALIPAY": {
        "forged": (401, "fail"),
        "stale": (400, "fail"),
        "unreadable": (400, "fail"),
        "unknown": (404, "fail"),
        **dict.fromkeys(("mismatched", "accepted", "repeated", "outdated"), (200, "success")),
    },
}


@pytest.fixture
async def chain(world):
    return await Chain.create(world, payment_ways=["ONLINE"])


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


@pytest.fixture(params=[WechatPayServer, AlipayServer], ids=["wechat_pay", "alipay"])
def provider(request):
    with serving(request.param()) as serves:
        yield serves


async def open_account(seller, provider, **given):
    fields = "kind address merchant callbackPath secret"
    wanted = provider.account() | given
    return await tell(seller, "setCheckoutAccount", "CheckoutAccount", fields, **wanted)


async def refusal(seller, wanted):
    document = """mutation($input: SetCheckoutAccountInput!) {
        setCheckoutAccount(input: $input) { __typename } }"""
    (error,) = (await seller.ask(document, input=wanted)).body["errors"]
    return error


async def begin(chain, buyer, **more):
    wanted = placement(chain, "143.19", line(chain.sku), **more)
    placed = await mutate(buyer, "placeOrder", "PlaceOrderInput", wanted)
    given = {"idempotencyKey": placed["id"], "orderId": placed["id"]}
    fields = "id state redirectUrl"
    return placed, await tell(buyer, "beginOnlinePayment", "OnlinePayment", fields, **given)


async def post(chain, path, notice):
    """The status and the word of the answer, which stands as the provider wants it."""
    headers, body = notice
    answer = await chain.world.http.post(path, content=body, headers=headers)
    if "Wechatpay-Signature" in headers:
        said = answer.json()
        assert said["code"] == ("SUCCESS" if answer.status_code == 200 else "FAIL")
        return answer.status_code, said["message"]
    return answer.status_code, answer.text


async def test_an_order_is_paid_by_notices_that_are_verified_and_count_once(
    chain, seller, buyer, provider
):
    """R1-12: forged, late, of another amount or order, replayed: each is answered in its way."""
    world, (success, waiting, closed) = chain.world, provider.states
    account = await open_account(seller, provider)
    placed, begun = await begin(chain, buyer)
    reference = provider.opened(begun["redirectUrl"])
    asked = provider.orders[reference]

    assert (account["kind"], account["secret"]) == (provider.kind, None)
    assert reference == relay.GlobalID.from_id(begun["id"]).node_id.replace("-", "")
    assert asked["notify_url"] == SITE + account["callbackPath"]
    if provider.kind == "WECHAT_PAY":
        assert asked["amount"] == {"total": 14_319, "currency": "CNY"}
        assert asked["description"] == placed["number"]
    else:
        assert (asked["total_amount"], asked["subject"]) == ("143.19", placed["number"])

    paid = partial(Paid, reference, success)
    now, path = datetime.now(UTC), account["callbackPath"]
    headers, body = provider.notice(paid("one"))
    theirs = {"WECHAT_PAY": {"mchid": "1900000001"}, "ALIPAY": {"app_id": "2014072300000001"}}
    tried = {
        "another key": provider.notice(paid("one", key="seller")),
        "another content": (headers, body.replace(b"one", b"two")),
        "an hour or a day late": provider.notice(paid("one", at=now - timedelta(hours=27))),
        "early": provider.notice(paid("one", at=now + timedelta(hours=1))),
        "another merchant": provider.notice(paid("one", more=theirs[provider.kind])),
        "no such state": provider.notice(Paid(reference, "MAYBE", "one")),
        "another payment": provider.notice(Paid(new_id().hex, success, "one")),
        "a fen less": provider.notice(paid("less", fen=14_318)),
        "waiting": provider.notice(Paid(reference, waiting, "waits")),
    }
    told = {name: await post(chain, path, notice) for name, notice in tried.items()}
    before = await look(buyer, placed["id"])
    nobody = path[:-32] + new_id().hex
    told |= {
        "nobody's": await post(chain, nobody, provider.notice(paid("one"))),
        "once": await post(chain, path, (headers, body)),
        "again": await post(chain, path, (headers, body)),
        "closed": await post(chain, path, provider.notice(Paid(reference, closed, "closed"))),
    }
    after = await look(buyer, placed["id"])

    says = SAID[provider.kind]
    is_wechat = provider.kind == "WECHAT_PAY"
    assert told == {
        "another key": says["forged"],
        "another content": says["forged"],
        "an hour or a day late": says["stale"],
        "early": says["stale"],
        "another merchant": says["unreadable" if is_wechat else "forged"],
        "no such state": says["unreadable"],
        "another payment": says["unknown"],
        "a fen less": says["mismatched"],
        "waiting": says["outdated"],
        "nobody's": says["forged"],
        "once": says["accepted"],
        "again": says["repeated"],
        "closed": says["outdated"],
    }
    assert (before["state"], before["paid"]) == ("PENDING_PAYMENT", "0")
    assert (after["state"], after["paid"]) == ("CONFIRMED", "143.19")
    statement = select(CheckoutReport.event, CheckoutReport.outcome, CheckoutReport.amount)
    kept = await world.run(lambda work: work.session.execute(statement))
    assert {tuple(row) for row in kept} == {
        ("less", "MISMATCHED", Decimal("143.18")),
        ("waits", "OUTDATED", Decimal(0) if is_wechat else Decimal("143.19")),
        ("one", "ACCEPTED", Decimal("143.19")),
        ("closed", "OUTDATED", Decimal(0) if is_wechat else Decimal("143.19")),
    }
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def test_where_no_notice_comes_the_provider_is_asked_and_its_answer_verified(
    chain, seller, buyer, provider, settings
):
    """R1-12: what it does not know, still waits for or did not sign decides nothing."""
    world, (success, waiting, _) = chain.world, provider.states
    await open_account(seller, provider)
    placed, begun = await begin(chain, buyer)
    soon = datetime.now(UTC) + timedelta(minutes=11)
    (due,) = await world.run(unclear_payments, now=soon)
    await world.run(lambda work: ask_about_payment(work, due), now=soon)
    event = await world.run(
        lambda work: work.session.scalar(select(OutboxEvent).where(OutboxEvent.kind == UNCLEAR))
    )
    terms = CheckoutTerms(SecretKeys(settings.secret), Sealer(settings.secret))
    asking = partial(
        ask_provider, event=event, provider=each_provider(allows_loopback=True), terms=terms
    )

    async def state():
        await world.run(asking)
        return (await look(buyer, placed["id"]))["state"]

    reference = provider.opened(begun["redirectUrl"])
    order = provider.orders.pop(reference)
    unknown = await state()
    provider.orders[reference] = order
    provider.orders[reference]["state"] = waiting
    waits = await state()
    provider.orders[reference]["state"], provider.signs_with = success, "seller"
    with pytest.raises(ProviderSilent):
        await state()
    provider.signs_with = "provider"

    assert (unknown, waits, await state()) == ("PENDING_PAYMENT", "PENDING_PAYMENT", "CONFIRMED")


async def test_keys_are_read_strictly_kept_sealed_and_never_shown(
    chain, seller, provider, settings
):
    """R1-12: what cannot work is refused by the name of its field, and what was kept stays."""
    world, right = chain.world, provider.account()
    keys = right["keys"]
    wrong = {
        "merchant": {"merchant": "East"},
        "keys": {"keys": None},
        "keys.privateKey": {"keys": keys | {"privateKey": "-----BEGIN nothing"}},
        "keys.providerKey": {"keys": keys | {"providerKey": keys["privateKey"]}},
    }
    if provider.kind == "WECHAT_PAY":
        wrong["keys.apiV3Key"] = {"keys": keys | {"apiV3Key": API_V3_KEY[1:]}}
        wrong["keys.appId"] = {"keys": keys | {"appId": 'wx"1'}}
    account = await open_account(seller, provider)
    refused = [await refusal(seller, right | given) for given in wrong.values()]
    ours = await refusal(seller, right | {"kind": "SIGNED_JSON"})
    shown = await seller.ask("{ checkoutAccount { kind merchant address callbackPath secret } }")

    assert [said["extensions"]["field"] for said in refused] == list(wrong)
    assert {said["extensions"]["code"] for said in refused} == {"INVALID"}
    assert ours["extensions"]["field"] == "keys"
    kept = {name: value for name, value in account.items() if name != "__typename"}
    assert shown.data["checkoutAccount"] == kept
    row = await world.run(lambda work: work.session.scalar(select(CheckoutAccount)))
    trail = select(AuditEntry.after).where(AuditEntry.action == "SET_CHECKOUT_ACCOUNT")
    noted = (await world.run(lambda work: work.session.scalars(trail))).all()
    merchant = merchant_of(row, CheckoutTerms(SecretKeys(settings.secret), Sealer(settings.secret)))
    elsewhere = merchant_of(row, CheckoutTerms(SecretKeys("other"), Sealer("other")))
    typed = CheckoutKeysInput(private_key=right["keys"]["privateKey"], provider_key="")
    assert merchant.keys
    assert merchant.keys.private_key == right["keys"]["privateKey"]
    assert elsewhere.keys is None
    assert len(noted) == 1
    told = f"{vars(row)} {noted} {merchant!r} {merchant.keys!r} {typed!r} {json.dumps(refused)}"
    body = right["keys"]["privateKey"].splitlines()[1]
    assert [each for each in (body, API_V3_KEY, "PRIVATE") if each in told] == []


async def test_only_yuan_in_whole_fen_is_taken_and_nothing_is_sent_for_anything_else(
    chain, seller, buyer, provider
):
    world = chain.world
    await open_account(seller, provider)
    wanted = placement(chain, "143.19", line(chain.sku))
    placed = await mutate(buyer, "placeOrder", "PlaceOrderInput", wanted)
    given = {"idempotencyKey": "pay", "orderId": placed["id"]}

    async def tried(**values):
        await world.run(lambda work: work.session.execute(update(Order).values(values)))
        return await tell(buyer, "beginOnlinePayment", "OnlinePayment", "id", **given)

    dollars = await tried(currency="USD")
    mills = await tried(currency="CNY", paid=Decimal("0.005"))

    assert [each["code"] for each in (dollars, mills)] == ["ONLY_IN_YUAN"] * 2
    name = "WeChat Pay" if provider.kind == "WECHAT_PAY" else "Alipay"
    ending = "takes whole fen of CNY alone, and 143.19 USD is open."
    assert dollars["message"] == f"{name} {ending}"
    begun = await world.run(
        lambda work: work.session.scalar(select(func.count()).select_from(OnlinePayment))
    )
    assert (begun, provider.orders) == (0, {})


def test_fen_are_exact_and_what_is_none_is_refused():
    """R1-12: 0.1 + 0.2 is 30 fen, and 143.19 is not 14318.999 of them."""
    assert fen_of(Decimal("0.1") + Decimal("0.2")) == 30
    assert [in_yuan(yuan_of(fen)) for fen in (0, 1, 10, 30, 14_319)] == [
        "0.00",
        "0.01",
        "0.10",
        "0.30",
        "143.19",
    ]
    sums = [sum([Decimal("0.1")] * count, Decimal("143.19")) for count in range(200)]
    assert all(fen_of(after) - fen_of(before) == 10 for before, after in pairwise(sums))
    assert [yuan_of(fen_of(each)) for each in sums] == sums
    for wrong in (0.3, True, "30", -1, 10**18, None):
        with pytest.raises(NotWholeFen):
            yuan_of(wrong)
    with pytest.raises(NotWholeFen):
        fen_of(Decimal("0.005"))
