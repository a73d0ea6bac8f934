"""The catalogue: which events a webhook may hear, whose they are, and what is shown of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class WebhookEvent(StrEnum):
    """An event that a webhook can hear of.

    What is shown is its subject as it is when it is sent: an order for `ORDER_…`, for its
    shipments, exceptions and payments at a provider; an invoice for `INVOICE_…`,
    `PAYMENT_RECORDED` the order that was paid for, `STATEMENT_ANSWERED` the relationship whose
    statement it is, and so on. `ORGANISATION_MOVED` is heard by who stands above the branch now;
    who did before hears `RELATIONSHIP_CLOSED`. What is a seller's own concern, as `GOODS_SHORT` and
    `STOCK_ALERTED`, only its own webhooks hear.
    """

    ORDER_CHANGED = "ORDER_CHANGED"
    ORDER_CONFIRMED = "ORDER_CONFIRMED"
    ORDER_SHIPPED = "ORDER_SHIPPED"
    ORDER_SHORT_PICKED = "ORDER_SHORT_PICKED"
    ORDER_SENT_BACK = "ORDER_SENT_BACK"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_WAITING_FOR_APPROVAL = "ORDER_WAITING_FOR_APPROVAL"
    SHIPMENT_DELAYED = "SHIPMENT_DELAYED"
    SHIPMENT_ARRIVED = "SHIPMENT_ARRIVED"
    SHIPMENT_WAITING = "SHIPMENT_WAITING"
    SHIPMENT_DELIVERED = "SHIPMENT_DELIVERED"
    DELIVERY_LATE = "DELIVERY_LATE"
    GOODS_LOST = "GOODS_LOST"
    GOODS_SHORT = "GOODS_SHORT"
    EXCEPTION_OPENED = "EXCEPTION_OPENED"
    EXCEPTION_EXPLAINED = "EXCEPTION_EXPLAINED"
    CARRIER_NOT_BOOKED = "CARRIER_NOT_BOOKED"
    CARRIER_NOT_CANCELLED = "CARRIER_NOT_CANCELLED"
    ONLINE_PAYMENT_LATE = "ONLINE_PAYMENT_LATE"
    ONLINE_PAYMENT_MISMATCHED = "ONLINE_PAYMENT_MISMATCHED"
    STANDING_ORDER_INCOMPLETE = "STANDING_ORDER_INCOMPLETE"
    STANDING_ORDER_REFUSED = "STANDING_ORDER_REFUSED"
    INVOICE_ISSUED = "INVOICE_ISSUED"
    INVOICE_OVERDUE = "INVOICE_OVERDUE"
    CREDIT_NOTE_ISSUED = "CREDIT_NOTE_ISSUED"
    PAYMENT_RECORDED = "PAYMENT_RECORDED"
    STATEMENT_ANSWERED = "STATEMENT_ANSWERED"
    PRODUCT_CHANGED = "PRODUCT_CHANGED"
    PRODUCT_LISTED = "PRODUCT_LISTED"
    PRODUCT_DELISTED = "PRODUCT_DELISTED"
    STOCK_RECEIVED = "STOCK_RECEIVED"
    STOCK_ALERTED = "STOCK_ALERTED"
    ORGANISATION_CREATED = "ORGANISATION_CREATED"
    ORGANISATION_MOVED = "ORGANISATION_MOVED"
    RELATIONSHIP_REQUESTED = "RELATIONSHIP_REQUESTED"
    RELATIONSHIP_REQUEST_APPROVED = "RELATIONSHIP_REQUEST_APPROVED"
    RELATIONSHIP_REQUEST_REFUSED = "RELATIONSHIP_REQUEST_REFUSED"
    RELATIONSHIP_REQUEST_WITHDRAWN = "RELATIONSHIP_REQUEST_WITHDRAWN"
    RELATIONSHIP_OPENED = "RELATIONSHIP_OPENED"
    RELATIONSHIP_CHANGED = "RELATIONSHIP_CHANGED"
    RELATIONSHIP_CLOSED = "RELATIONSHIP_CLOSED"
    PRICES_OUTSIDE_BAND = "PRICES_OUTSIDE_BAND"
    PRICE_CHANGE_SUBMITTED = "PRICE_CHANGE_SUBMITTED"
    PRICE_CHANGE_APPROVED = "PRICE_CHANGE_APPROVED"
    PRICE_CHANGE_REJECTED = "PRICE_CHANGE_REJECTED"
    PRICE_CHANGE_WITHDRAWN = "PRICE_CHANGE_WITHDRAWN"
    PRICE_CHANGE_ROLLED_BACK = "PRICE_CHANGE_ROLLED_BACK"
    PRICES_SET = "PRICES_SET"
    TICKET_CHANGED = "TICKET_CHANGED"
    ORDER_REQUESTED = "ORDER_REQUESTED"
    ORDER_REQUEST_ORDERED = "ORDER_REQUEST_ORDERED"
    ORDER_REQUEST_SENT_BACK = "ORDER_REQUEST_SENT_BACK"
    ANNOUNCEMENT_BEGUN = "ANNOUNCEMENT_BEGUN"
    WEBHOOK_TESTED = "WEBHOOK_TESTED"


TEST = WebhookEvent.WEBHOOK_TESTED
CHOOSABLE = tuple(event for event in WebhookEvent if event is not TEST)
WEBHOOK = "webhook"
HEARING = "hear_for_webhooks"
"""The listener that puts events into lanes."""
OF_SELLER = frozenset(
    {
        WebhookEvent.CARRIER_NOT_BOOKED,
        WebhookEvent.CARRIER_NOT_CANCELLED,
        WebhookEvent.EXCEPTION_OPENED,
        WebhookEvent.GOODS_SHORT,
        WebhookEvent.ONLINE_PAYMENT_LATE,
        WebhookEvent.ONLINE_PAYMENT_MISMATCHED,
    }
)
"""What is nobody's business but the seller's, though others may see the order."""
_OF_ONE = frozenset(
    {
        WebhookEvent.STANDING_ORDER_INCOMPLETE,
        WebhookEvent.STANDING_ORDER_REFUSED,
        WebhookEvent.STOCK_ALERTED,
    }
)
"""What is nobody's business but the organisation's."""
_SHOWN_BY_SOURCE = frozenset({WebhookEvent.PAYMENT_RECORDED})
_RELATIONSHIP, _ORGANISATION = "trading_relationship", "organisation"
_NAMED_BY_VERBS = {
    "submit_price_change": WebhookEvent.PRICE_CHANGE_SUBMITTED,
    "approve_price_change": WebhookEvent.PRICE_CHANGE_APPROVED,
    "reject_price_change": WebhookEvent.PRICE_CHANGE_REJECTED,
    "withdraw_price_change": WebhookEvent.PRICE_CHANGE_WITHDRAWN,
    "roll_back_price_change": WebhookEvent.PRICE_CHANGE_ROLLED_BACK,
}
_OF_KIND: Mapping[str, WebhookEvent] = {
    event.lower(): event for event in CHOOSABLE if event not in _NAMED_BY_VERBS.values()
} | _NAMED_BY_VERBS


_KINDS = {event: kind for kind, event in _OF_KIND.items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, as a webhook shows it."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose event it is: organisations, or the two of a relationship; neither means anybody's.

    It only narrows down whom to ask: what is really shown, their rights say at the last moment.
    What is theirs `alone` is not for those above them either.
    """

    organisations: tuple[UUID, ...]
    relationship: UUID | None
    alone: bool = False

    @property
    def are_known(self) -> bool:
        """Whether the event says whose it is."""
        return bool(self.organisations) or self.relationship is not None


def heard_kinds() -> frozenset[str]:
    """Return the kinds of events that webhooks hear of, as the outbox names them."""
    return frozenset(_OF_KIND)


def kinds_of(events: Iterable[str]) -> list[str]:
    """Return the kinds of the outbox that are told by events of the catalogue."""
    return [_KINDS[WebhookEvent(event)] for event in events]


def event_of(kind: str) -> WebhookEvent | None:
    """Return the catalogue's name of a kind of event; none for one that is not in it."""
    return _OF_KIND.get(kind)


def subject_of(
    event: WebhookEvent, kind: str, subject_id: UUID, data: Mapping[str, Any]
) -> Subject:
    """Return what is shown of an event; of a payment it is what was paid for."""
    if event in _SHOWN_BY_SOURCE:
        return Subject(str(data["source_kind"]), UUID(data["source_id"]))
    return Subject(kind, subject_id)


def parties_of(event: WebhookEvent, subject: Subject, data: Mapping[str, Any]) -> Parties:
    """Return whose event it is, as far as it says."""
    if event in OF_SELLER:
        return Parties((UUID(data["seller_id"]),), None, alone=True)
    if event in _OF_ONE:
        return Parties((UUID(data["organisation_id"]),), None, alone=True)
    given = (data.get(name) for name in ("seller_id", "buyer_id", "organisation_id"))
    named = tuple(UUID(key) for key in (*given, *data.get("organisation_ids", ())) if key)
    relationship = data.get("relationship_id")
    if subject.kind == _RELATIONSHIP:
        return Parties(named, subject.id)
    if subject.kind == _ORGANISATION:
        return Parties((*named, subject.id), None)
    return Parties(named, UUID(relationship) if relationship else None)


def type_name(subject_kind: str) -> str:
    """Return the type by which the API shows a kind of subject."""
    return "".join(word.capitalize() for word in subject_kind.split("_"))
