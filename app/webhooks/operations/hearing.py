"""From an event to deliveries: for the webhooks that chose it and whose business it may be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import insert

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.kernel.ids import new_id
from app.organisations.models import OrganisationAncestry, TradingRelationship
from app.webhooks.models import DeliveryStatus, Webhook, WebhookDelivery, WebhookStatus
from app.webhooks.operations.lanes import make_due
from app.webhooks.rules.events import (
    Parties,
    Subject,
    WebhookEvent,
    event_of,
    parties_of,
    subject_of,
)

LOOKING_BACK = timedelta(hours=1)
"""How far behind its elders an event may be heard and still be delivered after them."""


async def hear(work: Work, event: OutboxEvent) -> None:
    """Put an event into the lanes of the webhooks that chose it, behind its subject's elders.

    Events are heard by several workers at once and in no order; those of the same subject that were
    committed before and not heard yet are put in with it. Once for each webhook and event. Two
    statements where nobody chose it, five where somebody did.
    """
    name = event_of(event.kind)
    if name is None:
        return
    subject = subject_of(name, event.subject_kind, event.subject_id, event.data)
    webhooks = await _choosing(work, name, parties_of(name, subject, event.data), event.occurred_at)
    if not webhooks:
        return
    rows = [
        row
        for heard in await _up_to(work, event)
        for webhook in webhooks
        if (row := _row(work, webhook, heard)) is not None
    ]
    if rows:
        await _put_in(work, rows)


async def _choosing(
    work: Work, name: WebhookEvent, parties: Parties, occurred_at: datetime
) -> Sequence[Webhook]:
    statement = select(Webhook).where(
        Webhook.status == WebhookStatus.ACTIVE,
        Webhook.events.contains([name.value]),
        _concerned(work, parties, occurred_at),
    )
    return (await work.session.scalars(statement)).all()


def _concerned(work: Work, parties: Parties, occurred_at: datetime) -> ColumnElement[bool]:
    """Hold to parties and, but for what is theirs alone, whoever stood above them then."""
    if not parties.are_known:
        return true()
    if parties.alone:
        return Webhook.organisation_id.in_(parties.organisations)
    below = [OrganisationAncestry.descendant_id.in_(parties.organisations)]
    if parties.relationship is not None:
        of_relationship = TradingRelationship.id == parties.relationship
        both = union_all(
            select(TradingRelationship.seller_id).where(
                TradingRelationship.tenant_id == work.tenant_id, of_relationship
            ),
            select(TradingRelationship.buyer_id).where(
                TradingRelationship.tenant_id == work.tenant_id, of_relationship
            ),
        )
        below.append(OrganisationAncestry.descendant_id.in_(both))
    above = select(OrganisationAncestry.ancestor_id).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        or_(*below),
        or_(OrganisationAncestry.since.is_(None), OrganisationAncestry.since <= occurred_at),
    )
    return Webhook.organisation_id.in_(above)


async def _up_to(work: Work, event: OutboxEvent) -> Sequence[OutboxEvent]:
    since: datetime = event.occurred_at - LOOKING_BACK
    statement = (
        select(OutboxEvent)
        .where(
            OutboxEvent.subject_id == event.subject_id,
            OutboxEvent.subject_kind == event.subject_kind,
            OutboxEvent.occurred_at >= since,
            OutboxEvent.id <= event.id,
        )
        .order_by(OutboxEvent.id)
    )
    return (await work.session.scalars(statement)).all()


def _row(work: Work, webhook: Webhook, event: OutboxEvent) -> dict[str, Any] | None:
    name = event_of(event.kind)
    if name is None or name not in webhook.events or event.occurred_at < webhook.since:
        return None
    subject = subject_of(name, event.subject_kind, event.subject_id, event.data)
    columns = row_of(work, webhook.id, event.id, name, subject)
    return {**columns, "occurred_at": event.occurred_at}


def row_of(
    work: Work, webhook_id: UUID, event_id: UUID, name: WebhookEvent, subject: Subject
) -> dict[str, Any]:
    """Return the columns of a delivery that is due at once."""
    return {
        "id": new_id(),
        "webhook_id": webhook_id,
        "event_id": event_id,
        "event": name.value,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "occurred_at": work.now,
        "status": DeliveryStatus.WAITING.value,
        "tries": 0,
        "next_try_at": work.now,
    }


async def _put_in(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    owned = [{"tenant_id": work.tenant_id, **row} for row in rows]
    statement = insert(WebhookDelivery).values(owned).on_conflict_do_nothing()
    put_in = await work.session.execute(statement.returning(WebhookDelivery.webhook_id))
    await make_due(work, set(put_in.scalars()))
