"""Payment providers are asked what became of payments whose outcome is unknown."""

from collections.abc import Sequence

from app.checkout.choosing import each_provider
from app.checkout.operations.asking import UNCLEAR, ask_provider
from app.checkout.provider import Provider
from app.checkout.terms import CheckoutTerms
from app.config import Settings
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.identities.sealing import Sealer
from app.webhooks.rules.signing import SecretKeys
from workers.events import Listener

CHECKOUT_QUEUE = "checkout"


def checkout_listeners(settings: Settings, provider: Provider | None = None) -> Sequence[Listener]:
    """Return who asks; in a queue of its own, as it waits for others' servers."""
    asked = provider or each_provider(allows_loopback=settings.webhooks_to_loopback)
    terms = CheckoutTerms(SecretKeys(settings.secret), Sealer(settings.secret), settings.site_url)

    async def ask(work: Work, event: OutboxEvent) -> None:
        await ask_provider(work, event, asked, terms)

    return (Listener("ask_provider", frozenset({UNCLEAR}), ask, queue=CHECKOUT_QUEUE),)
