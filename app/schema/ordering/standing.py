"""Standing orders: saved carts that are ordered by themselves on some days."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import Invalid
from app.ordering import models
from app.ordering.commands import standing as commands
from app.ordering.queries import standing as queries
from app.ordering.rules.words import MissingGoods, RunOutcome, StandingState
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.delivery_addresses import Weekday
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.ordering.saved_carts import SavedCart, saved_carts_by_id
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(StandingState, name="StandingOrderState", description=StandingState.__doc__)
strawberry.enum(MissingGoods, description=MissingGoods.__doc__)
strawberry.enum(RunOutcome, name="StandingOrderOutcome", description=RunOutcome.__doc__)

_DAYS = tuple(Weekday)


@strawberry.type
class StandingOrderRun:
    """What became of one day; `told` says what was left out, or why nothing was ordered."""

    due_on: date
    outcome: RunOutcome
    told: str
    ran_at: datetime
    order_id: relay.GlobalID | None

    @classmethod
    def of(cls, row: models.StandingOrderRun) -> "StandingOrderRun":
        """Show a day."""
        return cls(
            due_on=row.due_on,
            outcome=RunOutcome(row.outcome),
            told=row.told,
            ran_at=row.ran_at,
            order_id=relay.GlobalID("Order", str(row.order_id)) if row.order_id else None,
        )


@strawberry.type
class StandingOrder(relay.Node):
    """A saved cart that is ordered on some days at the prices of each, by whoever set it up.

    `at` is a time of the clock in `timeZone`; weeks count from that of `startsOn`.
    """

    id: relay.NodeID[UUID]
    state: StandingState
    weekdays: list[Weekday]
    every_weeks: int
    starts_on: date
    ends_on: date | None
    time_zone: str
    at: str
    delivery_after_days: int | None
    minutes_before_cut_off: int | None = strawberry.field(
        description="How long before the cut-off for its day of delivery it is made at the latest."
    )
    allows_substitutes: bool = strawberry.field(
        description="Whether goods no longer sold are replaced by what their owner names."
    )
    missing_goods: MissingGoods
    created_at: datetime
    row: strawberry.Private[models.StandingOrder]

    @batch
    @staticmethod
    async def cart(standing: list["StandingOrder"], info: Info) -> list[SavedCart | None]:
        """What is ordered; null for who does not work in that cart."""
        return await saved_carts_by_id(info, [each.row.cart_id for each in standing])

    @batch
    @staticmethod
    async def relationship(
        standing: list["StandingOrder"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """Between whom it is ordered, when the viewer may see the terms."""
        return await relationships_by_id(info, [each.row.relationship_id for each in standing])

    @list_size(5)
    @batch
    @staticmethod
    async def next_days(standing: list["StandingOrder"], info: Info) -> list[list[date]]:
        """The next five days on which it will be ordered, without those that are skipped."""
        async with info.context.read() as work:
            found = await queries.next_days_of(work, [each.row for each in standing])
        return [list(found[each.id]) for each in standing]

    @list_size(20)
    @batch
    @staticmethod
    async def runs(standing: list["StandingOrder"], info: Info) -> list[list[StandingOrderRun]]:
        """What became of its last twenty days, the newest first; skipped ones to come as well."""
        async with info.context.read() as work:
            found = await queries.runs_of(work, [each.id for each in standing])
        return [[StandingOrderRun.of(row) for row in found.get(each.id, ())] for each in standing]

    @classmethod
    def of(cls, row: models.StandingOrder) -> "StandingOrder":
        """Show a row."""
        return cls(
            id=row.id,
            state=StandingState(row.state),
            weekdays=[_DAYS[int(number) - 1] for number in row.weekdays],
            every_weeks=row.every_weeks,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            time_zone=row.time_zone,
            at=f"{row.at_minute // 60:02}:{row.at_minute % 60:02}",
            delivery_after_days=row.delivery_after_days,
            minutes_before_cut_off=row.minutes_before_cut_off,
            allows_substitutes=row.allows_substitutes,
            missing_goods=MissingGoods(row.missing_goods),
            created_at=row.created_at,
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StandingOrder | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class StandingCalendarInput:
    """On which days of every so many weeks, and when: `at` as 07:30 in `timeZone`.

    The zone of the network where none is named. With `minutesBeforeCutOff` it is made that long
    before the cut-off for the day of delivery at the latest, however early that is.
    """

    weekdays: list[Weekday]
    at: str
    starts_on: date
    every_weeks: int = 1
    ends_on: date | None = None
    time_zone: str | None = None
    delivery_after_days: int | None = None
    minutes_before_cut_off: int | None = None

    def value(self) -> commands.Schedule:
        """Return the domain's schedule; raises `Invalid` for what is no time of the clock."""
        try:
            at = time.fromisoformat(self.at)
        except ValueError:
            raise Invalid("calendar.at", "must be a time such as 07:30") from None
        return commands.Schedule(
            weekdays=[_DAYS.index(day) + 1 for day in self.weekdays],
            at=at,
            starts_on=self.starts_on,
            every_weeks=self.every_weeks,
            ends_on=self.ends_on,
            time_zone=self.time_zone,
            delivery_after_days=self.delivery_after_days,
            minutes_before_cut_off=self.minutes_before_cut_off,
        )


@strawberry.input
class CreateStandingOrderInput:
    """A saved cart, and when to order it; a list or template, since a cart may be ordered empty."""

    idempotency_key: str
    saved_cart_id: relay.GlobalID
    calendar: StandingCalendarInput
    allows_substitutes: bool = False
    missing_goods: MissingGoods = MissingGoods.LEAVE_OUT


@strawberry.input
class ChangeStandingOrderInput:
    """Other days, or whether it is made at all; what is null stays."""

    standing_order_id: relay.GlobalID
    calendar: StandingCalendarInput | None = None
    state: StandingState | None = None
    allows_substitutes: bool | None = None
    missing_goods: MissingGoods | None = None


@strawberry.input
class SkipStandingOrderInput:
    """A day to leave out."""

    standing_order_id: relay.GlobalID
    day: date


StandingOrderResult = Annotated[StandingOrder | Refusal, strawberry.union("StandingOrderResult")]


@strawberry.type
class StandingOrdersQuery:
    """Questions about standing orders."""

    @query(queries.standing_orders)
    async def standing_orders(
        self,
        info: Info,
        state: StandingState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StandingOrder]:
        """The own organisation's standing orders, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.standing_orders(work, page, state)
        return connection(found, StandingOrder.of)


@strawberry.type
class StandingOrdersMutation:
    """What can be done with standing orders."""

    @mutation(commands.create_standing_order)
    async def create_standing_order(
        self, info: Info, input: CreateStandingOrderInput
    ) -> StandingOrderResult:
        """Have a saved cart ordered by itself on some days."""
        cart, schedule = key_of(input.saved_cart_id, "SavedCart"), input.calendar.value()
        manner = commands.Manner(input.allows_substitutes, input.missing_goods)
        key = await info.context.write(
            lambda work: commands.create_standing_order(
                work, cart, schedule, manner, input.idempotency_key
            )
        )
        return await _load(info, key)

    @mutation(commands.change_standing_order)
    async def change_standing_order(
        self, info: Info, input: ChangeStandingOrderInput
    ) -> StandingOrderResult:
        """Give a standing order other days, or pause, resume or end it."""
        key = key_of(input.standing_order_id, "StandingOrder")
        schedule = input.calendar.value() if input.calendar else None
        manner = commands.Manner(input.allows_substitutes, input.missing_goods)
        await info.context.write(
            lambda work: commands.change_standing_order(work, key, schedule, input.state, manner)
        )
        return await _load(info, key)

    @mutation(commands.skip_standing_order)
    async def skip_standing_order(
        self, info: Info, input: SkipStandingOrderInput
    ) -> StandingOrderResult:
        """Leave one day out."""
        key = key_of(input.standing_order_id, "StandingOrder")
        await info.context.write(lambda work: commands.skip_standing_order(work, key, input.day))
        return await _load(info, key)


async def _by_id(info: Info, ids: list[UUID]) -> list[StandingOrder | None]:
    async with info.context.read() as work:
        found = await queries.standing_orders_by_id(work, ids)
    return in_order(ids, found, StandingOrder.of)


async def _load(info: Info, key: UUID) -> StandingOrder:
    (found,) = await _by_id(info, [key])
    assert found is not None
    return found
