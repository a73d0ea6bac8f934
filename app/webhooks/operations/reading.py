"""Which webhooks and deliveries somebody sees: those of their own organisation, and no others."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.webhooks.models import Webhook, WebhookDelivery


def own(work: Work) -> ColumnElement[bool]:
    """Hold to the actor's own organisation; nobody reads or sets those of another."""
    return Webhook.organisation_id == work.actor.own_organisation


def own_deliveries(work: Work) -> ColumnElement[bool]:
    """Hold to deliveries that were sent once, or refused once they had been.

    What still waits for its first try may be about something that is not theirs to know of.
    """
    webhooks = select(Webhook.id).where(Webhook.tenant_id == work.tenant_id, own(work))
    return WebhookDelivery.webhook_id.in_(webhooks) & WebhookDelivery.sent_at.is_not(None)


async def own_delivery(work: Work, delivery_id: UUID) -> WebhookDelivery | None:
    """Return a delivery of the actor's organisation, or none."""
    statement = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, own_deliveries(work)
    )
    return await work.session.scalar(statement)
