"""What may be done with an order by whom, and what its guards look at beside its state (F8)."""

from dataclasses import dataclass
from enum import StrEnum

from app.orders.rules.buckets import Buckets
from app.orders.rules.states import ApprovalStatus, CreditStatus, DeliveryMode, OrderState

ON_HOLD = "The order is on hold; release or override the hold first."


class OrderCommand(StrEnum):
    """What can be done with an order."""

    SUBMIT = "SUBMIT"
    RECORD_PAYMENT = "RECORD_PAYMENT"
    PAY_FROM_BALANCE = "PAY_FROM_BALANCE"
    REVIEW = "REVIEW"
    SEND_BACK = "SEND_BACK"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    REVISE = "REVISE"
    ASK_PAYMENT = "ASK_PAYMENT"
    EXPIRE_PAYMENT = "EXPIRE_PAYMENT"
    RELEASE_CREDIT = "RELEASE_CREDIT"
    HOLD = "HOLD"
    OVERRIDE_HOLD = "OVERRIDE_HOLD"
    ALLOCATE = "ALLOCATE"
    COVER_BACKORDER = "COVER_BACKORDER"
    SHORT_CLOSE = "SHORT_CLOSE"
    START_PREPARATION = "START_PREPARATION"
    FINISH_PREPARATION = "FINISH_PREPARATION"
    BOOK_CARRIER = "BOOK_CARRIER"
    HAND_OVER = "HAND_OVER"
    ARRIVE_AT_PICKUP_POINT = "ARRIVE_AT_PICKUP_POINT"
    REPORT_TRACKING = "REPORT_TRACKING"
    LOSE_GOODS = "LOSE_GOODS"
    SIGN = "SIGN"
    RETURN_TO_WAREHOUSE = "RETURN_TO_WAREHOUSE"
    CONFIRM_RECEIPT = "CONFIRM_RECEIPT"
    SETTLE = "SETTLE"
    CANCEL = "CANCEL"
    CHANGE = "CHANGE"
    REQUEST_CANCEL = "REQUEST_CANCEL"


class Side(StrEnum):
    """Whose command it is: the seller's staff, the buyer's, or either."""

    SELLER = "SELLER"
    BUYER = "BUYER"
    EITHER = "EITHER"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What guards look at: one order, with its lines' buckets summed."""

    state: OrderState
    total: Buckets
    approval_status: ApprovalStatus
    credit_status: CreditStatus
    delivery_mode: DeliveryMode
    is_fully_paid: bool
    has_planned_shipment: bool
    has_open_exception: bool
    viewer_made_it: bool
    viewer_may_approve: bool
    viewer_side: Side | None
    is_on_hold: bool = False
    is_paid_from_balance: bool = False


class Guard(StrEnum):
    """A condition beyond the state; its value is the reason shown when it does not hold."""

    NONE = ""
    CREDIT_NOT_HELD = "The order is held for credit; release it first."
    CREDIT_HELD = "The order is not held for credit."
    ON_HOLD = "The order is not on hold."
    APPROVER = "Only a named approver may decide, and nobody approves their own order."
    PACKED = "Nothing is packed and waiting to leave."
    PLANNED_DELIVERY = "Book a carrier first: no shipment for delivery is planned."
    PLANNED_PICKUP = "Only an order for pick-up with a planned shipment can arrive there."
    TO_RECEIVE = "Nothing has been signed for that is not yet received."
    IN_TRANSIT = "Nothing is on its way."
    REFUSED = "Nothing was refused."
    BACKORDERED = "Nothing waits for stock."
    TO_PICK = "Nothing is set aside to be picked."
    UNPAID = "The order is paid in full."
    FROM_BALANCE = "The order is not paid from a prepaid balance, or is paid in full."
    NO_EXCEPTION = "An exception is open already; it must be closed first."
    NOTHING_PICKED = "Part of the order has been prepared; cancel the rest instead."
