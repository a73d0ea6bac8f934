"""Webhooks, their secrets and what was sent to them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "webhooks": NOTHING,
    "webhookDeliveries": of(lambda it, _: {"webhookId": it["Webhook"]}),
    "createWebhook": given(
        lambda _it, _own: {
            "idempotencyKey": once(),
            "url": "https://example.com/hook",
            "events": ["ORDER_CHANGED"],
            "selection": "{ ... on Order { number note total } }",
        },
        changes=True,
    ),
    "changeWebhook": given(lambda it, _: {"webhookId": it["Webhook"], "isActive": True}),
    "rotateWebhookSecret": given(lambda it, _: {"webhookId": it["Webhook"]}),
    "testWebhook": given(lambda it, _: {"webhookId": it["Webhook"]}),
    "replayDelivery": given(lambda it, _: {"deliveryId": it["WebhookDelivery"]}),
    "removeWebhook": given(lambda it, _: {"webhookId": it["Webhook:REMOVED"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "Webhook": ("Webhook", "Webhook:REMOVED"),
    "WebhookDelivery": ("WebhookDelivery",),
}
