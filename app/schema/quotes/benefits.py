"""What schemes, coupons and points did to a quote, and what is missing for more."""

from decimal import Decimal

import strawberry
from strawberry import relay

from app.promotions.rules import outcome
from app.promotions.rules.words import BenefitKind, Measure, SchemeLossCode
from app.quotes import rules

for _words in (BenefitKind, Measure, SchemeLossCode):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class QuotedBenefit:
    """What one trade scheme gives: `money` off, `pieces` free, points, a rebate off the invoice.

    Who pays for it and how much of it (`fundedMoney`) only the seller sees.
    """

    name: str
    benefit: BenefitKind
    money: Decimal
    pieces: Decimal
    points: int
    rebate: Decimal
    scheme_id: relay.GlobalID
    funder_id: relay.GlobalID | None
    funded_money: Decimal

    @classmethod
    def of(cls, found: outcome.SchemeBenefit) -> "QuotedBenefit":
        """Show a benefit."""
        funder = found.funder_id
        return cls(
            name=found.name,
            benefit=found.benefit,
            money=found.money,
            pieces=found.goods,
            points=found.points,
            rebate=found.rebate,
            scheme_id=relay.GlobalID("TradeScheme", str(found.scheme_id)),
            funder_id=relay.GlobalID("Organisation", str(funder)) if funder else None,
            funded_money=found.funded_money,
        )


@strawberry.type
class QuoteHint:
    """What is missing for the next step of a scheme: so much more of `measure` gives more."""

    name: str
    measure: Measure
    missing: Decimal
    benefit: BenefitKind
    next_benefit: Decimal
    text: str

    @classmethod
    def of(cls, hint: outcome.SchemeHint) -> "QuoteHint":
        """Show a hint."""
        return cls(
            name=hint.name,
            measure=hint.measure,
            missing=hint.missing,
            benefit=hint.benefit,
            next_benefit=hint.next_benefit,
            text=hint.text,
        )


@strawberry.type
class LosingScheme:
    """A trade scheme that covers the goods and gave nothing, and why. For the seller only."""

    name: str
    code: SchemeLossCode
    reason: str
    scheme_id: relay.GlobalID

    @classmethod
    def of(cls, loser: outcome.LosingScheme) -> "LosingScheme":
        """Show a scheme that lost."""
        return cls(
            name=loser.name,
            code=loser.code,
            reason=loser.reason,
            scheme_id=relay.GlobalID("TradeScheme", str(loser.scheme_id)),
        )


@strawberry.type
class QuotedCoupon:
    """A coupon code that was given, and why it does not count if it does not."""

    code: str
    is_accepted: bool
    reason: str

    @classmethod
    def of(cls, coupon: rules.QuotedCoupon) -> "QuotedCoupon":
        """Show a code."""
        return cls(code=coupon.code, is_accepted=coupon.is_accepted, reason=coupon.reason)
