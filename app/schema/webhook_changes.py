"""Changes of webhooks: setting them, their secrets, tests and replays."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal
from app.schema.webhooks import Webhook, WebhookDelivery, deliveries_by_id, webhooks_by_id
from app.webhooks import commands
from app.webhooks.rules.events import WebhookEvent
from app.webhooks.rules.retrying import OLD_SECRET_HOURS
from app.webhooks.terms import WebhookTerms


@strawberry.input
class CreateWebhookInput:
    """What is to be heard where.

    `url` begins with https:// and is on the open Internet. `selection` is a selection set on the
    subject of the events, such as `{ ... on Order { number state } }`.
    """

    idempotency_key: str
    url: str
    events: list[WebhookEvent]
    selection: str


@strawberry.input
class ChangeWebhookInput:
    """What is to be different; what is left out stays as it is."""

    webhook_id: relay.GlobalID
    url: str | None = None
    events: list[WebhookEvent] | None = None
    selection: str | None = None
    is_active: bool | None = None


@strawberry.input
class WebhookInput:
    """One webhook."""

    webhook_id: relay.GlobalID


@strawberry.input
class RotateWebhookSecretInput:
    """A webhook, and for how many hours the secret of now stays valid beside the new one."""

    webhook_id: relay.GlobalID
    old_secret_hours: int = OLD_SECRET_HOURS


@strawberry.input
class ReplayDeliveryInput:
    """One delivery."""

    delivery_id: relay.GlobalID


@strawberry.type
class CreatedWebhook:
    """A new webhook, with the secret that its signatures are made with."""

    webhook: Webhook
    secret: str | None = strawberry.field(
        description="Shown this once: null when the same idempotency key is used again."
    )


@strawberry.type
class RotatedWebhookSecret:
    """A webhook, with the new secret; while both are valid each message carries two signatures."""

    webhook: Webhook
    secret: str = strawberry.field(description="Shown this once.")


@strawberry.type
class RemovedWebhook:
    """That a webhook is gone."""

    webhook_id: relay.GlobalID


CreateWebhookResult = Annotated[CreatedWebhook | Refusal, strawberry.union("CreateWebhookResult")]
ChangeWebhookResult = Annotated[Webhook | Refusal, strawberry.union("ChangeWebhookResult")]
RotateWebhookSecretResult = Annotated[
    RotatedWebhookSecret | Refusal, strawberry.union("RotateWebhookSecretResult")
]
RemoveWebhookResult = Annotated[RemovedWebhook | Refusal, strawberry.union("RemoveWebhookResult")]
TestWebhookResult = Annotated[WebhookDelivery | Refusal, strawberry.union("TestWebhookResult")]
ReplayDeliveryResult = Annotated[
    WebhookDelivery | Refusal, strawberry.union("ReplayDeliveryResult")
]


@strawberry.type
class WebhooksMutation:
    """What can be done about webhooks."""

    @mutation(commands.create_webhook)
    async def create_webhook(self, info: Info, input: CreateWebhookInput) -> CreateWebhookResult:
        """Hear of events from now on. They show what the caller may see, whoever receives them."""
        terms = _terms(info)
        selection = await terms.check_selection(input.selection)
        wanted = commands.Wanted(input.url, input.events, selection)
        webhook_id, secret = await info.context.write(
            lambda work: commands.create_webhook(
                work,
                input.idempotency_key,
                wanted,
                terms.keys,
                allows_loopback=terms.allows_loopback,
            )
        )
        return CreatedWebhook(webhook=await _webhook(info, webhook_id), secret=secret)

    @mutation(commands.change_webhook)
    async def change_webhook(self, info: Info, input: ChangeWebhookInput) -> ChangeWebhookResult:
        """Change a webhook, switch it on or off; from now on it shows what the caller may see."""
        terms, key = _terms(info), key_of(input.webhook_id, "Webhook")
        given = input.selection
        selection = None if given is None else await terms.check_selection(given)
        changes = commands.Changes(input.url, input.events, selection, input.is_active)
        await info.context.write(
            lambda work: commands.change_webhook(
                work, key, changes, allows_loopback=terms.allows_loopback
            )
        )
        return await _webhook(info, key)

    @mutation(commands.rotate_webhook_secret)
    async def rotate_webhook_secret(
        self, info: Info, input: RotateWebhookSecretInput
    ) -> RotateWebhookSecretResult:
        """Make a new secret; the one of now stays valid beside it for a day, unless told."""
        terms, key = _terms(info), key_of(input.webhook_id, "Webhook")
        secret = await info.context.write(
            lambda work: commands.rotate_webhook_secret(
                work, key, terms.keys, input.old_secret_hours
            )
        )
        return RotatedWebhookSecret(webhook=await _webhook(info, key), secret=secret)

    @mutation(commands.remove_webhook)
    async def remove_webhook(self, info: Info, input: WebhookInput) -> RemoveWebhookResult:
        """Take a webhook away, with its log and with what still waited."""
        key = key_of(input.webhook_id, "Webhook")
        await info.context.write(lambda work: commands.remove_webhook(work, key))
        return RemovedWebhook(webhook_id=input.webhook_id)

    @mutation(commands.test_webhook)
    async def test_webhook(self, info: Info, input: WebhookInput) -> TestWebhookResult:
        """Send a message about the webhook itself, also where the breaker is open."""
        key = key_of(input.webhook_id, "Webhook")
        made = await info.context.write(lambda work: commands.test_webhook(work, key))
        return await _delivery(info, made)

    @mutation(commands.replay_delivery)
    async def replay_delivery(self, info: Info, input: ReplayDeliveryInput) -> ReplayDeliveryResult:
        """Send a finished delivery again, showing its subject as it is now."""
        key = key_of(input.delivery_id, "WebhookDelivery")
        await info.context.write(lambda work: commands.replay_delivery(work, key))
        return await _delivery(info, key)


def _terms(info: Info) -> WebhookTerms:
    terms = info.context.services.webhooks
    if terms is None:
        msg = "this process was made without terms for webhooks"
        raise LookupError(msg)
    return terms


async def _webhook(info: Info, key: UUID) -> Webhook:
    (found,) = await webhooks_by_id(info, [key])
    assert found is not None
    return found


async def _delivery(info: Info, key: UUID) -> WebhookDelivery:
    (found,) = await deliveries_by_id(info, [key])
    assert found is not None
    return found
