"""What a sender does with a lane: take what is due, and note what came of it.

Between the two no transaction is open: the receiver is spoken to in the meantime. Every try is
counted when it is taken, so that one which ends its sender is tried again later and not for ever.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.db.bulk import update_rows
from app.db.work import Work
from app.tenants.models import TenantStatus
from app.tenants.operations import tenant_of
from app.webhooks import locks
from app.webhooks.locks import Lane
from app.webhooks.models import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
    WebhookStatus,
)
from app.webhooks.operations.lanes import hand_back
from app.webhooks.rules.events import Subject, WebhookEvent
from app.webhooks.rules.retrying import FAILURES_THAT_OPEN, next_try
from app.webhooks.rules.signing import SecretKeys

CALLS_OF_A_WEBHOOK = 4
"""Of different subjects; those of one subject follow one another."""
OF_SUSPENDED = timedelta(minutes=10)
"""How often it is looked whether a suspended network may send again."""


@dataclass(frozen=True, slots=True)
class Call:
    """One delivery that is to be tried now."""

    delivery_id: UUID
    event_id: UUID
    event: WebhookEvent
    subject: Subject
    occurred_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Pass:
    """What a sender does in one go for one webhook; the newest key comes first."""

    lane: Lane
    url: str
    selection: str
    membership_id: UUID
    keys: Sequence[bytes]
    calls: Sequence[Call]


async def take(work: Work, lane: Lane, keys: SecretKeys) -> Pass | None:
    """Take what is due of a lane; none when nothing is, and the lane is handed back.

    While the breaker is open nothing is due; when it has rested, one delivery is tried first. Six
    statements however much waits.
    """
    webhook = await locks.webhook(work, lane.webhook_id)
    if not await locks.leased_lane(work, lane):
        return None
    if webhook is None or webhook.status != WebhookStatus.ACTIVE:
        await hand_back(work, lane.webhook_id, None)
        return None
    later = await _not_before(work, webhook)
    if later is not None:
        rests = later == webhook.resting_until
        await hand_back(work, webhook.id, later, is_resting=rests)
        return None
    due = await _due(work, webhook)
    if not due:
        await hand_back(work, webhook.id, await next_due(work, webhook.id))
        return None
    await _count(work, due)
    return Pass(
        lane,
        webhook.url,
        webhook.selection,
        webhook.membership_id,
        [keys.key(work.tenant_id, webhook.id, each) for each in await _valid(work, webhook.id)],
        [_call(row) for row in due],
    )


async def next_due(work: Work, webhook_id: UUID) -> datetime | None:
    """Return when the first of what waits and waits for no elder is due; none if nothing waits."""
    earliest = select(func.min(WebhookDelivery.next_try_at)).where(*_heads(work, webhook_id))
    return await work.session.scalar(earliest)


def draw(below: int) -> int:
    """Draw a whole number, from 0."""
    return secrets.randbelow(below)


async def _not_before(work: Work, webhook: Webhook) -> datetime | None:
    """Return until when the webhook rests; none when it may send."""
    if (await tenant_of(work)).status != TenantStatus.ACTIVE:
        return work.now + OF_SUSPENDED
    if webhook.resting_until is not None and webhook.resting_until > work.now:
        return webhook.resting_until
    return None


async def _due(work: Work, webhook: Webhook) -> Sequence[WebhookDelivery]:
    statement = (
        select(WebhookDelivery)
        .where(*_heads(work, webhook.id), WebhookDelivery.next_try_at <= work.now)
        .order_by(WebhookDelivery.next_try_at, WebhookDelivery.event_id)
        .limit(1 if webhook.failures >= FAILURES_THAT_OPEN else CALLS_OF_A_WEBHOOK)
    )
    return (await work.session.scalars(statement)).all()


def _heads(work: Work, webhook_id: UUID):  # noqa: ANN202  # conditions, typed by SQLAlchemy
    """Hold to what waits and has no elder of its subject waiting before it."""
    elder = aliased(WebhookDelivery)
    has_elder = (
        select(elder.id)
        .where(
            elder.tenant_id == work.tenant_id,
            elder.webhook_id == webhook_id,
            elder.status == DeliveryStatus.WAITING,
            elder.subject_id == WebhookDelivery.subject_id,
            elder.event_id < WebhookDelivery.event_id,
        )
        .exists()
    )
    return (
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.status == DeliveryStatus.WAITING,
        ~has_elder,
    )


async def _count(work: Work, due: Sequence[WebhookDelivery]) -> None:
    rows = [
        {
            "id": row.id,
            "tries": row.tries + 1,
            "next_try_at": next_try(work.now, row.tries + 1, draw),
        }
        for row in due
    ]
    await update_rows(work, WebhookDelivery, rows)


async def _valid(work: Work, webhook_id: UUID) -> Sequence[UUID]:
    statement = (
        select(WebhookSecret.id)
        .where(
            WebhookSecret.webhook_id == webhook_id,
            or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > work.now),
        )
        .order_by(WebhookSecret.id.desc())
    )
    return (await work.session.scalars(statement)).all()


def _call(row: WebhookDelivery) -> Call:
    """Make a call of a row as it was read, before its try was counted."""
    return Call(
        row.id,
        row.event_id,
        WebhookEvent(row.event),
        Subject(row.subject_kind, row.subject_id),
        row.occurred_at,
        row.tries + 1,
    )
