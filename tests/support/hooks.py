"""Webhooks for tests: set by people, with something in their log."""

from typing import Any, Protocol
from uuid import UUID

from strawberry import relay

from app.db.work import Work
from app.kernel.ids import new_id
from app.webhooks.models import (
    AttemptOutcome,
    DeliveryStatus,
    WebhookAttempt,
    WebhookDelivery,
)
from app.webhooks.operations.hearing import row_of
from app.webhooks.rules.events import Subject, WebhookEvent
from tests.support.world import Answer, Person, World, gid

SHOWN = "id url events selection status failuresInRow failingSince restingUntil"
ORDER = "{ ... on Order { number state total } }"
CREATE = f"""mutation($input: CreateWebhookInput!) {{ createWebhook(input: $input) {{ __typename
    ... on CreatedWebhook {{ secret webhook {{ {SHOWN} }} }}
    ... on Refusal {{ code message field }} }} }}"""


class Branched(Protocol):
    """What a webhook of a branch is set with."""

    world: World
    secret: str
    seller: Person


async def create(person: Person, url: str, *events: str, **more: Any) -> Answer:
    """Ask for a webhook, that shows orders unless told."""
    given = {"idempotencyKey": new_id().hex, "selection": ORDER} | more
    wanted = {"url": url, "events": events or ["ORDER_CHANGED"]}
    return await person.ask(CREATE, input=wanted | given)


async def hook(person: Person, url: str, *events: str, **more: Any) -> tuple[str, str]:
    """A webhook and its secret."""
    made = (await create(person, url, *events, **more)).data["createWebhook"]
    assert made["__typename"] == "CreatedWebhook", made
    return made["webhook"]["id"], made["secret"]


async def add_webhooks(branch: Branched, order_id: UUID) -> dict[str, str]:
    """Two webhooks of the seller's, one with a delivery that was refused, by their names."""
    url = f"https://hooks.example.com/{branch.secret}"
    first, _ = await hook(branch.seller, url)
    second, _ = await hook(branch.seller, url)
    webhook_id = UUID(relay.GlobalID.from_id(first).node_id)

    async def send(work: Work) -> str:
        event, subject = WebhookEvent.ORDER_SHIPPED, Subject("order", order_id)
        row = row_of(work, webhook_id, new_id(), event, subject)
        done = {"status": DeliveryStatus.GIVEN_UP, "tries": 12, "finished_at": work.now}
        await work.insert(WebhookDelivery, [row | done | {"sent_at": work.now}])
        attempt = WebhookAttempt(
            delivery_id=row["id"],
            membership_id=branch.seller.membership_id,
            at=work.now,
            outcome=AttemptOutcome.BAD_STATUS,
            status_code=500,
            milliseconds=12,
            answer=branch.secret,
        )
        await work.save(attempt)
        return gid("WebhookDelivery", row["id"])

    sent = await branch.world.run(send)
    return {"Webhook": first, "Webhook:REMOVED": second, "WebhookDelivery": sent}
