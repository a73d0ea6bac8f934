"""What a person may read of their organisation's webhooks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.webhooks.models import (
    DeliveryStatus,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookSecret,
)
from app.webhooks.operations.reading import own, own_deliveries


@requires(Permission.WEBHOOK_READ)
async def webhooks(work: Work, page: PageRequest) -> Page[Webhook]:
    """Return the own organisation's webhooks, the newest first."""
    statement = newest_first(select(Webhook).where(own(work)), page, Webhook.id)
    rows = (await work.session.scalars(statement)).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.WEBHOOK_READ)
async def webhooks_by_id(work: Work, ids: Sequence[UUID]) -> list[Webhook | None]:
    """Return webhooks in the order asked for; none for those that are another's."""
    rows = await work.session.scalars(select(Webhook).where(Webhook.id.in_(ids), own(work)))
    known = {row.id: row for row in rows}
    return [known.get(each) for each in ids]


@requires(Permission.WEBHOOK_READ)
async def deliveries(
    work: Work, page: PageRequest, webhook_id: UUID, status: DeliveryStatus | None = None
) -> Page[WebhookDelivery]:
    """Return what was sent to a webhook, the newest first; raises `NotFound`."""
    if (await webhooks_by_id(work, [webhook_id]))[0] is None:
        raise NotFound("Webhook")
    statement = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.sent_at.is_not(None)
    )
    if status is not None:
        statement = statement.where(WebhookDelivery.status == status)
    rows = (await work.session.scalars(newest_first(statement, page, WebhookDelivery.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.WEBHOOK_READ)
async def deliveries_by_id(work: Work, ids: Sequence[UUID]) -> list[WebhookDelivery | None]:
    """Return deliveries in the order asked for; none for those of others' webhooks."""
    statement = select(WebhookDelivery).where(WebhookDelivery.id.in_(ids), own_deliveries(work))
    known = {row.id: row for row in await work.session.scalars(statement)}
    return [known.get(each) for each in ids]


@requires(Permission.WEBHOOK_READ)
async def attempts(work: Work, delivery_ids: Sequence[UUID]) -> list[list[WebhookAttempt]]:
    """Return the attempts of many deliveries, each in order.

    What a receiver answered may repeat what it was shown, so it is empty for everybody but the
    person in whose name it was sent.
    """
    theirs = select(WebhookDelivery.id).where(
        WebhookDelivery.tenant_id == work.tenant_id, own_deliveries(work)
    )
    statement = (
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id.in_(delivery_ids), WebhookAttempt.delivery_id.in_(theirs))
        .order_by(WebhookAttempt.id)
    )
    found: dict[UUID, list[WebhookAttempt]] = {each: [] for each in delivery_ids}
    for row in await work.session.scalars(statement):
        found[row.delivery_id].append(row)
    return [found[each] for each in delivery_ids]


@requires(Permission.WEBHOOK_READ)
async def valid_secrets(work: Work, webhook_ids: Sequence[UUID]) -> list[list[WebhookSecret]]:
    """Return since when and until when each webhook's secrets are valid, the newest first."""
    theirs = select(Webhook.id).where(Webhook.tenant_id == work.tenant_id, own(work))
    is_valid = or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > work.now)
    statement = (
        select(WebhookSecret)
        .where(
            WebhookSecret.webhook_id.in_(webhook_ids),
            WebhookSecret.webhook_id.in_(theirs),
            is_valid,
        )
        .order_by(WebhookSecret.id.desc())
    )
    found: dict[UUID, list[WebhookSecret]] = {each: [] for each in webhook_ids}
    for row in await work.session.scalars(statement):
        found[row.webhook_id].append(row)
    return [found[each] for each in webhook_ids]
