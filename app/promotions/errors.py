"""What promotions may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class SchemeBudgetSpent(Refused):
    """Others took what a scheme, a coupon or the points had left, again and again."""

    code: ClassVar = "SCHEME_BUDGET_SPENT"
    text: ClassVar = (
        "What {what} had left was taken meanwhile; look at the new total and try again."
    )
    field_path: ClassVar = "lines"
    what: str


@dataclass(eq=False)
class TradeSchemeExists(Refused):
    """Names of a seller's schemes tell them apart."""

    code: ClassVar = "TRADE_SCHEME_EXISTS"
    text: ClassVar = "There is a trade scheme {name} already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class TradeSchemeTermsWrong(Refused):
    """The terms contradict themselves, or would give without end."""

    code: ClassVar = "TRADE_SCHEME_TERMS_WRONG"
    text: ClassVar = "{problem}"
    field_path: ClassVar = "terms"
    problem: str


@dataclass(eq=False)
class GiftNotListed(Refused):
    """What nobody can order cannot be given."""

    code: ClassVar = "GIFT_NOT_LISTED"
    text: ClassVar = "{sku} is not listed and cannot be given; list it or take another."
    field_path: ClassVar = "terms.gift.skuId"
    sku: str


@dataclass(eq=False)
class TradeSchemePeriodWrong(Refused):
    """A period must have a day, and it must not be over."""

    code: ClassVar = "TRADE_SCHEME_PERIOD_WRONG"
    text: ClassVar = "The last day {last_day} lies before {first_day}."
    field_path: ClassVar = "validUntil"
    first_day: str
    last_day: str


@dataclass(eq=False)
class TradeSchemeFromPast(Refused):
    """What a scheme gave on a past day stays what it was (Our rule 7)."""

    code: ClassVar = "TRADE_SCHEME_FROM_PAST"
    text: ClassVar = "A scheme cannot change on {day}: that day is over. Take {today} or later."
    field_path: ClassVar = "validFrom"
    day: str
    today: str


@dataclass(eq=False)
class TradeSchemeNotDraft(Refused):
    """Only a draft can be activated."""

    code: ClassVar = "TRADE_SCHEME_NOT_DRAFT"
    text: ClassVar = "The trade scheme {name} is {status}, not a draft."
    field_path: ClassVar = "schemeId"
    name: str
    status: str


@dataclass(eq=False)
class CampaignIncomplete(Refused):
    """Whoever asks for it lets a scheme begin only when all of its checklist is met (R2-3)."""

    code: ClassVar = "CAMPAIGN_INCOMPLETE"
    text: ClassVar = "{name} is not ready: {missing}"
    field_path: ClassVar = "schemeId"
    name: str
    missing: str


@dataclass(eq=False)
class TradeSchemeEnded(Refused):
    """What has ended stays as it was."""

    code: ClassVar = "TRADE_SCHEME_ENDED"
    text: ClassVar = "The trade scheme {name} has ended; make a new one."
    field_path: ClassVar = "schemeId"
    name: str


@dataclass(eq=False)
class TradeSchemeNeedsSecondPerson(Refused):
    """Four eyes: who wrote a scheme does not let it start (R3-53)."""

    code: ClassVar = "TRADE_SCHEME_NEEDS_SECOND_PERSON"
    text: ClassVar = "You wrote {name} yourself: another person must activate it."
    field_path: ClassVar = "schemeId"
    name: str


@dataclass(eq=False)
class ActiveTradeSchemeNeedsApproval(Refused):
    """Where two people must agree, a change comes as a new draft for the second one."""

    code: ClassVar = "ACTIVE_TRADE_SCHEME_NEEDS_APPROVAL"
    text: ClassVar = (
        "{name} is active and changes need a second person: end it and draft a new scheme."
    )
    field_path: ClassVar = "schemeId"
    name: str


@dataclass(eq=False)
class SchemeLimitBelowUsed(Refused):
    """What is given cannot be ungiven by a lower limit."""

    code: ClassVar = "SCHEME_LIMIT_BELOW_USED"
    text: ClassVar = "{used} is used already: the limit must be at least that, not {limit}."
    used: Decimal
    limit: Decimal


@dataclass(eq=False)
class SchemeTakesNoCoupons(Refused):
    """Codes are for schemes that wait for one."""

    code: ClassVar = "SCHEME_TAKES_NO_COUPONS"
    text: ClassVar = "{name} speaks without a coupon; set needsCoupon in its terms first."
    field_path: ClassVar = "schemeId"
    name: str


@dataclass(eq=False)
class CouponCodesTaken(Refused):
    """A drawn code exists already: as likely as lightning."""

    code: ClassVar = "COUPON_CODES_TAKEN"
    text: ClassVar = "Some of the codes drawn exist already; try again."


@dataclass(eq=False)
class TooFewPoints(Refused):
    """A balance never falls below nothing."""

    code: ClassVar = "TOO_FEW_POINTS"
    text: ClassVar = "There are {balance} points to take from, not {wanted}."
    field_path: ClassVar = "points"
    balance: int
    wanted: int


@dataclass(eq=False)
class MembershipTierExists(Refused):
    """Names of a seller's tiers tell them apart."""

    code: ClassVar = "MEMBERSHIP_TIER_EXISTS"
    text: ClassVar = "There is a membership tier {name} already."
    field_path: ClassVar = "name"
    name: str
