"""What orders may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NotPossibleNow(Refused):
    """The state, the side or a guard stands against it; `allowed` names what is possible (F8)."""

    code: ClassVar = "NOT_POSSIBLE_NOW"
    text: ClassVar = "{command} is not possible: {reason}"
    field_path: ClassVar = "orderId"
    command: str
    reason: str
    allowed: str


@dataclass(eq=False)
class PaymentWayNotAllowed(Refused):
    """A relationship names the ways in which its orders may be paid."""

    code: ClassVar = "PAYMENT_WAY_NOT_ALLOWED"
    text: ClassVar = "Orders here cannot be paid by {way}; possible: {allowed}."
    field_path: ClassVar = "paymentWay"
    way: str
    allowed: str


@dataclass(eq=False)
class BuyerReferenceTaken(Refused):
    """A buyer's own number names one order from one hand, unless that was cancelled (R1-7).

    What the other side wrote under that number, and may not have shown yet, plays no part.
    """

    code: ClassVar = "BUYER_REFERENCE_TAKEN"
    text: ClassVar = (
        "You gave {reference} to another order with this seller: look it up by that number."
    )
    field_path: ClassVar = "buyerReference"
    reference: str


@dataclass(eq=False)
class PriceChanged(Refused):
    """Prices changed since the buyer saw them: the buyer is asked, with both."""

    code: ClassVar = "PRICE_CHANGED"
    text: ClassVar = "The total is now {now} {currency}; you saw {seen} {currency}. Please confirm."
    field_path: ClassVar = "seenTotal"
    seen: Decimal
    now: Decimal
    currency: str


@dataclass(eq=False)
class OrderEmpty(Refused):
    """Nothing is in it."""

    code: ClassVar = "ORDER_EMPTY"
    text: ClassVar = "An order needs at least one line."
    field_path: ClassVar = "lines"


@dataclass(eq=False)
class TooManyLines(Refused):
    """The document would not be workable."""

    code: ClassVar = "TOO_MANY_LINES"
    text: ClassVar = "An order has at most {most} lines."
    field_path: ClassVar = "lines"
    most: int


@dataclass(eq=False)
class BelowMinimumOrderValue(Refused):
    """The seller delivers from a minimum value on."""

    code: ClassVar = "BELOW_MINIMUM_ORDER_VALUE"
    text: ClassVar = "{total} {currency} is below the minimum order value of {minimum} {currency}."
    field_path: ClassVar = "lines"
    total: Decimal
    minimum: Decimal
    currency: str


@dataclass(eq=False)
class LineRepeated(Refused):
    """One line a SKU and packaging unit."""

    code: ClassVar = "LINE_REPEATED"
    text: ClassVar = "{sku} by {level} stands on two lines; add the quantities up."
    field_path: ClassVar = "lines"
    sku: str
    level: str


@dataclass(eq=False)
class DeliveryDateWrong(Refused):
    """Days outside sense are refused."""

    code: ClassVar = "DELIVERY_DATE_WRONG"
    text: ClassVar = "{day} cannot be promised: choose a day from {first} to {last}."
    field_path: ClassVar = "requestedDeliveryOn"
    day: str
    first: str
    last: str


@dataclass(eq=False)
class NotYourCustomer(Refused):
    """A rep orders for assigned customers only (R3-51)."""

    code: ClassVar = "NOT_YOUR_CUSTOMER"
    text: ClassVar = "{buyer} is not one of your assigned customers."
    field_path: ClassVar = "relationshipId"
    buyer: str


@dataclass(eq=False)
class PriceOutsideBand(Refused):
    """A price guard forbids the price; only the seller's people are told by how much."""

    code: ClassVar = "PRICE_OUTSIDE_BAND"
    text: ClassVar = "This price is not possible: {reason}"
    field_path: ClassVar = "lines"
    reason: str


@dataclass(eq=False)
class CouponRefused(Refused):
    """A code counts for nothing here; others' coupons are as unknown as none (R0-52)."""

    code: ClassVar = "COUPON_REFUSED"
    text: ClassVar = "The coupon {coupon} does not count: {reason}"
    field_path: ClassVar = "couponCodes"
    coupon: str
    reason: str


@dataclass(eq=False)
class TooManyCoupons(Refused):
    """More codes than a person would give."""

    code: ClassVar = "TOO_MANY_COUPONS"
    text: ClassVar = "An order takes at most {most} coupons."
    field_path: ClassVar = "couponCodes"
    most: int


@dataclass(eq=False)
class DiscountNotAllowed(Refused):
    """Discounts by hand are the seller's: its people give them, to customers they look after."""

    code: ClassVar = "DISCOUNT_NOT_ALLOWED"
    text: ClassVar = "Only the seller's people with the right to discount may lower a price."
    field_path: ClassVar = "lines"


@dataclass(eq=False)
class SharesChanged(Refused):
    """Orders or stock changed since the shares were previewed: look at them again."""

    code: ClassVar = "SHARES_CHANGED"
    text: ClassVar = (
        "The shares have changed since you saw them: {given} pieces would be given now."
    )
    field_path: ClassVar = "token"
    given: Decimal


@dataclass(eq=False)
class NothingToShare(Refused):
    """Nobody waits for it, or nothing of it is free."""

    code: ClassVar = "NOTHING_TO_SHARE"
    text: ClassVar = "Nobody who waits for these goods would get any of them now."
    field_path: ClassVar = "skuId"


@dataclass(eq=False)
class OrderMoved(Refused):
    """The order or its prices are not those of the preview any more: look again."""

    code: ClassVar = "ORDER_MOVED"
    text: ClassVar = "Something has moved since the preview; the total would be {now} {currency}."
    field_path: ClassVar = "fingerprint"
    now: Decimal
    currency: str


@dataclass(eq=False)
class QuantityNotSold(Refused):
    """The seller sells a SKU in other quantities: `nearest` is a good one, in pieces."""

    code: ClassVar = "QUANTITY_NOT_SOLD"
    text: ClassVar = (
        "{sku} is not sold in {ordered} pieces ({rule} {limit}); the nearest is {nearest}."
    )
    field_path: ClassVar = "lines"
    sku: str
    rule: str
    limit: Decimal
    ordered: Decimal
    nearest: Decimal


@dataclass(eq=False)
class TooManyNotes(Refused):
    """Nobody reads so many."""

    code: ClassVar = "TOO_MANY_NOTES"
    text: ClassVar = "At most {most} notes are kept with an order."
    field_path: ClassVar = "text"
    most: int


@dataclass(eq=False)
class TooManyAttachments(Refused):
    """Nobody looks through so many."""

    code: ClassVar = "TOO_MANY_ATTACHMENTS"
    text: ClassVar = "At most {most} files are kept with an order."
    field_path: ClassVar = "fileId"
    most: int


@dataclass(eq=False)
class AttachmentStays(Refused):
    """The other side may have relied on it."""

    code: ClassVar = "ATTACHMENT_STAYS"
    text: ClassVar = "Files are taken off drafts only: this order was placed with it."
    field_path: ClassVar = "fileId"
