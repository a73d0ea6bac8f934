"""Setting webhooks: what is refused, what is shown once, who may, and what the trail keeps."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.kernel.ids import new_id
from app.webhooks.commands import MOST_WEBHOOKS
from app.webhooks.models import Webhook, WebhookSecret
from tests.support.hook_log import REPLAY, TEST, change, log_of
from tests.support.hooks import CREATE, ORDER, create, hook
from tests.support.world import gid

URL = "https://hooks.example.com/T0/secret-path"
ALL = "{ webhooks { edges { node { id url validSecrets { createdAt expiresAt } } } } }"
REMOVE = """mutation($input: WebhookInput!) { removeWebhook(input: $input) { __typename
  ... on RemovedWebhook { webhookId } } }"""
ROTATE = """mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
  ... on RotatedWebhookSecret { secret } ... on Refusal { code } } }"""


async def kept(world) -> list[Webhook]:
    return list(await world.run(lambda work: work.session.scalars(select(Webhook))))


async def trail(world, *actions: str) -> list[AuditEntry]:
    wanted = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
    return list(await world.run(lambda work: work.session.scalars(wanted)))


async def test_a_webhook_is_made_once_and_its_secret_shown_once(chain, seller):
    given = {"idempotencyKey": new_id().hex}

    first = (await create(seller, URL, **given)).data["createWebhook"]
    again = (await create(seller, URL, **given)).data["createWebhook"]

    assert first["secret"].startswith("whsec_")
    assert again["secret"] is None
    assert again["webhook"] == first["webhook"]
    (row,) = await kept(chain.world)
    assert (row.organisation_id, row.membership_id) == (chain.distributor, seller.membership_id)
    assert first["webhook"] == {
        "id": gid("Webhook", row.id),
        "url": URL,
        "events": ["ORDER_CHANGED"],
        "selection": "{\n  ... on Order {\n    number\n    state\n    total\n  }\n}",
        "status": "ACTIVE",
        "failuresInRow": 0,
        "failingSince": None,
        "restingUntil": None,
    }


async def test_no_secret_is_stored_or_logged_or_noted(chain, seller, capfd, access):
    _, secret = await hook(seller, URL)
    rotated = (await seller.ask(ROTATE, input={"webhookId": (await _only(seller))["id"]})).data
    secrets = [secret, rotated["rotateWebhookSecret"]["secret"]]

    rows = await chain.world.run(
        lambda work: work.session.execute(select(*WebhookSecret.__table__.columns))
    )
    stored = [str(row) for row in rows]
    noted = [f"{each.before} {each.after}" for each in await trail(chain.world, *_ACTIONS)]
    written = "".join(capfd.readouterr())
    shown = str((await seller.ask(ALL)).body)
    for each in secrets:
        plain = each.removeprefix("whsec_")
        assert plain not in written + shown + "".join([*stored, *noted])
    assert len(stored) == 2
    assert "secret-path" not in "".join(noted) + written


_ACTIONS = ("CREATE_WEBHOOK", "CHANGE_WEBHOOK", "ROTATE_WEBHOOK_SECRET", "REMOVE_WEBHOOK")


async def _only(person) -> dict:
    ((edge),) = (await person.ask(ALL)).data["webhooks"]["edges"]
    return edge["node"]


@pytest.mark.parametrize(
    ("selection", "problem"),
    [
        ("", "Syntax Error"),
        ("{ id", "Syntax Error"),
        ("{ id } { id }", "This anonymous operation"),
        ("{ number }", "Cannot query field 'number' on type 'Node'"),
        ("{ ... on Order { secrets } }", "Cannot query field 'secrets' on type 'Order'"),
        ("{ ... on Order { number } } } evil: stock { edges { node { id } }", "Syntax Error"),
        ("{ id } fragment F on Node { id }", "selection set"),
        ("{ id } query Q { viewer { name } }", "selection set"),
        ("mutation { signOut { __typename } }", "selection set"),
        ("subscription { orderChanged { id } }", "selection set"),
        ("query Q($id: ID!) { id }", "selection set"),
        ("query @skip(if: true) { id }", "selection set"),
        ("{ ...F }", "Unknown fragment 'F'"),
        ("{ ... on Order { lines { sku { product { ownerName(x: 1) } } } } }", "Cannot query"),
        ("{ " + "a: id " * 101 + "}", "aliases"),
        ("{ ... on Order " + "{ seller " * 20 + "{ id }" + " }" * 20 + " }", ""),
        ("{ " + "id " * 3_000 + "}", "tokens"),
    ],
)
async def test_a_selection_that_cannot_be_run_is_refused_with_what_is_wrong(
    chain, seller, selection, problem
):
    refused = (await create(seller, URL, selection=selection)).data["createWebhook"]

    assert (refused["code"], refused["field"]) == ("WEBHOOK_SELECTION_REFUSED", "selection")
    if "anonymous" not in problem:
        assert problem in refused["message"]
    assert await kept(chain.world) == []


async def test_a_selection_that_costs_too_much_is_refused_as_any_operation(chain, seller):
    nested = "skus { product { " * 4 + "id" + " } }" * 4
    deep = f"{{ ... on Order {{ lines {{ sku {{ product {{ {nested} }} }} }} }} }}"

    refused = (await create(seller, URL, selection=deep)).data["createWebhook"]

    assert refused["code"] == "WEBHOOK_SELECTION_REFUSED"
    assert "costs too much" in refused["message"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/", "must begin with https://"),
        ("https://example.com:25/", "port must be 443 or 8443"),
        ("https://192.168.0.1/", "not on the open Internet"),
        ("https://user:password@example.com/", "must name neither a user"),
    ],
)
async def test_an_address_that_is_not_called_is_refused_with_what_is_wrong(
    chain, seller, url, problem
):
    refused = (await create(seller, url)).data["createWebhook"]

    assert (refused["code"], refused["field"]) == ("WEBHOOK_ADDRESS_REFUSED", "url")
    assert problem in refused["message"]
    assert await kept(chain.world) == []


async def test_a_change_is_held_to_the_same_and_refused_whole(chain, seller):
    webhook, _ = await hook(seller, URL)

    url = await change(seller, webhook, url="http://example.com/", events=["ORDER_SHIPPED"])
    selection = await change(seller, webhook, selection="{ x }", isActive=False)

    assert [url["code"], selection["code"]] == [
        "WEBHOOK_ADDRESS_REFUSED",
        "WEBHOOK_SELECTION_REFUSED",
    ]
    (row,) = await kept(chain.world)
    assert (row.url, row.events, row.status) == (URL, ["ORDER_CHANGED"], "ACTIVE")
    assert await trail(chain.world, "CHANGE_WEBHOOK") == []


@pytest.mark.parametrize("events", [[], ["WEBHOOK_TESTED"]])
async def test_events_that_cannot_be_chosen_are_refused(chain, seller, events):
    given = {"idempotencyKey": new_id().hex, "url": URL, "events": events, "selection": ORDER}

    assert (await seller.ask(CREATE, input=given)).error_codes == ["INVALID"]
    assert await kept(chain.world) == []


async def test_an_organisation_has_a_few_webhooks(chain, seller):
    for _ in range(MOST_WEBHOOKS):
        await hook(seller, URL)

    refused = (await create(seller, URL)).data["createWebhook"]

    assert refused["code"] == "TOO_MANY_WEBHOOKS"
    assert len(await kept(chain.world)) == MOST_WEBHOOKS


@pytest.mark.parametrize("role", ["SALES", "SERVICE", "WAREHOUSE", "BUYER", "SYSTEM_ADMIN"])
async def test_who_may_not_has_none_and_sees_none(chain, seller, role):
    await hook(seller, URL)
    person = await chain.world.member(chain.distributor, role)

    assert (await create(person, URL)).error_codes == ["FORBIDDEN"]
    assert (await person.ask(ALL)).error_codes == ["FORBIDDEN"]
    assert len(await kept(chain.world)) == 1


async def test_every_change_stands_in_the_trail_with_the_host_only(chain, seller):
    webhook, _ = await hook(seller, URL)

    await change(seller, webhook, url="https://other.example.com/x", isActive=False)
    await seller.ask(ROTATE, input={"webhookId": webhook})
    removed = await seller.ask(REMOVE, input={"webhookId": webhook})

    assert removed.data["removeWebhook"]["webhookId"] == webhook
    made, changed, _, gone = await trail(chain.world, *_ACTIONS)
    assert made.after["host"] == "hooks.example.com"
    assert (changed.before["host"], changed.after["host"]) == (
        "hooks.example.com",
        "other.example.com",
    )
    assert (changed.before["status"], changed.after["status"]) == ("ACTIVE", "OFF")
    assert gone.before["host"] == "other.example.com"
    assert await kept(chain.world) == []


async def test_a_removed_webhook_takes_its_log_with_it(post, chain, buyer, seller, receiver):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.deliver()
    (logged,) = await log_of(seller, webhook)
    await chain.place(buyer)
    await post.hear()

    await seller.ask(REMOVE, input={"webhookId": webhook})
    await post.send_all()

    assert len(receiver.received) == 1
    again = await seller.ask(REPLAY, input={"deliveryId": logged["id"]})
    tested = await seller.ask(TEST, input={"webhookId": webhook})
    assert again.error_codes + tested.error_codes == ["NOT_FOUND"] * 2


async def test_hours_of_an_old_secret_have_bounds(seller):
    webhook, _ = await hook(seller, URL)

    for hours in (-1, 169):
        given = {"webhookId": webhook, "oldSecretHours": hours}
        assert (await seller.ask(ROTATE, input=given)).error_codes == ["INVALID"]
