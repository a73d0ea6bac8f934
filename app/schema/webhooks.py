"""Webhooks: what an organisation's own software hears of, where, and what came of it."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.webhooks import models, queries
from app.webhooks.models import AttemptOutcome, DeliveryStatus, WebhookStatus
from app.webhooks.rules.events import WebhookEvent, type_name

for kind in (WebhookEvent, WebhookStatus, DeliveryStatus, AttemptOutcome):
    named = kind.__name__ if kind.__name__.startswith("Webhook") else f"Webhook{kind.__name__}"
    strawberry.enum(kind, name=named, description=kind.__doc__)


@strawberry.type
class WebhookSecret:
    """That a secret is valid; the secret itself was shown once, and is shown never again."""

    created_at: datetime
    expires_at: datetime | None = strawberry.field(
        description="Null for the present one; the one before it ends here."
    )


@strawberry.type
class Webhook(relay.Node):
    """Where an organisation's own software hears of events, and what it is shown of them.

    It is shown what the person may see who set it last, at the moment of each attempt.
    """

    id: relay.NodeID[UUID]
    url: str
    events: list[WebhookEvent]
    selection: str
    status: WebhookStatus
    created_at: datetime
    changed_at: datetime
    set_by_membership_id: relay.GlobalID
    failures_in_row: int = strawberry.field(
        description="Failed attempts since the last good answer; five open the breaker."
    )
    failing_since: datetime | None
    resting_until: datetime | None = strawberry.field(
        description="While the breaker is open nothing is sent; then one delivery is tried first."
    )
    organisation_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(webhooks: list["Webhook"], info: Info) -> list[Organisation | None]:
        """Whose webhook it is."""
        return await organisations_by_id(info, [row.organisation_id for row in webhooks])

    @list_size(2)
    @batch
    @staticmethod
    async def valid_secrets(webhooks: list["Webhook"], info: Info) -> list[list[WebhookSecret]]:
        """Since when, and until when, its secrets are valid; the newest first."""
        async with info.context.read() as work:
            found = await queries.valid_secrets(work, [row.id for row in webhooks])
        return [
            [WebhookSecret(created_at=each.created_at, expires_at=each.expires_at) for each in of]
            for of in found
        ]

    @classmethod
    def of(cls, row: models.Webhook) -> "Webhook":
        """Show a row."""
        return cls(
            id=row.id,
            url=row.url,
            events=[WebhookEvent(each) for each in row.events],
            selection=row.selection,
            status=WebhookStatus(row.status),
            created_at=row.created_at,
            changed_at=row.changed_at,
            set_by_membership_id=relay.GlobalID("Membership", str(row.membership_id)),
            failures_in_row=row.failures,
            failing_since=row.failing_since,
            resting_until=row.resting_until,
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Webhook | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await webhooks_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class WebhookAttempt:
    """What came of one attempt to deliver."""

    at: datetime
    outcome: AttemptOutcome
    status_code: int | None = strawberry.field(description="What the receiver answered, if it did.")
    milliseconds: int
    answer: str = strawberry.field(
        description="The first 1,000 characters of the answer. An answer may repeat what was sent, "
        "so it is empty for everybody but the person in whose name that was."
    )


@strawberry.type
class WebhookDelivery(relay.Node):
    """One event for one webhook; it shows once it has been sent, or its subject been withheld."""

    id: relay.NodeID[UUID]
    webhook_message_id: strawberry.ID = strawberry.field(
        description="The `webhook-id` of every attempt: receivers know by it what they have had."
    )
    event: WebhookEvent
    subject_id: relay.GlobalID
    occurred_at: datetime
    status: DeliveryStatus
    tries: int = strawberry.field(description="Attempts since it was begun or last replayed.")
    next_try_at: datetime | None = strawberry.field(
        description="While it waits: not before then, and not before its subject's elder ones."
    )
    finished_at: datetime | None
    webhook_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def webhook(deliveries: list["WebhookDelivery"], info: Info) -> list[Webhook | None]:
        """Where it goes."""
        return await webhooks_by_id(info, [row.webhook_id for row in deliveries])

    @list_size(12)
    @batch
    @staticmethod
    async def attempts(
        deliveries: list["WebhookDelivery"], info: Info
    ) -> list[list[WebhookAttempt]]:
        """Every attempt, in order."""
        async with info.context.read() as work:
            me = work.actor.membership_id
            found = await queries.attempts(work, [row.id for row in deliveries])
        return [[_attempt(row, me) for row in of] for of in found]

    @classmethod
    def of(cls, row: models.WebhookDelivery) -> "WebhookDelivery":
        """Show a row."""
        is_waiting = row.status == DeliveryStatus.WAITING
        return cls(
            id=row.id,
            webhook_message_id=strawberry.ID(str(row.event_id)),
            event=WebhookEvent(row.event),
            subject_id=relay.GlobalID(type_name(row.subject_kind), str(row.subject_id)),
            occurred_at=row.occurred_at,
            status=DeliveryStatus(row.status),
            tries=row.tries,
            next_try_at=row.next_try_at if is_waiting else None,
            finished_at=row.finished_at,
            webhook_id=row.webhook_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["WebhookDelivery | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await deliveries_by_id(info, [UUID(key) for key in node_ids])


async def webhooks_by_id(info: Info, ids: Sequence[UUID]) -> list[Webhook | None]:
    """Load webhooks in the order of `ids`; null where one is another's."""
    async with info.context.read() as work:
        rows = await queries.webhooks_by_id(work, ids)
    return [Webhook.of(row) if row else None for row in rows]


async def deliveries_by_id(info: Info, ids: Sequence[UUID]) -> list[WebhookDelivery | None]:
    """Load deliveries in the order of `ids`; null where one is another's."""
    async with info.context.read() as work:
        rows = await queries.deliveries_by_id(work, ids)
    return [WebhookDelivery.of(row) if row else None for row in rows]


def _attempt(row: models.WebhookAttempt, me: UUID | None) -> WebhookAttempt:
    return WebhookAttempt(
        at=row.at,
        outcome=AttemptOutcome(row.outcome),
        status_code=row.status_code,
        milliseconds=row.milliseconds,
        answer=row.answer if row.membership_id == me else "",
    )


@strawberry.type
class WebhooksQuery:
    """Questions about webhooks."""

    @query(queries.webhooks)
    async def webhooks(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Webhook]:
        """The own organisation's webhooks, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.webhooks(work, page), Webhook.of)

    @query(queries.deliveries)
    async def webhook_deliveries(
        self,
        info: Info,
        webhook_id: relay.GlobalID,
        status: DeliveryStatus | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[WebhookDelivery]:
        """What was sent to a webhook in the last 30 days, and what still waits; newest first."""
        page, key = page_request(first, after), key_of(webhook_id, "Webhook")
        async with info.context.read() as work:
            found = await queries.deliveries(work, page, key, status)
        return connection(found, WebhookDelivery.of)
