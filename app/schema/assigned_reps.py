"""Sales representatives, as the customers they look after name them (R3-38)."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import relay

from app.organisations import queries
from app.organisations.commands import handing_over
from app.organisations.queries import RepRow
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal


@strawberry.type
class AssignedRep:
    """A sales representative who looks after a customer (R3-38)."""

    membership_id: relay.GlobalID
    name: str
    assigned_at: datetime

    @classmethod
    def of(cls, row: RepRow) -> "AssignedRep":
        """Show who looks after a customer."""
        return cls(
            membership_id=relay.GlobalID("Membership", str(row.membership_id)),
            name=row.name,
            assigned_at=row.assigned_at,
        )


@strawberry.type
class CustomersHandedOver:
    """How many customers somebody else looks after from now on."""

    customers: int


@strawberry.input
class HandOverCustomersInput:
    """Whose customers, who may have left, and the colleague to look after all of them."""

    from_membership_id: relay.GlobalID
    to_membership_id: relay.GlobalID
    reason: str | None = None


HandOverCustomersResult = Annotated[
    CustomersHandedOver | Refusal, strawberry.union("HandOverCustomersResult")
]


@strawberry.type
class AssignedRepsQuery:
    """Questions about who looks after customers."""

    @query(queries.customers_looked_after)
    async def customers_looked_after(self, info: Info, membership_id: relay.GlobalID) -> int:
        """How many of the own organisation's customers somebody looks after."""
        key = key_of(membership_id, "Membership")
        async with info.context.read() as work:
            return await queries.customers_looked_after(work, key)


@strawberry.type
class AssignedRepsMutation:
    """What can be done about who looks after customers."""

    @mutation(handing_over.hand_over_customers)
    async def hand_over_customers(
        self, info: Info, input: HandOverCustomersInput
    ) -> HandOverCustomersResult:
        """Let a colleague look after all customers of another, from the next request on."""
        before = key_of(input.from_membership_id, "Membership")
        after = key_of(input.to_membership_id, "Membership")
        return CustomersHandedOver(
            customers=await info.context.write(
                lambda work: handing_over.hand_over_customers(work, before, after, input.reason)
            )
        )
