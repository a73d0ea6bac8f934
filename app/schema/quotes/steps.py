"""How a line's price came about, and what did not set it."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.pricing import rules
from app.pricing.operations import STANDING_ON_NO_LIST
from app.pricing.rules import LossCode, StepName

PriceStepName = strawberry.enum(StepName, name="PriceStepName", description=StepName.__doc__)
strawberry.enum(LossCode, description=LossCode.__doc__)

_OF_SCHEMES = frozenset(
    {
        StepName.FIXED_PRICE,
        StepName.AMOUNT_OFF,
        StepName.PERCENT_OFF,
        StepName.ORDER_DISCOUNT,
        StepName.FREE_GOODS,
    }
)


@strawberry.type
class PriceStep:
    """What one rule did to a line's amount; `before` is the `after` of the step above it."""

    name: StepName
    before: Decimal
    after: Decimal
    reason: str
    list_id: relay.GlobalID | None = strawberry.field(
        description="The price list behind it. For the seller only."
    )
    scheme_id: relay.GlobalID | None = strawberry.field(
        description="The trade scheme behind it. For the seller only."
    )

    @classmethod
    def of(cls, step: rules.PriceStep) -> "PriceStep":
        """Show a step."""
        scheme = step.source_id if step.name in _OF_SCHEMES else None
        return cls(
            name=step.name,
            before=step.before,
            after=step.after,
            reason=step.reason,
            list_id=list_gid(step.list_id),
            scheme_id=relay.GlobalID("TradeScheme", str(scheme)) if scheme else None,
        )


@strawberry.type
class LosingPrice:
    """A price that covers the SKU and did not set its price, and why. For the seller only."""

    list_id: relay.GlobalID | None
    list_name: str
    code: LossCode
    reason: str

    @classmethod
    def of(cls, loser: rules.LosingCandidate) -> "LosingPrice":
        """Show a price that lost."""
        return cls(
            list_id=list_gid(loser.list_id),
            list_name=loser.list_name,
            code=loser.code,
            reason=loser.reason,
        )


@strawberry.type
class NextBreak:
    """The nearest number of pieces that lowers the price, which is per unit ordered."""

    from_quantity: Decimal
    unit_price: Decimal

    @classmethod
    def of(cls, found: rules.NextBreak) -> "NextBreak":
        """Show the next break."""
        return cls(from_quantity=found.from_quantity, unit_price=found.unit_price)


def list_gid(list_id: UUID | None) -> relay.GlobalID | None:
    """Return a list's global id; none for a price that comes from no list."""
    if list_id is None or list_id in STANDING_ON_NO_LIST:
        return None
    return relay.GlobalID("PriceList", str(list_id))
