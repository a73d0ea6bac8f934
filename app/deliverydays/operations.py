"""Which calendar binds a buyer, remembered while nobody writes to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from uuid import UUID

from sqlalchemy import select

from app.db.checking import Invariant, SumsBook
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.deliverydays.models import DeliveryCalendar
from app.deliverydays.rules import DeliveryPlan
from app.organisations.models import Territory, TradingRelationship

MOST_REMEMBERED = 5_000
MINUTES = 60

_plans: Memory[UUID, tuple[DeliveryPlan, ...]] = Memory(Revised.PARTIES, most=MOST_REMEMBERED)


async def plan_for(work: Work, relationship: TradingRelationship) -> DeliveryPlan | None:
    """Return when a buyer is delivered to; none where its seller says nothing of it.

    The relationship's own calendar, else that of the nearest territory, else the seller's for all.
    Two statements, none where it is remembered.
    """
    return (await plans_for(work, [relationship])).get(relationship.id)


async def plans_for(
    work: Work, relationships: Collection[TradingRelationship]
) -> dict[UUID, DeliveryPlan]:
    """Return what `plan_for` does of many relationships, in as many statements."""
    known = {each.id: each for each in relationships}

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, tuple[DeliveryPlan, ...]]:
        return await _read(work, [known[key] for key in missing])

    found = await _plans.each(work, known, read)
    return {key: plans[0] for key, plans in found.items() if plans}


def plan_of(row: DeliveryCalendar) -> DeliveryPlan:
    """Return the plan that a stored calendar is."""
    return DeliveryPlan(
        weekdays=frozenset(map(int, row.weekdays)),
        holidays=frozenset(map(date.fromisoformat, row.holidays)),
        cut_off=time(*divmod(row.cut_off_minute, MINUTES)),
        lead_days=row.lead_days,
        zone=row.time_zone,
    )


async def _read(
    work: Work, relationships: Sequence[TradingRelationship]
) -> Mapping[UUID, tuple[DeliveryPlan, ...]]:
    sellers = {each.seller_id for each in relationships}
    calendars = select(DeliveryCalendar).where(DeliveryCalendar.seller_id.in_(sellers))
    rows = (await work.session.scalars(calendars)).all()
    territories = select(Territory.id, Territory.parent_id).where(Territory.seller_id.in_(sellers))
    above = {row.id: row.parent_id for row in await work.session.execute(territories)}
    by_audience = {(row.seller_id, row.relationship_id, row.territory_id): row for row in rows}
    found: dict[UUID, tuple[DeliveryPlan, ...]] = {}
    for each in relationships:
        audiences = ((each.seller_id, *audience) for audience in _audiences(each, above))
        bound = next((by_audience[key] for key in audiences if key in by_audience), None)
        found[each.id] = () if bound is None else (plan_of(bound),)
    return found


def _audiences(
    relationship: TradingRelationship, above: Mapping[UUID, UUID | None]
) -> Iterator[tuple[UUID | None, UUID | None]]:
    """Yield whose calendar may bind, the narrowest first."""
    yield relationship.id, None
    seen: set[UUID] = set()
    territory = relationship.territory_id
    while territory is not None and territory not in seen:
        yield None, territory
        seen.add(territory)
        territory = above.get(territory)
    yield None, None


DELIVERY_DAYS = SumsBook(
    "delivery-days",
    """
    calendar AS (
        SELECT calendar.id, calendar.seller_id, calendar.weekdays,
            coalesce(terms.seller_id, area.seller_id, calendar.seller_id) AS to_customers_of
        FROM delivery_calendar AS calendar
        LEFT JOIN trading_relationship AS terms
            ON terms.tenant_id = :tenant AND terms.id = calendar.relationship_id
        LEFT JOIN territory AS area
            ON area.tenant_id = :tenant AND area.id = calendar.territory_id
        WHERE calendar.tenant_id = :tenant
    )""",
    (
        Invariant(
            "calendars-are-of-own-customers",
            "a delivery calendar is for customers of another seller",
            "SELECT to_customers_of, seller_id, id FROM calendar",
        ),
        Invariant(
            "calendars-have-days",
            "a delivery calendar has no weekday, or one that is none",
            """SELECT 1, (weekdays <> '[]' AND weekdays <@ '[1, 2, 3, 4, 5, 6, 7]')::int, id
            FROM calendar""",
        ),
    ),
)
"""For whom delivery calendars are, and that they have days."""
