"""What a person may do with their organisation's webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks as organisation_locks
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.webhooks import locks
from app.webhooks.errors import DeliveryStillWaiting, TooManyWebhooks, WebhookNotActive
from app.webhooks.models import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
    WebhookStatus,
)
from app.webhooks.operations.choosing import note_choice, note_removal
from app.webhooks.operations.hearing import row_of
from app.webhooks.operations.lanes import make_due
from app.webhooks.operations.reading import own_delivery
from app.webhooks.rules.addresses import target_of
from app.webhooks.rules.events import TEST, WEBHOOK, Subject, WebhookEvent
from app.webhooks.rules.retrying import MOST_OLD_SECRET_HOURS
from app.webhooks.rules.signing import SecretKeys, shown

MOST_WEBHOOKS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be heard where; the selection has been checked against the schema."""

    url: str
    events: Sequence[WebhookEvent]
    selection: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different; what is none stays as it is."""

    url: str | None = None
    events: Sequence[WebhookEvent] | None = None
    selection: str | None = None
    is_active: bool | None = None


@requires(Permission.WEBHOOK_WRITE)
async def create_webhook(
    work: Work, key: str, wanted: Wanted, keys: SecretKeys, *, allows_loopback: bool = False
) -> tuple[UUID, str | None]:
    """Let the own organisation hear of events from now on; returns the webhook and its secret.

    The secret is shown this once: the same key again answers with none. Raises `TooManyWebhooks`,
    `WebhookAddressRefused`.
    """
    target = target_of(wanted.url, allows_loopback=allows_loopback)
    secret: list[str] = []

    async def create(webhook_id: UUID) -> None:
        await _check_room(work)
        webhook = Webhook(
            id=webhook_id,
            organisation_id=work.actor.own_organisation,
            membership_id=_person(work),
            url=wanted.url,
            events=_named(wanted.events),
            selection=wanted.selection,
            status=WebhookStatus.ACTIVE,
            since=work.now,
            created_at=work.now,
            changed_at=work.now,
            failures=0,
        )
        await work.save(webhook)
        await note_choice(work, [webhook])
        secret.append(await _new_secret(work, webhook_id, keys))
        after = {"host": target.host, "events": webhook.events, "selection": wanted.selection}
        record(work, "CREATE_WEBHOOK", WEBHOOK, webhook_id, after=after)

    body = [wanted.url, _named(wanted.events), wanted.selection]
    made = await once(work, key, "createWebhook", body, new_id(), create)
    return made, next(iter(secret), None)


@requires(Permission.WEBHOOK_WRITE)
async def change_webhook(
    work: Work, webhook_id: UUID, changes: Changes, *, allows_loopback: bool = False
) -> UUID:
    """Change a webhook, which from now on shows what the caller may see, and nobody else.

    Switched on again, it hears of what happens from then on, and of what still waited. Raises
    `NotFound`, `WebhookAddressRefused`.
    """
    if changes.url is not None:
        target_of(changes.url, allows_loopback=allows_loopback)
    webhook = await _own(work, webhook_id)
    before = _noted(webhook)
    webhook.url = changes.url or webhook.url
    webhook.selection = changes.selection or webhook.selection
    if changes.events is not None:
        webhook.events = _named(changes.events)
    if changes.is_active is not None:
        _switch(work, webhook, is_on=changes.is_active)
    webhook.membership_id = _person(work)
    webhook.changed_at = work.now
    webhook.resting_until = None
    await work.session.flush()
    await note_choice(work, [webhook])
    await make_due(work, [webhook_id])
    record(work, "CHANGE_WEBHOOK", WEBHOOK, webhook_id, before=before, after=_noted(webhook))
    return webhook_id


@requires(Permission.WEBHOOK_WRITE)
async def rotate_webhook_secret(
    work: Work, webhook_id: UUID, keys: SecretKeys, old_hours: int
) -> str:
    """Make a new secret, shown this once; the one before stays valid for some hours beside it.

    Any that are older end now. Raises `NotFound`.
    """
    if not 0 <= old_hours <= MOST_OLD_SECRET_HOURS:
        raise Invalid("oldSecretHours", f"must be 0 to {MOST_OLD_SECRET_HOURS}")
    await _own(work, webhook_id)
    of_webhook = WebhookSecret.webhook_id == webhook_id
    await work.session.execute(
        delete(WebhookSecret).where(of_webhook, WebhookSecret.expires_at.is_not(None))
    )
    until = work.now + timedelta(hours=old_hours)
    await work.session.execute(update(WebhookSecret).where(of_webhook).values(expires_at=until))
    secret = await _new_secret(work, webhook_id, keys)
    after = {"old_until": until.isoformat()}
    record(work, "ROTATE_WEBHOOK_SECRET", WEBHOOK, webhook_id, after=after)
    return secret


@requires(Permission.WEBHOOK_WRITE)
async def remove_webhook(work: Work, webhook_id: UUID) -> UUID:
    """Take a webhook away with its log, and with what still waited; the trail keeps that it was."""
    webhook = await _own(work, webhook_id)
    record(work, "REMOVE_WEBHOOK", WEBHOOK, webhook_id, before=_noted(webhook))
    await note_removal(work, webhook)
    await work.session.delete(webhook)
    await work.session.flush()
    return webhook_id


@requires(Permission.WEBHOOK_WRITE)
async def test_webhook(work: Work, webhook_id: UUID) -> UUID:
    """Send a test, about the webhook itself; returns its delivery. Raises `WebhookNotActive`."""
    webhook = _active(await _own(work, webhook_id))
    row = row_of(work, webhook_id, new_id(), TEST, Subject(WEBHOOK, webhook_id))
    await work.insert(WebhookDelivery, [row | {"sent_at": work.now}])
    await _send_now(work, webhook)
    record(work, "TEST_WEBHOOK", WEBHOOK, webhook_id)
    return row["id"]


@requires(Permission.WEBHOOK_WRITE)
async def replay_delivery(work: Work, delivery_id: UUID) -> UUID:
    """Send a finished delivery again, under the same `webhook-id`, showing its subject as it is.

    Raises `DeliveryStillWaiting`, `NotFound`, `WebhookNotActive`.
    """
    delivery = await own_delivery(work, delivery_id)
    if delivery is None:
        raise NotFound("WebhookDelivery")
    webhook = _active(await _own(work, delivery.webhook_id))
    again = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.status != DeliveryStatus.WAITING)
        .values(status=DeliveryStatus.WAITING, tries=0, next_try_at=work.now, finished_at=None)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    )
    if (await work.session.execute(again)).first() is None:
        raise DeliveryStillWaiting
    await _send_now(work, webhook)
    after = {"delivery": str(delivery_id), "event": delivery.event}
    record(work, "REPLAY_WEBHOOK_DELIVERY", WEBHOOK, webhook.id, after=after)
    return delivery_id


async def _own(work: Work, webhook_id: UUID) -> Webhook:
    webhook = await locks.own_webhook(work, webhook_id)
    if webhook is None:
        raise NotFound("Webhook")
    return webhook


def _active(webhook: Webhook) -> Webhook:
    if webhook.status != WebhookStatus.ACTIVE:
        raise WebhookNotActive
    return webhook


async def _send_now(work: Work, webhook: Webhook) -> None:
    """Let the breaker try at once, with one delivery while it has not closed."""
    webhook.resting_until = None
    await work.session.flush()
    await make_due(work, [webhook.id])


def _switch(work: Work, webhook: Webhook, *, is_on: bool) -> None:
    if not is_on:
        webhook.status = WebhookStatus.OFF
    elif webhook.status != WebhookStatus.ACTIVE:
        webhook.status, webhook.since = WebhookStatus.ACTIVE, work.now
        webhook.failures, webhook.failing_since = 0, None


async def _check_room(work: Work) -> None:
    own = Webhook.organisation_id == work.actor.own_organisation
    await organisation_locks.organisation(work, work.actor.own_organisation)
    number = await work.session.scalar(select(func.count(Webhook.id)).where(own))
    if number is not None and number >= MOST_WEBHOOKS:
        raise TooManyWebhooks(MOST_WEBHOOKS)


async def _new_secret(work: Work, webhook_id: UUID, keys: SecretKeys) -> str:
    secret_id = new_id()
    await work.save(WebhookSecret(id=secret_id, webhook_id=webhook_id, created_at=work.now))
    return shown(keys.key(work.tenant_id, webhook_id, secret_id))


def _named(events: Sequence[WebhookEvent]) -> list[str]:
    named = list(dict.fromkeys(event.value for event in events))
    if not named or TEST.value in named:
        raise Invalid("events", f"must name one event at least, and never {TEST.value}")
    return named


def _person(work: Work) -> UUID:
    if work.actor.membership_id is None:
        raise Forbidden(Permission.WEBHOOK_WRITE)
    return work.actor.membership_id


def _noted(webhook: Webhook) -> dict[str, object]:
    """Return what the trail keeps: of the address its host only, as paths may hold secrets."""
    return {
        "host": target_of(webhook.url, allows_loopback=True).host,
        "events": webhook.events,
        "selection": webhook.selection,
        "status": str(webhook.status),
    }
