"""Days of delivery: calendars of sellers, and what they come to for a buyer."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.deliverydays import commands, models, queries
from app.deliverydays.operations import plan_of
from app.deliverydays.rules import DeliveryDay as Day
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.customer_classes import Territory, territories_by_id
from app.schema.delivery_addresses import Weekday
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

_DAYS = tuple(Weekday)


@strawberry.type
class DeliveryDay:
    """A day on which the seller delivers, and the instant before which one orders for it."""

    on: date
    order_before: datetime

    @classmethod
    def of(cls, day: Day) -> "DeliveryDay":
        """Show a day."""
        return cls(on=day.on, order_before=day.order_before)


@strawberry.type
class DeliveryCalendar:
    """When a seller delivers: to one customer, in a territory, or, with neither, everywhere else.

    Orders for a day come before `cutOff` on the clocks of `timeZone`, `leadDays` before.
    """

    weekdays: list[Weekday]
    holidays: list[date]
    cut_off: time
    lead_days: int
    time_zone: str
    relationship_id: strawberry.Private[UUID | None]
    territory_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        calendars: list["DeliveryCalendar"], info: Info
    ) -> list[TradingRelationship | None]:
        """The one customer."""
        return await relationships_by_id(info, [each.relationship_id for each in calendars])

    @batch
    @staticmethod
    async def territory(calendars: list["DeliveryCalendar"], info: Info) -> list[Territory | None]:
        """The customers of a territory and of those below it."""
        return await territories_by_id(info, [each.territory_id for each in calendars])

    @classmethod
    def of(cls, row: models.DeliveryCalendar) -> "DeliveryCalendar":
        """Show a calendar."""
        plan = plan_of(row)
        return cls(
            weekdays=[_DAYS[number - 1] for number in sorted(plan.weekdays)],
            holidays=sorted(plan.holidays),
            cut_off=plan.cut_off,
            lead_days=plan.lead_days,
            time_zone=plan.zone,
            relationship_id=row.relationship_id,
            territory_id=row.territory_id,
        )


@strawberry.type
class DeliveryCalendarSet:
    """The calendar as it is now; none where it was taken away."""

    calendar: DeliveryCalendar | None


SetDeliveryCalendarResult = Annotated[
    DeliveryCalendarSet | Refusal, strawberry.union("SetDeliveryCalendarResult")
]


@strawberry.input
class SetDeliveryCalendarInput:
    """When to deliver to a customer, in a territory, or everywhere else; without weekdays, none."""

    relationship_id: relay.GlobalID | None = None
    territory_id: relay.GlobalID | None = None
    weekdays: list[Weekday]
    cut_off: time = time(17)
    lead_days: int = 1
    holidays: list[date] = strawberry.field(default_factory=list[date])
    time_zone: str | None = None


@strawberry.type
class DeliveryDaysQuery:
    """Questions about days of delivery."""

    @query(queries.delivery_calendars)
    async def delivery_calendars(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[DeliveryCalendar]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """The own organisation's calendars as a seller."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.delivery_calendars(work, page)
        return connection(found, DeliveryCalendar.of)

    @list_size(5)
    @query(queries.delivery_days)
    async def delivery_days(
        self, info: Info, relationship_id: relay.GlobalID, count: int = 5
    ) -> list[DeliveryDay]:
        """The next days for which the relationship's buyer may order, the earliest first.

        None where the seller has no calendar for it: then any day may be asked for.
        """
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.delivery_days(work, key, count)
        return [DeliveryDay.of(day) for day in found]


@strawberry.type
class DeliveryDaysMutation:
    """What can be done about days of delivery."""

    @mutation(commands.set_delivery_calendar)
    async def set_delivery_calendar(
        self, info: Info, input: SetDeliveryCalendarInput
    ) -> SetDeliveryCalendarResult:
        """Set when the own organisation delivers there; orders that were placed stay."""
        new = commands.NewCalendar(
            relationship_id=optional_key_of(input.relationship_id, "TradingRelationship"),
            territory_id=optional_key_of(input.territory_id, "Territory"),
            weekdays=[_DAYS.index(day) + 1 for day in input.weekdays],
            cut_off=input.cut_off,
            lead_days=input.lead_days,
            holidays=tuple(input.holidays),
            time_zone=input.time_zone,
        )
        row = await info.context.write(lambda work: commands.set_delivery_calendar(work, new))
        return DeliveryCalendarSet(calendar=None if row is None else DeliveryCalendar.of(row))


async def next_deliveries(
    info: Info, relationships: Sequence[relay.GlobalID]
) -> list[DeliveryDay | None]:
    """Return the earliest day for an order of now in each relationship, in their order."""
    keys = [key_of(each, "TradingRelationship") for each in relationships]
    async with info.context.read() as work:
        found = {key: await queries.next_delivery(work, key) for key in dict.fromkeys(keys)}
    return [None if (day := found[key]) is None else DeliveryDay.of(day) for key in keys]
