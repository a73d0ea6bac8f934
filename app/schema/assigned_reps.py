"""Sales representatives, as the customers they look after name them (R3-38)."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import relay

from app.orders.models import Order
from app.organisations import queries
from app.organisations.queries import RepRow
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query


@strawberry.type
class AssignedRep:
    """A sales representative who looks after a customer or a territory (R3-38)."""

    membership_id: relay.GlobalID
    name: str
    assigned_at: datetime = strawberry.field(description="From when on; it may lie ahead.")
    until: datetime | None = strawberry.field(
        description="Until when, exclusively; null means for ever."
    )

    @classmethod
    def of(cls, row: RepRow) -> "AssignedRep":
        """Show who looks after a customer."""
        return cls(
            membership_id=relay.GlobalID("Membership", str(row.membership_id)),
            name=row.name,
            assigned_at=row.assigned_at,
            until=row.until,
        )


@strawberry.type
class PlannedHandOver:
    """That a colleague will look after somebody's customers from an instant on."""

    from_membership_id: relay.GlobalID
    from_name: str
    to_membership_id: relay.GlobalID
    to_name: str
    effective_at: datetime
    customers: int

    @classmethod
    def of(cls, row: queries.PlannedHandOver) -> "PlannedHandOver":
        """Show what is planned."""
        return cls(
            from_membership_id=relay.GlobalID("Membership", str(row.from_id)),
            from_name=row.from_name,
            to_membership_id=relay.GlobalID("Membership", str(row.to_id)),
            to_name=row.to_name,
            effective_at=row.effective_at,
            customers=row.customers,
        )


async def reps_of_orders(info: Info, orders: Sequence[Order]) -> list[list[AssignedRep]]:
    """Load who looked after the customers of orders when these were submitted."""
    async with info.context.read() as work:
        about = {each.id: (each.relationship_id, each.submitted_at or work.now) for each in orders}
        found = await queries.reps_of_orders(work, about)
    return [[AssignedRep.of(row) for row in found.get(each.id, [])] for each in orders]


@strawberry.type
class AssignedRepsQuery:
    """Questions about who looks after customers."""

    @query(queries.customers_looked_after)
    async def customers_looked_after(self, info: Info, membership_id: relay.GlobalID) -> int:
        """How many of the own organisation's customers somebody looks after."""
        key = key_of(membership_id, "Membership")
        async with info.context.read() as work:
            return await queries.customers_looked_after(work, key)

    @list_size(10)
    @query(queries.planned_hand_overs)
    async def planned_hand_overs(self, info: Info) -> list[PlannedHandOver]:
        """What the own organisation has planned to hand over, the next first."""
        async with info.context.read() as work:
            return [PlannedHandOver.of(row) for row in await queries.planned_hand_overs(work)]
