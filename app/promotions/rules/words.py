"""The words of trade schemes."""

from enum import StrEnum


class SchemeKind(StrEnum):
    """Who pays whom: a brand its distributors, a distributor its retailers, or they the shopper."""

    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"
    TERTIARY = "TERTIARY"


class SchemeStatus(StrEnum):
    """Whether a scheme may speak; an ended one stays readable for ever."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class Lane(StrEnum):
    """Where in the waterfall a scheme works; members stand in their order (domain.md (d) 7 to 9).

    LINE changes amounts of lines, ORDER reduces the qualifying subtotal after that, FREE_GOODS is
    computed from what is then paid for, POINTS from what is then paid.
    """

    LINE = "LINE"
    ORDER = "ORDER"
    FREE_GOODS = "FREE_GOODS"
    POINTS = "POINTS"


class BenefitKind(StrEnum):
    """What a scheme gives.

    REBATE is accrued off the invoice and never changes it (P14).
    """

    FIXED_PRICE = "FIXED_PRICE"
    AMOUNT_OFF = "AMOUNT_OFF"
    PERCENT_OFF = "PERCENT_OFF"
    FREE_GOODS = "FREE_GOODS"
    POINTS = "POINTS"
    REBATE = "REBATE"


class Measure(StrEnum):
    """What a tier's threshold counts over all qualifying lines together.

    AMOUNT is money in the order's currency, with tax where the prices hold it; QUANTITY counts
    base units, PACKS units of the terms' `packaging_level` (whole and part, in base units behind),
    LINES different SKUs.
    """

    AMOUNT = "AMOUNT"
    QUANTITY = "QUANTITY"
    PACKS = "PACKS"
    LINES = "LINES"


class Calculation(StrEnum):
    """How a tier pays (P8): once, again and again, or in proportion.

    RECURRING takes the best tier as often as it fits and gives the rest to lower tiers; a rate
    (percent, price or amount per unit) then holds for the part that whole multiples cover.
    GRADUATED pays each part of the purchases at its own tier, and is for rebates only (P14).
    """

    STEP = "STEP"
    RECURRING = "RECURRING"
    CONTINUOUS = "CONTINUOUS"
    GRADUATED = "GRADUATED"


class FreeGoodsKind(StrEnum):
    """INCLUSIVE: part of the quantity ordered is free. EXCLUSIVE: delivered on top (P7)."""

    INCLUSIVE = "INCLUSIVE"
    EXCLUSIVE = "EXCLUSIVE"


class ExclusionRule(StrEnum):
    """Which scheme of an exclusion group counts: the best for the buyer, or the first."""

    BEST = "BEST"
    FIRST = "FIRST"


class PercentChaining(StrEnum):
    """Whether a percentage is taken of what is left, or of the amount before the lane (P6)."""

    CHAINED = "CHAINED"
    ADDED = "ADDED"


class ReturnRule(StrEnum):
    """What a broken threshold takes back when goods are returned (Our rule 11, P12)."""

    KEEP = "KEEP"
    CLAW_BACK = "CLAW_BACK"


class SchemeLossCode(StrEnum):
    """Why a scheme that speaks to the buyer gave nothing, or less."""

    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NO_QUALIFYING_LINE = "NO_QUALIFYING_LINE"
    REQUIREMENT_NOT_MET = "REQUIREMENT_NOT_MET"
    THRESHOLD_NOT_REACHED = "THRESHOLD_NOT_REACHED"
    COUPON_MISSING = "COUPON_MISSING"
    NOT_FIRST_ORDER = "NOT_FIRST_ORDER"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    EXCLUDED = "EXCLUDED"
    NOT_PROMOTABLE = "NOT_PROMOTABLE"
    BUYER_LIMIT_REACHED = "BUYER_LIMIT_REACHED"
    BUDGET_SPENT = "BUDGET_SPENT"
    NO_GAIN = "NO_GAIN"
    RULE_FAILED = "RULE_FAILED"


class BenefitStatus(StrEnum):
    """Whether a benefit stands, or went back with its order or its goods."""

    GRANTED = "GRANTED"
    GIVEN_BACK = "GIVEN_BACK"


class PointsCause(StrEnum):
    """Why points move."""

    EARNED = "EARNED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    GIVEN_BACK = "GIVEN_BACK"
    TAKEN_BACK = "TAKEN_BACK"
    ADJUSTED = "ADJUSTED"
