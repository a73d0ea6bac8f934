"""The order's lifecycle states, and the statuses derived beside it (domain.md (e))."""

from enum import StrEnum


class OrderState(StrEnum):
    """Where an order is in its life; words of the trade are translations of these."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PENDING_PAYMENT = "PENDING_PAYMENT"
    PENDING_REVIEW = "PENDING_REVIEW"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    REJECTED = "REJECTED"
    CONFIRMED = "CONFIRMED"
    BACKORDERED = "BACKORDERED"
    ALLOCATED = "ALLOCATED"
    PREPARING = "PREPARING"
    PREPARED = "PREPARED"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    SHIPPED = "SHIPPED"
    REFUSED = "REFUSED"
    SIGNED = "SIGNED"
    RECEIVED = "RECEIVED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class OrderChannel(StrEnum):
    """How the order came in (R1-5..R1-7)."""

    WEBSITE = "WEBSITE"
    MOBILE_APP = "MOBILE_APP"
    SALES_REP = "SALES_REP"
    PARTNER_SYSTEM = "PARTNER_SYSTEM"
    CASCADE = "CASCADE"


class DeliveryMode(StrEnum):
    """Whether goods are brought, or wait at a pick-up point (R4-35)."""

    DELIVERY = "DELIVERY"
    PICKUP = "PICKUP"


class ApprovalStatus(StrEnum):
    """Whether every required approval is there."""

    NOT_REQUIRED = "NOT_REQUIRED"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class ReviewStatus(StrEnum):
    """Whether service staff have looked at the order (R1-16)."""

    NOT_REQUIRED = "NOT_REQUIRED"
    PENDING = "PENDING"
    PASSED = "PASSED"


class CreditStatus(StrEnum):
    """Whether the buyer's credit covers the order; HELD blocks allocation and shipping."""

    NOT_CHECKED = "NOT_CHECKED"
    OK = "OK"
    HELD = "HELD"
    RELEASED = "RELEASED"


class FulfilmentStatus(StrEnum):
    """How much of the order has left."""

    NONE = "NONE"
    PARTIAL = "PARTIAL"
    FULL = "FULL"


class PaymentStatus(StrEnum):
    """How much of the order is paid."""

    UNPAID = "UNPAID"
    PARTIAL = "PARTIAL"
    PAID = "PAID"


class InvoiceStatus(StrEnum):
    """Whether the received goods are invoiced."""

    NOT_INVOICED = "NOT_INVOICED"
    INVOICED = "INVOICED"


class SettlementStatus(StrEnum):
    """Whether the invoice is paid or posted to the buyer's account."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"


class ExceptionKind(StrEnum):
    """What is out of the ordinary about an order.

    CANCEL_REQUESTED, RECEIPT_DIFFERENCE and CASH_DIFFERENCE come of commands of their own. LATE:
    goods have not arrived when they were promised, or will not. LOST, DAMAGED, ACCIDENT: on their
    way. REFUSED: the buyer would not take them. ADDRESS: they cannot be brought there.
    """

    CANCEL_REQUESTED = "CANCEL_REQUESTED"
    RECEIPT_DIFFERENCE = "RECEIPT_DIFFERENCE"
    CASH_DIFFERENCE = "CASH_DIFFERENCE"
    LATE = "LATE"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    ACCIDENT = "ACCIDENT"
    REFUSED = "REFUSED"
    ADDRESS = "ADDRESS"
    OTHER = "OTHER"


class NoteAudience(StrEnum):
    """Who reads a note on an order: the own organisation's people, or both sides' people."""

    INTERNAL = "INTERNAL"
    BOTH_SIDES = "BOTH_SIDES"
