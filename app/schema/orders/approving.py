"""What waits for one's approval, deciding several at once, and what an order would meet (R3-53)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.kernel.errors import DomainError, Forbidden, Invalid, Unauthenticated
from app.orders import queries
from app.orders.commands import decide
from app.orders.operations.wishes import OrderWish
from app.orders.queries.approving import InboxFilter, NeededApproval, WaitingApproval
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.schema.approvals import WhoCanAct
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.orders.inputs import OrderLineInput, line_wishes
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(InboxFilter, name="ApprovalInboxFilter", description=InboxFilter.__doc__)

MOST_AT_ONCE = 20


@strawberry.type
class ApprovalInboxItem:
    """One approval that waits for the viewer, with what its order is about.

    People asked from above may decide by this; the order itself they see only as far as its
    relationship shows it.
    """

    order_id: relay.GlobalID
    number: str
    revision: int
    total: Decimal
    currency: str
    seller_name: str
    buyer_name: str
    because: str
    requested_at: datetime
    escalated_at: datetime | None

    @classmethod
    def of(cls, found: WaitingApproval) -> "ApprovalInboxItem":
        """Show what waits."""
        return cls(
            order_id=relay.GlobalID("Order", str(found.order_id)),
            number=found.number,
            revision=found.revision,
            total=found.total,
            currency=found.currency,
            seller_name=found.seller_name,
            buyer_name=found.buyer_name,
            because=found.because,
            requested_at=found.requested_at,
            escalated_at=found.escalated_at,
        )


@strawberry.type
class ApprovalInboxCount:
    """How many approvals wait for the viewer, of one kind."""

    filter: InboxFilter
    count: int


@strawberry.type
class NeededApprovalStep:
    """One approval that an order would need; steps of a lower sequence come first."""

    rule_id: relay.GlobalID | None
    rule_name: str
    sequence: int
    because: str
    asks_above: bool = strawberry.field(
        description="Whether people of the organisation above are asked, too."
    )
    people: list[WhoCanAct] = sized(3, description="Colleagues who could give it.")

    @classmethod
    def of(cls, found: NeededApproval) -> "NeededApprovalStep":
        """Show what would be needed."""
        met = found.met
        return cls(
            rule_id=relay.GlobalID("ApprovalRule", str(met.rule_id)) if met.rule_id else None,
            rule_name=met.rule_name,
            sequence=met.sequence,
            because=met.because,
            asks_above=any(seat.organisation_id != met.organisation_id for seat in met.seats),
            people=[WhoCanAct.of(each) for each in found.people],
        )


@strawberry.type
class ApprovalPreview:
    """What an order would meet if it were placed now; nothing needs anybody where both are empty.

    Of the other side's rules only that one of them asks is told, as placing the order would.
    """

    total: Decimal
    currency: str
    needs_nobody: bool
    is_asked_of_partner: bool
    needed: list[NeededApprovalStep] = sized(3)


@strawberry.input
class PreviewApprovalsInput:
    """What would be ordered, as `placeOrder` takes it."""

    relationship_id: relay.GlobalID
    lines: list[OrderLineInput]
    channel: OrderChannel = OrderChannel.WEBSITE
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0

    def value(self) -> OrderWish:
        """Return the domain's wish."""
        return OrderWish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            lines=line_wishes(self.lines),
            channel=self.channel,
            delivery_mode=DeliveryMode.DELIVERY,
            coupon_codes=tuple(self.coupon_codes),
            points_to_redeem=self.points_to_redeem,
        )


@strawberry.type
class ApprovalInboxQuery:
    """Questions about what waits for approval."""

    @query(queries.approval_inbox)
    async def approval_inbox(
        self,
        info: Info,
        filter: InboxFilter = InboxFilter.ALL,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[ApprovalInboxItem]:  # pyright: ignore[reportInvalidTypeArguments]  # no node: it is gone once decided
        """What waits for the viewer's decision, the longest waiting first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.approval_inbox(work, filter, page)
        return connection(found, ApprovalInboxItem.of)

    @list_size(4)
    @query(queries.approval_inbox_counts)
    async def approval_inbox_counts(self, info: Info) -> list[ApprovalInboxCount]:
        """How much waits for the viewer's decision, by filter."""
        async with info.context.read() as work:
            found = await queries.approval_inbox_counts(work)
        return [ApprovalInboxCount(filter=kind, count=number) for kind, number in found.items()]

    @cost(50)
    @query(queries.preview_approvals)
    async def preview_approvals(self, info: Info, input: PreviewApprovalsInput) -> ApprovalPreview:
        """Which approvals an order would need, and who could give them; nothing is written."""
        async with info.context.read() as work:
            found = await queries.preview_approvals(work, input.value())
        return ApprovalPreview(
            total=found.total,
            currency=found.currency,
            needs_nobody=not found.needed and not found.is_asked_of_partner,
            is_asked_of_partner=found.is_asked_of_partner,
            needed=[NeededApprovalStep.of(each) for each in found.needed],
        )


@strawberry.input
class ApprovalDecisionInput:
    """One order to approve, with a note if there is one, or to reject with the reason."""

    order_id: relay.GlobalID
    approve: bool
    reason: str | None = None


@strawberry.input
class DecideApprovalsInput:
    """Up to 20 decisions; each counts for itself."""

    decisions: list[ApprovalDecisionInput]


@strawberry.type
class ApprovalOutcome:
    """What became of one decision: it counted, or why not."""

    place: int = strawberry.field(description="Which of the decisions given, counted from 0.")
    is_done: bool
    code: str | None = strawberry.field(description="Why not, in one word.")
    message: str | None = strawberry.field(description="Why not, for people.")


@strawberry.type
class ApprovalOutcomes:
    """What became of every decision, in the order they were given."""

    outcomes: list[ApprovalOutcome] = sized(20)


DecideApprovalsResult = Annotated[
    ApprovalOutcomes | Refusal, strawberry.union("DecideApprovalsResult")
]


@strawberry.type
class ApprovalInboxMutation:
    """Deciding what waits."""

    @cost(200)
    @mutation(decide.decide_asked)
    async def decide_approvals(
        self, info: Info, input: DecideApprovalsInput
    ) -> DecideApprovalsResult:
        """Decide several at once: each counts, or is refused, for itself.

        An order may stand here that is none of the viewer's, if an organisation below asks for it.
        """
        if not 1 <= len(input.decisions) <= MOST_AT_ONCE:
            raise Invalid("decisions", f"must be 1 to {MOST_AT_ONCE}")
        outcomes: list[ApprovalOutcome] = []
        for place, given in enumerate(input.decisions):
            has_begun = any(each.is_done for each in outcomes)
            outcomes.append(await _decided(info, place, given, has_begun=has_begun))
        return ApprovalOutcomes(outcomes=outcomes)


async def _decided(
    info: Info, place: int, given: ApprovalDecisionInput, *, has_begun: bool
) -> ApprovalOutcome:
    try:
        order_id = key_of(given.order_id, "Order")
        await info.context.write(lambda work: _decide(work, order_id, given))
    except DomainError as refused:
        if isinstance(refused, Forbidden | Unauthenticated) and not has_begun:
            raise  # Of whoever asks, whatever the order; later, what was decided must be told.
        return ApprovalOutcome(
            place=place, is_done=False, code=refused.code, message=refused.message
        )
    return ApprovalOutcome(place=place, is_done=True, code=None, message=None)


async def _decide(work: Work, order_id: UUID, given: ApprovalDecisionInput) -> UUID:
    return await decide.decide_asked(work, order_id, approve=given.approve, reason=given.reason)
