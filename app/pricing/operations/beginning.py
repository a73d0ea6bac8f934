"""A price change begins as an empty draft."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db.work import Work
from app.kernel.errors import Invalid
from app.pricing.models import PriceChangeSet
from app.pricing.operations.days import period_from_now
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus
from app.tenants.operations import tenant_of

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChangeSet:
    """A price change as a person begins it; the days are for rows that do not name their own.

    Without a first day prices change at the approval, without a last day for good.
    """

    name: str
    first_day: date | None = None
    last_day: date | None = None


async def begin_change_set(work: Work, set_id: UUID, new: NewChangeSet) -> None:
    """Write a draft of the own organisation's; raises what `create_price_change_set` raises."""
    name = new.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    zone = (await tenant_of(work)).time_zone
    period = period_from_now(work, new.first_day, new.last_day, zone)
    row = PriceChangeSet(
        id=set_id,
        seller_id=work.actor.own_organisation,
        name=name,
        status=ChangeSetStatus.DRAFT,
        effective_from=period.start,
        effective_until=period.end,
        created_by_membership_id=work.actor.membership_id,
        created_at=work.now,
    )
    await work.save(row)
    told(work, row, "CREATE_PRICE_CHANGE")
