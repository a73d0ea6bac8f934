"""Events for people, as the orders package tells them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.db.outbox import DomainEvent, OutboxEvent
from app.kernel.ids import new_id
from app.notifications.habits import EmailTiming
from app.notifications.languages import Language
from app.notifications.models import (
    NotificationChoice,
    NotificationDigest,
    NotificationSetting,
    NotificationTemplate,
)
from app.notifications.operations import notify
from app.notifications.rules import NotificationKind
from tests.support.world import LONG_AGO, Person, World


def order_event(kind: str, *recipients: UUID | None, **data: Any) -> DomainEvent:
    """An event of an order of Riverside's; `data` adds what the kind promises."""
    order_id = new_id()
    known = {
        "number": "SO-1",
        "seller_name": "Riverside",
        "buyer_name": "Corner shop",
        "recipients": [str(recipient) for recipient in recipients],
    }
    return DomainEvent(kind, "order", order_id, known | data)


async def told(
    world: World, *people: Person, event: DomainEvent | None = None, now: datetime | None = None
) -> list[UUID]:
    """Tell people of an order as the worker would; returns the notifications' ids."""
    happened = event or order_event("order_confirmed", expected_ship_on="2026-12-01")

    async def tell(work):
        row = OutboxEvent(
            id=new_id(),
            kind=happened.kind,
            subject_kind=happened.subject_kind,
            subject_id=happened.subject_id,
            data=happened.data,
        )
        recipients = [person.membership_id for person in people]
        return await notify(work, row, recipients)

    return await world.run(tell, now)


async def worded(world: World, organisation_id: UUID, secret: str) -> None:
    """Let an organisation say in its own words that a ticket is overdue."""
    await world.save(
        NotificationTemplate(
            organisation_id=organisation_id,
            kind=NotificationKind.TICKET_OVERDUE,
            language=Language.EN,
            title=f"{secret} words",
            text="{buyer_name} waits.",
            changed_at=LONG_AGO,
        )
    )


async def told_daily(world: World, person: Person) -> None:
    """Let a person be told of moves once a day, with one e-mail of them gathered and not sent."""
    key = {"membership_id": person.membership_id}
    await world.save(
        NotificationSetting(**key, time_zone="Asia/Shanghai"),
        NotificationChoice(
            **key, kind=NotificationKind.MOVE_REFUSED, is_shown=True, email=EmailTiming.DAILY
        ),
        NotificationDigest(**key, gathered_at=LONG_AGO),
    )
