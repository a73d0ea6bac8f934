"""What came of a pass: attempts in the log, deliveries moved on, the breaker, the next instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.audit.operations import record
from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.ids import new_id
from app.rbac.operations import people_of
from app.rbac.permissions import Permission
from app.webhooks import locks
from app.webhooks.models import (
    AttemptOutcome,
    DeliveryStatus,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookStatus,
)
from app.webhooks.operations.choosing import note_choice
from app.webhooks.operations.lanes import hand_back
from app.webhooks.operations.sending import Call, Pass, draw, next_due
from app.webhooks.rules.addresses import target_of
from app.webhooks.rules.retrying import (
    LONGEST_FAILING,
    MOST_TRIES,
    asked_until,
    is_to_be_switched_off,
    next_try,
    resting_until,
)

KEPT = timedelta(days=30)
"""How long the log keeps what is finished."""
_GONE = 410


@dataclass(frozen=True, slots=True)
class Called:
    """The receiver was called, or could not be: `answer` holds the first of what it said.

    `retry_after` is the header of an answer that was no good one.
    """

    outcome: AttemptOutcome
    status_code: int | None = None
    milliseconds: int = 0
    answer: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Whoever set the webhook may not see the subject now, so nothing was sent.

    It is orphaned when they have left, or may have no webhooks any more.
    """

    is_orphaned: bool = False


@dataclass(frozen=True, slots=True)
class NotReady:
    """Something of ours failed before anything was sent; it is tried again by the schedule."""


Result = Called | Unseen | NotReady


async def conclude(work: Work, taken: Pass, results: Sequence[tuple[Call, Result]]) -> bool:
    """Note what came of the calls and hand the lane back; whether the lane was still ours.

    Some ten statements for any number of calls.
    """
    webhook = await locks.webhook(work, taken.lane.webhook_id)
    if webhook is None or not await locks.leased_lane(work, taken.lane):
        return False
    await work.insert(WebhookAttempt, list(_attempts(work, taken, results)))
    await _move_on(work, results)
    await _forget(work, webhook.id, results)
    await _judge(work, webhook, [result for _, result in results])
    await work.session.flush()
    rests = webhook.resting_until is not None
    await hand_back(work, webhook.id, await _next(work, webhook), is_resting=rests)
    return True


async def _next(work: Work, webhook: Webhook) -> datetime | None:
    """Return when to look again; none when nothing waits, or nothing is to be sent."""
    if webhook.status != WebhookStatus.ACTIVE:
        return None
    due = await next_due(work, webhook.id)
    if due is None or webhook.resting_until is None:
        return due
    return max(due, webhook.resting_until)


def _attempts(
    work: Work, taken: Pass, results: Sequence[tuple[Call, Result]]
) -> Iterator[dict[str, Any]]:
    for call, result in results:
        if isinstance(result, NotReady):
            continue
        told = result if isinstance(result, Called) else Called(AttemptOutcome.WITHHELD)
        yield {
            "id": new_id(),
            "delivery_id": call.delivery_id,
            "membership_id": taken.membership_id,
            "at": work.now,
            "outcome": told.outcome.value,
            "status_code": told.status_code,
            "milliseconds": told.milliseconds,
            "answer": told.answer,
        }


async def _move_on(work: Work, results: Sequence[tuple[Call, Result]]) -> None:
    rows = [{"id": call.delivery_id, **_moved(work, call, result)} for call, result in results]
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    for alike in by_columns.values():  # As many as there are kinds of results, not calls.
        await update_rows(work, WebhookDelivery, alike)


def _moved(work: Work, call: Call, result: Result) -> dict[str, Any]:
    """Return the columns that change: finished, or waiting for the next try."""
    if isinstance(result, NotReady):
        is_last = call.tries >= MOST_TRIES
        status = DeliveryStatus.GIVEN_UP if is_last else DeliveryStatus.WAITING
        return {"status": status.value, "finished_at": work.now if is_last else None}
    if isinstance(result, Unseen):
        return {"status": DeliveryStatus.WITHHELD.value, "finished_at": work.now}
    if result.outcome is AttemptOutcome.DELIVERED:
        return _finished(work, DeliveryStatus.DELIVERED)
    if call.tries >= MOST_TRIES or result.outcome is AttemptOutcome.TOO_LARGE:
        return _finished(work, DeliveryStatus.GIVEN_UP)
    again = next_try(work.now, call.tries, draw)
    asked = asked_until(work.now, result.retry_after)
    return {"sent_at": work.now, "next_try_at": max(again, asked or again)}


def _finished(work: Work, status: DeliveryStatus) -> dict[str, Any]:
    return {"status": status.value, "finished_at": work.now, "sent_at": work.now}


async def _forget(work: Work, webhook_id: UUID, results: Sequence[tuple[Call, Result]]) -> None:
    """Leave no trace of what was never theirs to see, and of what is long finished."""
    unseen = [call.delivery_id for call, result in results if isinstance(result, Unseen)]
    old = (WebhookDelivery.finished_at < work.now - KEPT) & (
        WebhookDelivery.status != DeliveryStatus.WAITING
    )
    never_seen = WebhookDelivery.id.in_(unseen) & WebhookDelivery.sent_at.is_(None)
    await work.session.execute(
        delete(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id, old | never_seen)
        .execution_options(synchronize_session=False)
    )


async def _judge(work: Work, webhook: Webhook, results: Sequence[Result]) -> None:
    """Close the breaker at one good answer; count failures, open it, and switch off in the end."""
    if any(isinstance(each, Unseen) and each.is_orphaned for each in results):
        await _switch_off(work, webhook, "whoever set it may not do so any more; set it anew")
        return
    called = [each for each in results if isinstance(each, Called) and _is_theirs(each)]
    if any(each.outcome is AttemptOutcome.DELIVERED for each in called):
        webhook.failures, webhook.failing_since, webhook.resting_until = 0, None, None
    elif called:
        await _count_failures(work, webhook, called)
    _leave_alone(work, webhook, called)


def _leave_alone(work: Work, webhook: Webhook, called: Sequence[Called]) -> None:
    """Rest as long as the receiver asked for: who is asked to wait for one waits with all."""
    asked = (asked_until(work.now, each.retry_after) for each in called)
    rests = [until for until in (*asked, webhook.resting_until) if until is not None]
    webhook.resting_until = max(rests, default=None)


async def _count_failures(work: Work, webhook: Webhook, called: Sequence[Called]) -> None:
    webhook.failures += len(called)
    webhook.failing_since = webhook.failing_since or work.now
    webhook.resting_until = resting_until(work.now, webhook.failures, draw)
    if any(each.status_code == _GONE for each in called):
        await _switch_off(work, webhook, "it answered that it is gone for good (410)")
    elif is_to_be_switched_off(work.now, webhook.failing_since):
        days = LONGEST_FAILING.days
        await _switch_off(work, webhook, f"it has given no good answer for {days} days")


def _is_theirs(called: Called) -> bool:
    """Whether it says something about the receiver."""
    return called.outcome is not AttemptOutcome.TOO_LARGE


async def _switch_off(work: Work, webhook: Webhook, reason: str) -> None:
    """Disable a webhook, and tell whoever set it and whoever may switch it on again."""
    webhook.status = WebhookStatus.DISABLED
    await note_choice(work, [webhook])
    people = await people_of(work, [webhook.organisation_id], Permission.WEBHOOK_WRITE)
    host = target_of(webhook.url, allows_loopback=True).host
    record(
        work,
        "DISABLE_WEBHOOK",
        "webhook",
        webhook.id,
        before={"status": WebhookStatus.ACTIVE.value},
        after={"status": WebhookStatus.DISABLED.value, "host": host},
        on_behalf_of=webhook.organisation_id,
        reason=reason,
    )
    recipients = dict.fromkeys([webhook.membership_id, *people])
    data = {"host": host, "reason": reason, "recipients": [str(each) for each in recipients]}
    work.tell(DomainEvent("webhook_disabled", "webhook", webhook.id, data))
