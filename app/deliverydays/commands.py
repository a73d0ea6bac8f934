"""Say when the own organisation delivers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.work import Work
from app.deliverydays.models import DeliveryCalendar
from app.deliverydays.operations import MINUTES
from app.deliverydays.rules import MOST_LEAD_DAYS
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import UnknownZone, zone_of
from app.organisations.models import Territory, TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

MOST_HOLIDAYS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalendar:
    """When to deliver: to a customer, in a territory, or everywhere else; without weekdays, none.

    Without a zone the cut-off strikes in the network's.
    """

    relationship_id: UUID | None = None
    territory_id: UUID | None = None
    weekdays: Sequence[int] = ()
    cut_off: time = time(17)
    lead_days: int = 1
    holidays: Sequence[date] = field(default_factory=tuple[date, ...])
    time_zone: str | None = None


@requires(Permission.RELATIONSHIP_WRITE)
async def set_delivery_calendar(work: Work, new: NewCalendar) -> DeliveryCalendar | None:
    """Set when the own organisation delivers there, or take its calendar away; orders placed stay.

    Raises `Invalid`, and `NotFound` for customers and territories that are not its own.
    """
    _check(new)
    await _check_audience(work, new)
    own = work.actor.own_organisation
    which = (
        DeliveryCalendar.seller_id == own,
        DeliveryCalendar.relationship_id.is_not_distinct_from(new.relationship_id),
        DeliveryCalendar.territory_id.is_not_distinct_from(new.territory_id),
    )
    known = await work.session.scalar(select(DeliveryCalendar).where(*which))
    before = {} if known is None else _shown(known)
    if not new.weekdays:
        await work.session.execute(delete(DeliveryCalendar).where(*which))
        _note(work, new, before, {})
        return None
    values = {
        "weekdays": sorted(set(new.weekdays)),
        "holidays": sorted({day.isoformat() for day in new.holidays}),
        "cut_off_minute": new.cut_off.hour * MINUTES + new.cut_off.minute,
        "lead_days": new.lead_days,
        "time_zone": new.time_zone or (await tenant_of(work)).time_zone,
    }
    whose = {
        "tenant_id": work.tenant_id,
        "id": new_id(),
        "seller_id": own,
        "relationship_id": new.relationship_id,
        "territory_id": new.territory_id,
    }
    written = insert(DeliveryCalendar).values(whose | values)
    statement = written.on_conflict_do_update(
        constraint="uq_delivery_calendar_audience", set_=values
    ).returning(DeliveryCalendar)
    row = (
        await work.session.scalars(statement, execution_options={"populate_existing": True})
    ).one()
    _note(work, new, before, _shown(row))
    return row


def _check(new: NewCalendar) -> None:
    if new.relationship_id is not None and new.territory_id is not None:
        raise Invalid("territoryId", "and relationshipId must not both be given")
    if not 0 <= new.lead_days <= MOST_LEAD_DAYS:
        raise Invalid("leadDays", f"must be 0 to {MOST_LEAD_DAYS}")
    if len(new.holidays) > MOST_HOLIDAYS:
        raise Invalid("holidays", f"must be at most {MOST_HOLIDAYS}")
    if new.time_zone is not None:
        try:
            zone_of(new.time_zone)
        except UnknownZone as unknown:
            raise Invalid("timeZone", str(unknown)) from None


async def _check_audience(work: Work, new: NewCalendar) -> None:
    own = work.actor.own_organisation
    for table, key, path in (
        (TradingRelationship, new.relationship_id, "relationshipId"),
        (Territory, new.territory_id, "territoryId"),
    ):
        known = select(table.id).where(table.id == key, table.seller_id == own)
        if key is not None and await work.session.scalar(known) is None:
            raise NotFound(table.__name__).at(path)


def _shown(row: DeliveryCalendar) -> dict[str, Any]:
    return {
        "weekdays": list(row.weekdays),
        "holidays": list(row.holidays),
        "cutOffMinute": row.cut_off_minute,
        "leadDays": row.lead_days,
        "timeZone": row.time_zone,
    }


def _note(work: Work, new: NewCalendar, before: dict[str, Any], after: dict[str, Any]) -> None:
    if before == after:
        return
    subject = new.relationship_id or new.territory_id or work.actor.own_organisation
    kind = "trading_relationship" if new.relationship_id else "organisation"
    kind = "territory" if new.territory_id else kind
    record(work, "SET_DELIVERY_CALENDAR", kind, subject, before=before, after=after)
