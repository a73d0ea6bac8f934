"""From an event to a receiver: signed, shown with its owner's rights, in order, tried again."""

import base64
import hmac
import re
from datetime import UTC, datetime, timedelta

from app.webhooks.client import MOST_ANSWER_BYTES, Caller
from app.webhooks.rules.retrying import MOST_TRIES
from tests.support.chain import on_order
from tests.support.hook_log import REPLAY, TEST, log_of, state_of
from tests.support.hooks import hook
from tests.support.receiver import Received, answer


def is_signed(received: Received, secret: str) -> bool:
    """As the specification has it, written out once more."""
    content = b".".join(
        [received.id.encode(), received.headers["webhook-timestamp"].encode(), received.body]
    )
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), content, "sha256")
    given = received.headers["webhook-signature"].split(" ")
    return f"v1,{base64.b64encode(digest).decode()}" in given


async def test_an_event_goes_out_signed_and_shows_what_was_selected(
    post, chain, buyer, seller, receiver
):
    webhook, secret = await hook(seller, receiver.url, "ORDER_CONFIRMED")

    placed = await chain.place(buyer)
    await post.deliver()

    (got,) = receiver.received
    assert got.path == "/hook?of=east"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.message["type"] == "ORDER_CONFIRMED"
    assert got.subject == {
        "__typename": "Order",
        "id": placed["id"],
        "number": placed["number"],
        "state": "CONFIRMED",
        "total": "143.19",
    }
    assert is_signed(got, secret)
    assert not is_signed(got, "whsec_c2VjcmV0")
    event = next(each for each in await post.events() if each.kind == "order_confirmed")
    assert got.id == str(event.id)
    assert datetime.fromisoformat(got.message["timestamp"]) == event.occurred_at
    assert abs(int(got.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 3_600
    (logged,) = await log_of(seller, webhook)
    assert (logged["status"], logged["tries"], logged["nextTryAt"]) == ("DELIVERED", 1, None)
    assert [(each["outcome"], each["statusCode"]) for each in logged["attempts"]] == [
        ("DELIVERED", 200)
    ]
    assert (logged["subjectId"], logged["webhook"]["id"]) == (placed["id"], webhook)


async def test_events_that_were_not_chosen_or_came_before_are_not_sent(
    post, chain, buyer, seller, receiver
):
    await chain.place(buyer)
    await hook(seller, receiver.url, "ORDER_SHIPPED", "INVOICE_ISSUED")
    await chain.place(buyer)

    await post.deliver()

    assert receiver.received == []


async def test_a_later_event_of_an_order_waits_and_other_orders_do_not(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CHANGED")
    first = await chain.place(buyer)
    await post.hear()
    receiver.answers += [answer(500)]
    await post.send()
    tried = len(receiver.received)
    await on_order(seller, "allocateOrder", first["id"])
    second = await chain.place(buyer)

    await post.deliver()

    seen = [each.subject["id"] for each in receiver.received[tried:]]
    assert set(seen) == {second["id"]}
    waiting = await log_of(seller, webhook, status="WAITING")
    assert {each["subjectId"] for each in waiting} == {first["id"]}
    await post.later(minutes=5)
    ids = [each.id for each in receiver.received if each.subject["id"] == first["id"]]
    assert ids == sorted(ids)
    assert ids[0] == ids[1]  # The one that failed goes first, again under its own id.
    assert await log_of(seller, webhook, status="WAITING") == []


async def test_an_event_that_is_heard_before_its_elders_is_sent_after_them(
    post, chain, buyer, seller, receiver
):
    await hook(seller, receiver.url, "ORDER_CHANGED")
    placed = await chain.place(buyer)
    await on_order(seller, "allocateOrder", placed["id"])
    events = [each for each in await post.events() if each.kind == "order_changed"]
    post.heard |= {each.id for each in events[:-1]}

    await post.deliver()  # The last one only; its elders are still with other workers.
    post.heard.clear()
    await post.deliver()

    assert [each.id for each in receiver.received] == [str(each.id) for each in events]


async def test_what_fails_is_tried_by_the_schedule_and_given_up_in_the_end(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(503, b"busy")] * (MOST_TRIES + 1)
    began = post.now()

    await post.deliver()
    instants = [await _next_try(post, seller, webhook) for _ in range(MOST_TRIES)]
    await post.later(hours=1)

    assert len(receiver.received) == MOST_TRIES
    assert len({each.id for each in receiver.received}) == 1
    assert instants[-1] is None
    assert timedelta(days=2) < instants[-2] - began < timedelta(days=3)
    (logged,) = await log_of(seller, webhook)
    assert (logged["status"], logged["tries"]) == ("GIVEN_UP", MOST_TRIES)
    assert [each["outcome"] for each in logged["attempts"]] == ["BAD_STATUS"] * MOST_TRIES
    assert logged["attempts"][0]["answer"] == "busy"
    assert (await state_of(seller, webhook))["status"] == "ACTIVE"


async def _next_try(post, person, webhook) -> datetime | None:
    """Wait until the only delivery is due again, send it, and return when it was."""
    (logged,) = await log_of(person, webhook)
    if logged["nextTryAt"] is None:
        return None
    rests = (await state_of(person, webhook))["restingUntil"] or logged["nextTryAt"]
    due = max(map(datetime.fromisoformat, (logged["nextTryAt"], rests)))
    await post.later(seconds=(due - post.now()).total_seconds() + 1)
    return due


async def test_the_breaker_opens_lets_one_through_and_closes_again(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    for _ in range(6):
        await chain.place(buyer)
    receiver.answers += [answer(500)] * 8

    await post.deliver()
    opened = await state_of(seller, webhook)
    calls = len(receiver.received)
    await post.send_all()
    while_open = len(receiver.received)
    await post.later(minutes=3)
    probed = len(receiver.received)
    receiver.answers.clear()
    await post.later(hours=2)

    assert opened["restingUntil"] is not None
    assert while_open == calls
    assert probed == calls + 1
    assert await state_of(seller, webhook) == {
        "status": "ACTIVE",
        "failuresInRow": 0,
        "restingUntil": None,
    }
    assert [each["status"] for each in await log_of(seller, webhook)] == ["DELIVERED"] * 6


async def test_a_receiver_that_fails_for_days_is_switched_off_and_its_people_told(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    colleague = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await chain.place(buyer)
    await post.deliver()
    receiver.answers += [answer(500)] * 20
    await chain.place(buyer)

    await post.deliver()
    for _ in range(4):
        await post.later(days=1)
    calls = len(receiver.received)
    await chain.place(buyer)
    await post.deliver()

    assert (await state_of(seller, webhook))["status"] == "DISABLED"
    assert len(receiver.received) == calls
    (told,) = [each for each in await post.events() if each.kind == "webhook_disabled"]
    assert set(told.data["recipients"]) == {
        str(seller.membership_id),
        str(colleague.membership_id),
    }
    assert told.data["host"] == "127.0.0.1"


async def test_who_answers_that_it_is_gone_is_not_asked_again(post, chain, buyer, seller, receiver):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(410)]

    await post.deliver()
    await post.later(days=1)

    assert len(receiver.received) == 1
    assert (await state_of(seller, webhook))["status"] == "DISABLED"
    refused = await seller.ask(TEST, input={"webhookId": webhook})
    assert refused.data["testWebhook"] == {"__typename": "Refusal", "code": "WEBHOOK_NOT_ACTIVE"}


async def test_a_redirect_is_a_failure_and_not_followed(post, chain, buyer, seller, receiver):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(307, b"", f"location: {receiver.url}")]

    await post.deliver()

    assert len(receiver.received) == 1
    (logged,) = await log_of(seller, webhook)
    assert [(each["outcome"], each["statusCode"]) for each in logged["attempts"]] == [
        ("BAD_STATUS", 307)
    ]


async def test_a_delivery_is_replayed_under_its_own_id_showing_the_order_as_it_is(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    placed = await chain.place(buyer)
    await post.deliver()
    await on_order(seller, "allocateOrder", placed["id"])
    (logged,) = await log_of(seller, webhook)

    again = await seller.ask(REPLAY, input={"deliveryId": logged["id"]})
    twice = await seller.ask(REPLAY, input={"deliveryId": logged["id"]})
    await post.send_all()

    assert again.data["replayDelivery"]["status"] == "WAITING"
    assert twice.data["replayDelivery"] == {
        "__typename": "Refusal",
        "code": "DELIVERY_STILL_WAITING",
    }
    assert len({each.id for each in receiver.received}) == 1
    assert receiver.states == ["CONFIRMED", "ALLOCATED"]
    (logged,) = await log_of(seller, webhook)
    assert (logged["status"], len(logged["attempts"])) == ("DELIVERED", 2)


async def test_a_test_message_shows_the_webhook_itself(post, chain, seller, receiver):
    webhook, secret = await hook(seller, receiver.url, selection="{ ... on Webhook { url } }")

    await seller.ask(TEST, input={"webhookId": webhook})
    await post.send_all()

    (got,) = receiver.received
    assert got.message["type"] == "WEBHOOK_TESTED"
    assert got.subject == {"__typename": "Webhook", "id": webhook, "url": receiver.url}
    assert is_signed(got, secret)


async def test_while_two_secrets_are_valid_each_message_is_signed_with_both(
    post, chain, seller, receiver
):
    webhook, old = await hook(seller, receiver.url)
    rotate = """mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
      ... on RotatedWebhookSecret { secret webhook { validSecrets { expiresAt } } } } }"""

    rotated = await seller.ask(rotate, input={"webhookId": webhook, "oldSecretHours": 2})
    await seller.ask(TEST, input={"webhookId": webhook})
    await post.send_all()
    await post.later(hours=3)
    await seller.ask(TEST, input={"webhookId": webhook})
    await post.send_all()

    found = rotated.data["rotateWebhookSecret"]
    new = found["secret"]
    assert [each["expiresAt"] is None for each in found["webhook"]["validSecrets"]] == [True, False]
    both, after = receiver.received
    assert is_signed(both, old)
    assert is_signed(both, new)
    assert is_signed(after, new)
    assert not is_signed(after, old)


async def test_an_answer_shows_to_whoever_set_the_webhook_and_never_a_secret(
    post, chain, buyer, seller, receiver
):
    webhook, secret = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    colleague = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await chain.place(buyer)

    async def echo(received: Received) -> bytes:
        said = f"{secret} {secret[6:]} {received.headers['webhook-signature']} \x00\x1b[31m143.19 "
        return answer(200, said.encode() + b"x" * 2 * MOST_ANSWER_BYTES)

    receiver.respond = echo

    await post.deliver()

    (mine,), (theirs,) = await log_of(seller, webhook), await log_of(colleague, webhook)
    shown = mine["attempts"][0]["answer"]
    assert "143.19" in shown
    assert len(shown) == 1_000
    assert shown.isprintable()
    assert secret[6:] not in shown
    assert re.search(r"v1,[\w+/]{20}", shown) is None
    assert theirs["attempts"][0]["answer"] == ""


async def test_an_address_that_leads_inside_is_never_called(
    post, chain, buyer, seller, receiver, database, show
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.hear()
    strict = type(post.sender)(database, show, Caller(), post.sender.keys, post.now)
    (lane,) = await strict.claim(1, [chain.world.tenant_id])

    await strict.empty(lane)

    assert receiver.received == []
    (logged,) = await log_of(seller, webhook)
    assert [each["outcome"] for each in logged["attempts"]] == ["REFUSED_ADDRESS"]
