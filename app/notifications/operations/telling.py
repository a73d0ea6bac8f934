"""Tell people, each as they want to be told."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import orjson
from sqlalchemy import text

from app.db.outbox import DomainEvent, OutboxEvent
from app.db.work import Work
from app.kernel.errors import Unauthenticated
from app.kernel.ids import new_id
from app.notifications.languages import Language
from app.notifications.operations.habits import Delivery, deliveries
from app.notifications.rules import NotificationKind, Words, announcement_of

NOTIFICATION_CREATED = "notification_created"
MEMBERSHIP = "membership"
_PEOPLE = frozenset({"recipients", "signers"})


async def notify(
    work: Work,
    event: OutboxEvent,
    membership_ids: Sequence[UUID],
    beside: Mapping[str, str] = MappingProxyType({}),
) -> list[UUID]:
    """Tell each person once for the event; returns the identifiers of what was told just now.

    Each reads it in their own language, and in the words of their organisation. People whose
    membership has ended are left out. Each notification is an event of its own, from which e-mail
    and live view follow; its subject is the membership. Values `beside` those of the event stand in
    the words alone. Two statements for any number of people.
    """
    kind = NotificationKind(event.kind.upper())
    reached = await deliveries(work, membership_ids, kind)
    spoken = list(dict.fromkeys(map(_spoken, reached.values())))
    said = [announcement_of(event.kind, {**event.data, **beside}, *words) for words in spoken]
    parameters = {
        "tenant_id": work.tenant_id,
        "ids": [new_id() for _ in reached],
        "membership_ids": list(reached),
        "are_shown": [each.is_shown for each in reached.values()],
        "email_statuses": [each.email_status.value for each in reached.values()],
        "emails_due_at": [each.email_due_at for each in reached.values()],
        "words": [spoken.index(_spoken(each)) for each in reached.values()],
        "titles": [each.title for each in said],
        "texts": [each.text for each in said],
        "event_id": event.id,
        "kind": kind,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "data": orjson.dumps({k: v for k, v in event.data.items() if k not in _PEOPLE}).decode(),
        "now": work.now,
    }
    told = (await work.session.execute(_TELL, parameters)).all()
    for notification_id, membership_id in told:
        data = {"notification_id": str(notification_id)}
        work.tell(DomainEvent(NOTIFICATION_CREATED, MEMBERSHIP, membership_id, data))
    return [notification_id for notification_id, _ in told]


def own_membership(work: Work) -> UUID:
    """Return the membership that the caller acts in; raises `Unauthenticated` without one."""
    if work.actor.membership_id is None:
        raise Unauthenticated("choose an organisation to act in")
    return work.actor.membership_id


def _spoken(delivery: Delivery) -> tuple[Language, Words | None]:
    return delivery.language, delivery.own


_TELL = text("""
    INSERT INTO notification (
        tenant_id, id, membership_id, event_id, kind, title, text, subject_kind, subject_id, data,
        email_status, email_due_at, is_shown, created_at
    )
    SELECT membership.tenant_id, given.id, membership.id, :event_id, :kind, said.title, said.text,
        :subject_kind, :subject_id, CAST(:data AS jsonb), given.email_status, given.email_due_at,
        given.is_shown, :now
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:membership_ids AS uuid[]), CAST(:are_shown AS boolean[]),
        CAST(:email_statuses AS text[]), CAST(:emails_due_at AS timestamptz[]),
        CAST(:words AS integer[])
    ) AS given(id, membership_id, is_shown, email_status, email_due_at, words)
    JOIN unnest(CAST(:titles AS text[]), CAST(:texts AS text[]))
        WITH ORDINALITY AS said(title, text, number) ON said.number = given.words + 1
    JOIN membership ON membership.tenant_id = :tenant_id
        AND membership.id = given.membership_id AND membership.ended_at IS NULL
        AND membership.key_prefix IS NULL
    ON CONFLICT (tenant_id, membership_id, event_id) DO NOTHING
    RETURNING id, membership_id
""")
