"""What webhooks choose to hear, told to the books of jobs: nobody else's events become jobs."""

from collections.abc import Iterable

from app.db.work import Work
from app.jobs import operations as jobs
from app.webhooks import locks
from app.webhooks.models import Webhook, WebhookStatus
from app.webhooks.rules.events import HEARING, kinds_of


async def note_choice(work: Work, webhooks: Iterable[Webhook]) -> None:
    """Let events become jobs as webhooks are set now; one statement for any number of them."""
    await jobs.choose(
        work,
        HEARING,
        {
            each.id: kinds_of(each.events) if each.status == WebhookStatus.ACTIVE else ()
            for each in webhooks
        },
    )


async def note_removal(work: Work, webhook: Webhook) -> None:
    """Let no event become a job for a webhook's sake any more."""
    await jobs.choose(work, HEARING, {webhook.id: ()})


async def note_all_choices(work: Work) -> None:
    """Note every choice of the network anew: what was set by older code has noted none."""
    await note_choice(work, await locks.every_webhook(work))
