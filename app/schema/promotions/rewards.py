"""Coupons, points and membership tiers: what the seller's people do about them."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.kernel.errors import NotFound
from app.promotions import commands
from app.promotions.commands import (
    NewCoupons,
    NewTier,
    PointsAdjustment,
    Programme,
    Withdrawal,
)
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.promotions.terms_input import keys_of
from app.schema.promotions.types import MembershipTier, PointsProgramme, TradeScheme
from app.schema.refusals import Refusal


@strawberry.type
class CouponBatch:
    """Coupons of a scheme that were issued, or withdrawn, together."""

    scheme: TradeScheme
    batch_id: strawberry.ID | None
    quantity: int

    @classmethod
    def of(cls, batch: commands.CouponBatch, work: Work) -> "CouponBatch":
        """Show a batch."""
        return cls(
            scheme=TradeScheme.of(batch.scheme, work.now),
            batch_id=strawberry.ID(str(batch.batch_id)) if batch.batch_id else None,
            quantity=batch.quantity,
        )


@strawberry.type
class AdjustedPoints:
    """How many points were given, or taken when negative, and to whose account."""

    relationship_id: relay.GlobalID
    points: int


IssueCouponsResult = Annotated[CouponBatch | Refusal, strawberry.union("IssueCouponsResult")]
WithdrawCouponsResult = Annotated[CouponBatch | Refusal, strawberry.union("WithdrawCouponsResult")]
SetPointsProgrammeResult = Annotated[
    PointsProgramme | Refusal, strawberry.union("SetPointsProgrammeResult")
]
AdjustPointsResult = Annotated[AdjustedPoints | Refusal, strawberry.union("AdjustPointsResult")]
CreateMembershipTierResult = Annotated[
    MembershipTier | Refusal, strawberry.union("CreateMembershipTierResult")
]


@strawberry.input
class IssueCouponsInput:
    """Up to 10,000 codes to draw for a scheme: for anyone, or for one customer only.

    Each code may be used `usesLimit` times. Days are of the network's zone.
    """

    idempotency_key: str
    scheme_id: relay.GlobalID
    quantity: int = 1
    prefix: str = strawberry.field(default="", description="Stands before each drawn code.")
    relationship_id: relay.GlobalID | None = None
    uses_limit: int = 1
    valid_from: date | None = None
    valid_until: date | None = None

    def new(self) -> NewCoupons:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return NewCoupons(
            scheme_id=key_of(self.scheme_id, "TradeScheme"),
            quantity=self.quantity,
            prefix=self.prefix,
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
            uses_limit=self.uses_limit,
            first_day=self.valid_from,
            last_day=self.valid_until,
        )


@strawberry.input
class WithdrawCouponsInput:
    """Coupons of a scheme that nobody may use any more: a whole batch, or some of them."""

    scheme_id: relay.GlobalID
    batch_id: strawberry.ID | None = None
    coupon_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)

    def withdrawal(self) -> Withdrawal:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return Withdrawal(
            scheme_id=key_of(self.scheme_id, "TradeScheme"),
            batch_id=_batch_key(self.batch_id),
            coupon_ids=keys_of(self.coupon_ids, "Coupon", "couponIds"),
        )


@strawberry.input
class SetPointsProgrammeInput:
    """What a point is worth in a currency, and for how many days it can be spent."""

    currency: str
    value_per_point: Decimal
    days_valid: int | None = None


@strawberry.input
class AdjustPointsInput:
    """Points to give a customer, or to take when negative, and why."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    points: int
    reason: str


@strawberry.input
class CreateMembershipTierInput:
    """A tier and the net purchases within 365 days that reach it."""

    idempotency_key: str
    name: str
    currency: str
    threshold: Decimal


@strawberry.type
class RewardsMutation:
    """Changes of coupons, points and membership tiers."""

    @cost(200)
    @mutation(commands.issue_coupons)
    async def issue_coupons(self, info: Info, input: IssueCouponsInput) -> IssueCouponsResult:
        """Draw codes for a scheme that waits for one; the same idempotency key draws them once."""
        new = input.new()

        async def command(work: Work) -> CouponBatch:
            issued = await commands.issue_coupons(work, new, input.idempotency_key)
            return CouponBatch.of(issued, work)

        return await info.context.write(command)

    @mutation(commands.withdraw_coupons)
    async def withdraw_coupons(
        self, info: Info, input: WithdrawCouponsInput
    ) -> WithdrawCouponsResult:
        """Let nobody use coupons from now on; what they gave stays given."""
        withdrawal = input.withdrawal()

        async def command(work: Work) -> CouponBatch:
            return CouponBatch.of(await commands.withdraw_coupons(work, withdrawal), work)

        return await info.context.write(command)

    @mutation(commands.set_points_programme)
    async def set_points_programme(
        self, info: Info, input: SetPointsProgrammeInput
    ) -> SetPointsProgrammeResult:
        """Set what points are worth and how long new ones last."""
        wanted = Programme(input.currency, input.value_per_point, input.days_valid)
        programme = await info.context.write(
            lambda work: commands.set_points_programme(work, wanted)
        )
        return PointsProgramme.of(programme)

    @mutation(commands.adjust_points)
    async def adjust_points(self, info: Info, input: AdjustPointsInput) -> AdjustPointsResult:
        """Give a customer points by hand, or take some, with the reason on record."""
        key = key_of(input.relationship_id, "TradingRelationship")
        wanted = PointsAdjustment(key, input.points, input.reason)
        await info.context.write(
            lambda work: commands.adjust_points(work, wanted, input.idempotency_key)
        )
        return AdjustedPoints(relationship_id=input.relationship_id, points=input.points)

    @mutation(commands.create_membership_tier)
    async def create_membership_tier(
        self, info: Info, input: CreateMembershipTierInput
    ) -> CreateMembershipTierResult:
        """Make a membership tier; whoever reaches it already is in it at once."""
        new = NewTier(input.name, input.currency, input.threshold)
        tier = await info.context.write(
            lambda work: commands.create_membership_tier(work, new, input.idempotency_key)
        )
        return MembershipTier.of(tier)


def _batch_key(batch_id: strawberry.ID | None) -> UUID | None:
    try:
        return UUID(batch_id) if batch_id is not None else None
    except ValueError:
        raise NotFound("Coupon").at("batchId") from None
