"""What the viewer was told: their own notifications, as a list and as they come (R2-14, R2-17)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.notifications import commands, models, queries
from app.notifications.operations import MEMBERSHIP, own_membership
from app.notifications.rules import NotificationKind
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of
from app.schema.live import follow
from app.schema.operation import mutation, query, subscription
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(NotificationKind, description=NotificationKind.__doc__)


@strawberry.type
class Notification(relay.Node):
    """One thing told to one person, in the app and by e-mail."""

    id: relay.NodeID[UUID]
    kind: NotificationKind
    title: str
    text: str
    created_at: datetime
    read_at: datetime | None
    subject_id: relay.GlobalID = strawberry.field(
        description="What it is about, such as an order; asking for it needs its own right."
    )

    @classmethod
    def of(cls, row: models.Notification) -> "Notification":
        """Show a row."""
        return cls(
            id=row.id,
            kind=NotificationKind(row.kind),
            title=row.title,
            text=row.text,
            created_at=row.created_at,
            read_at=row.read_at,
            subject_id=relay.GlobalID(_type_name(row.subject_kind), str(row.subject_id)),
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Notification | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            rows = await queries.notifications_by_id(work, ids)
        return [Notification.of(row) if row else None for row in rows]


@strawberry.type
class NotificationConnection(relay.Connection[Notification]):
    """The viewer's notifications, newest first."""

    @strawberry.field
    async def unread_count(self, info: Info) -> int:
        """How many of all the viewer's notifications are unread."""
        async with info.context.read() as work:
            return await queries.unread_count(work)


@strawberry.input
class MarkNotificationsReadInput:
    """Which notifications the viewer has read: 1 to 100."""

    ids: list[relay.GlobalID]


@strawberry.type
class MarkedNotifications:
    """What is read now, in the order it was named."""

    notifications: list[Notification] = sized(20)

    @strawberry.field
    async def unread_count(self, info: Info) -> int:
        """How many of all the viewer's notifications are still unread."""
        async with info.context.read() as work:
            return await queries.unread_count(work)


MarkNotificationsReadResult = Annotated[
    MarkedNotifications | Refusal, strawberry.union("MarkNotificationsReadResult")
]


@strawberry.type
class NotificationsQuery:
    """Questions about what the viewer was told."""

    @query(queries.my_notifications)
    async def my_notifications(
        self, info: Info, first: int = FIRST, after: str | None = None, *, unread_only: bool = False
    ) -> NotificationConnection:
        """What was I told? Newest first; of the current membership only."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.my_notifications(work, page, unread_only=unread_only)
        shown = connection(found, Notification.of)
        return NotificationConnection(edges=shown.edges, page_info=shown.page_info)


@strawberry.type
class NotificationsMutation:
    """What the viewer does with what they were told."""

    @mutation(commands.mark_notifications_read)
    async def mark_notifications_read(
        self, info: Info, input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadResult:
        """Mark own notifications as read; one that is unknown or another's changes none."""
        ids = [key_of(global_id, "Notification") for global_id in input.ids]
        marked = await info.context.write(lambda work: commands.mark_notifications_read(work, ids))
        async with info.context.read() as work:
            rows = await queries.notifications_by_id(work, marked)
        return MarkedNotifications(notifications=[Notification.of(row) for row in rows if row])


@strawberry.type
class NotificationsSubscription:
    """What the viewer is told, as it happens."""

    @subscription(queries.notification_told_by)
    async def notification_received(self, info: Info) -> AsyncIterator[Notification]:
        """Each notification of the viewer from now on; ends when the sign-in does."""
        async with info.context.read() as work:
            mine = own_membership(work)
        async with aclosing(follow(info, MEMBERSHIP, mine)) as events:
            async for event in events:
                async with info.context.read() as work:
                    row = await queries.notification_told_by(work, event.event_id)
                if row is not None:
                    yield Notification.of(row)


def _type_name(subject_kind: str) -> str:
    return "".join(word.capitalize() for word in subject_kind.split("_"))
