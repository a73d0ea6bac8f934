"""The words of customer care: what a ticket is about, how it came, and where it stands."""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a customer wants: an answer, a fault put right, or help after the sale."""

    INQUIRY = "INQUIRY"
    COMPLAINT = "COMPLAINT"
    AFTER_SALES = "AFTER_SALES"


class TicketCategory(StrEnum):
    """What a ticket is about, by which it is routed."""

    PRODUCT = "PRODUCT"
    QUALITY = "QUALITY"
    PRICE = "PRICE"
    ORDER = "ORDER"
    DELIVERY = "DELIVERY"
    INVOICE = "INVOICE"
    SERVICE = "SERVICE"
    OTHER = "OTHER"


class TicketChannel(StrEnum):
    """How the customer came with it (R1-67, R0-43)."""

    WEB = "WEB"
    PHONE = "PHONE"
    CHAT = "CHAT"
    EMAIL = "EMAIL"
    IN_PERSON = "IN_PERSON"


class TicketState(StrEnum):
    """Where a ticket stands (domain.md (e)); OPEN waits in a department's queue."""

    OPEN = "OPEN"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_CUSTOMER = "WAITING_CUSTOMER"
    RESOLVED = "RESOLVED"
    FOLLOWED_UP = "FOLLOWED_UP"
    CLOSED = "CLOSED"


class TicketSide(StrEnum):
    """On which side of the trading relationship somebody stands."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class TicketCommand(StrEnum):
    """What can be done with a ticket."""

    TAKE = "TAKE"
    HAND_ON = "HAND_ON"
    ASK_CUSTOMER = "ASK_CUSTOMER"
    CUSTOMER_ANSWERS = "CUSTOMER_ANSWERS"
    RESOLVE = "RESOLVE"
    FOLLOW_UP = "FOLLOW_UP"
    CLOSE = "CLOSE"
    WITHDRAW = "WITHDRAW"
    REOPEN = "REOPEN"


class Worklist(StrEnum):
    """Which tickets of the seller's side to look at.

    MINE are those I have; MY_DEPARTMENT waits for anybody with one of my roles; OVERDUE should have
    been answered by now; UNFINISHED is whatever is not resolved.
    """

    ALL = "ALL"
    UNFINISHED = "UNFINISHED"
    MINE = "MINE"
    MY_DEPARTMENT = "MY_DEPARTMENT"
    OVERDUE = "OVERDUE"


class ContactKind(StrEnum):
    """How the seller was in touch with a customer (R3-39)."""

    CALL = "CALL"
    EMAIL = "EMAIL"
    CHAT = "CHAT"
    MEETING = "MEETING"
    VISIT = "VISIT"


UNFINISHED = (
    TicketState.OPEN,
    TicketState.ASSIGNED,
    TicketState.IN_PROGRESS,
    TicketState.WAITING_CUSTOMER,
)
"""The states in which the seller still has work to do, or waits for the customer."""
