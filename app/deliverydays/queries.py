"""What may be read of days of delivery."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import keyset
from app.db.work import Work
from app.deliverydays.models import DeliveryCalendar
from app.deliverydays.operations import plan_for
from app.deliverydays.rules import DeliveryDay
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.operations.scope import ASKING, asked_relationship, open_relationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_DAYS = 60


@requires(Permission.RELATIONSHIP_READ, Permission.RELATIONSHIP_WRITE)
async def delivery_calendars(work: Work, page: PageRequest) -> Page[DeliveryCalendar]:
    """Return the own organisation's calendars as a seller, the oldest first."""
    own = select(DeliveryCalendar).where(DeliveryCalendar.seller_id == work.actor.own_organisation)
    rows = await work.session.scalars(keyset(own, page, DeliveryCalendar.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(*ASKING)
async def delivery_days(work: Work, relationship_id: UUID, count: int) -> Sequence[DeliveryDay]:
    """Return the next days for which the relationship's buyer may order; none without a calendar.

    Raises `NotFound` for a relationship that is not the actor's, `RelationshipClosed`, `Invalid`.
    """
    if not 1 <= count <= MOST_DAYS:
        raise Invalid("count", f"must be 1 to {MOST_DAYS}")
    plan = await plan_for(work, (await open_relationship(work, relationship_id)).relationship)
    return [] if plan is None else list(islice(plan.following(work.now), count))


@requires(*ASKING)
async def next_delivery(work: Work, relationship_id: UUID) -> DeliveryDay | None:
    """Return the earliest day for an order of now; none in a relationship that is closed.

    Raises `NotFound` for a relationship that is not the actor's.
    """
    asked = await asked_relationship(work, relationship_id)
    plan = await plan_for(work, asked.relationship) if asked.is_open(work.now) else None
    return None if plan is None else next(plan.following(work.now), None)
