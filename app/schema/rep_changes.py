"""Changes of who looks after customers and territories, now or from an instant on (R3-38)."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import relay

from app.organisations import commands
from app.organisations.commands import handing_over
from app.schema.context import Info
from app.schema.customer_classes import Territory
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.organisations import TradingRelationship
from app.schema.refusals import Refusal


@strawberry.type
class CustomersHandedOver:
    """How many customers somebody else looks after from that instant on."""

    customers: int


@strawberry.type
class HandOverCancelled:
    """How many customers stay with who looks after them."""

    customers: int


@strawberry.input
class HandOverCustomersInput:
    """Whose customers, who may have left, and the colleague to look after all of them."""

    from_membership_id: relay.GlobalID
    to_membership_id: relay.GlobalID
    effective_at: datetime | None = strawberry.field(
        default=None, description="From when on; at once where absent, never in the past."
    )
    reason: str | None = None


@strawberry.input
class CancelHandOverInput:
    """Whose customers shall stay with them after all."""

    from_membership_id: relay.GlobalID
    reason: str | None = None


CancelHandOverResult = Annotated[
    HandOverCancelled | Refusal, strawberry.union("CancelHandOverResult")
]
HandOverCustomersResult = Annotated[
    CustomersHandedOver | Refusal, strawberry.union("HandOverCustomersResult")
]


@strawberry.input
class AssignRepInput:
    """A customer, and a colleague to look after it."""

    relationship_id: relay.GlobalID
    membership_id: relay.GlobalID
    effective_at: datetime | None = strawberry.field(
        default=None, description="From when on; at once where absent, never in the past."
    )


@strawberry.input
class UnassignRepInput:
    """A customer, and a colleague to look after it no longer."""

    relationship_id: relay.GlobalID
    membership_id: relay.GlobalID
    effective_at: datetime | None = strawberry.field(
        default=None, description="From when on; at once where absent, never in the past."
    )


@strawberry.input
class AssignTerritoryInput:
    """An own sales area and all who look after its customers: 20 people at most, or nobody."""

    territory_id: relay.GlobalID
    membership_ids: list[relay.GlobalID]
    effective_at: datetime | None = strawberry.field(
        default=None, description="From when on; at once where absent, never in the past."
    )


AssignRepResult = Annotated[TradingRelationship | Refusal, strawberry.union("AssignRepResult")]
UnassignRepResult = Annotated[TradingRelationship | Refusal, strawberry.union("UnassignRepResult")]
AssignTerritoryResult = Annotated[Territory | Refusal, strawberry.union("AssignTerritoryResult")]


@strawberry.type
class AssignedRepsMutation:
    """What can be done about who looks after customers."""

    @mutation(handing_over.hand_over_customers)
    async def hand_over_customers(
        self, info: Info, input: HandOverCustomersInput
    ) -> HandOverCustomersResult:
        """Let a colleague look after all customers of another, from the next request on or later.

        They are those whom the other looks after at that instant, as far as is known now;
        territories go along. It comes about by itself. A later one that is planned gives way.
        """
        before = key_of(input.from_membership_id, "Membership")
        after = key_of(input.to_membership_id, "Membership")
        return CustomersHandedOver(
            customers=await info.context.write(
                lambda work: handing_over.hand_over_customers(
                    work, before, after, input.reason, input.effective_at
                )
            )
        )

    @mutation(handing_over.cancel_hand_over)
    async def cancel_hand_over(
        self, info: Info, input: CancelHandOverInput
    ) -> CancelHandOverResult:
        """Take back what is planned of handing over somebody's customers."""
        before = key_of(input.from_membership_id, "Membership")
        return HandOverCancelled(
            customers=await info.context.write(
                lambda work: handing_over.cancel_hand_over(work, before, input.reason)
            )
        )

    @mutation(commands.assign_rep)
    async def assign_rep(self, info: Info, input: AssignRepInput) -> AssignRepResult:
        """Let a colleague look after a customer, at once or from an instant on."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        membership_id = key_of(input.membership_id, "Membership")
        row = await info.context.write(
            lambda work: commands.assign_rep(
                work, relationship_id, membership_id, input.effective_at
            )
        )
        return TradingRelationship.of(row, row.seller_id)

    @mutation(commands.unassign_rep)
    async def unassign_rep(self, info: Info, input: UnassignRepInput) -> UnassignRepResult:
        """Let a colleague no longer look after a customer, at once or from an instant on.

        What is planned for later is taken back.
        """
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        membership_id = key_of(input.membership_id, "Membership")
        row = await info.context.write(
            lambda work: commands.unassign_rep(
                work, relationship_id, membership_id, input.effective_at
            )
        )
        return TradingRelationship.of(row, row.seller_id)

    @mutation(commands.assign_territory)
    async def assign_territory(
        self, info: Info, input: AssignTerritoryInput
    ) -> AssignTerritoryResult:
        """Say who looks after the customers of an own sales area from an instant on.

        It moves those who are in it, and counts for those who join it. Who was named for one
        customer stays; what was planned for later gives way.
        """
        territory_id = key_of(input.territory_id, "Territory")
        people = [key_of(each, "Membership") for each in input.membership_ids]
        row = await info.context.write(
            lambda work: commands.assign_territory(work, territory_id, people, input.effective_at)
        )
        return Territory.of(row)
