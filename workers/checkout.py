"""Payment providers are asked what became of payments whose outcome is unknown."""

from collections.abc import Sequence

from app.checkout.operations.asking import UNCLEAR, ask_provider
from app.checkout.provider import HttpProvider, Provider
from app.config import Settings
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.webhooks.client import Caller
from app.webhooks.rules.signing import SecretKeys
from workers.events import Listener

CHECKOUT_QUEUE = "checkout"


def checkout_listeners(
    settings: Settings, keys: SecretKeys, provider: Provider | None = None
) -> Sequence[Listener]:
    """Return who asks; in a queue of its own, as it waits for others' servers."""
    asked = provider or HttpProvider(Caller(settings.webhooks_to_loopback))

    async def ask(work: Work, event: OutboxEvent) -> None:
        await ask_provider(work, event, asked, keys)

    return (Listener("ask_provider", frozenset({UNCLEAR}), ask, queue=CHECKOUT_QUEUE),)
