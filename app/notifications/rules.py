"""What is said of each event, in words for people: pure text, no rows and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Any


class NotificationKind(StrEnum):
    """What a notification is about; in lower case it is the event's kind."""

    ORDER_CONFIRMED = "ORDER_CONFIRMED"
    ORDER_SHIPPED = "ORDER_SHIPPED"
    ORDER_SHORT_PICKED = "ORDER_SHORT_PICKED"
    SHIPMENT_DELAYED = "SHIPMENT_DELAYED"
    SHIPMENT_ARRIVED = "SHIPMENT_ARRIVED"
    SHIPMENT_WAITING = "SHIPMENT_WAITING"
    SHIPMENT_DELIVERED = "SHIPMENT_DELIVERED"
    DELIVERY_LATE = "DELIVERY_LATE"
    GOODS_LOST = "GOODS_LOST"
    EXCEPTION_OPENED = "EXCEPTION_OPENED"
    EXCEPTION_ASSIGNED = "EXCEPTION_ASSIGNED"
    EXCEPTION_EXPLAINED = "EXCEPTION_EXPLAINED"
    CARRIER_NOT_BOOKED = "CARRIER_NOT_BOOKED"
    CARRIER_NOT_CANCELLED = "CARRIER_NOT_CANCELLED"
    GOODS_SHORT = "GOODS_SHORT"
    STOCK_ALERTED = "STOCK_ALERTED"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_WAITING_FOR_APPROVAL = "ORDER_WAITING_FOR_APPROVAL"
    ORDER_SENT_BACK = "ORDER_SENT_BACK"
    ORDER_APPROVAL_REMINDED = "ORDER_APPROVAL_REMINDED"
    ORDER_APPROVAL_ESCALATED = "ORDER_APPROVAL_ESCALATED"
    PRICES_OUTSIDE_BAND = "PRICES_OUTSIDE_BAND"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"
    BRANCH_JOINED = "BRANCH_JOINED"
    BRANCH_LEFT = "BRANCH_LEFT"
    MOVE_REFUSED = "MOVE_REFUSED"
    INVITATION_ACCEPTED = "INVITATION_ACCEPTED"
    RELATIONSHIP_REQUESTED = "RELATIONSHIP_REQUESTED"
    RELATIONSHIP_REQUEST_APPROVED = "RELATIONSHIP_REQUEST_APPROVED"
    RELATIONSHIP_REQUEST_REFUSED = "RELATIONSHIP_REQUEST_REFUSED"
    RELATIONSHIP_REQUEST_WITHDRAWN = "RELATIONSHIP_REQUEST_WITHDRAWN"
    REGISTRATION_WAITS = "REGISTRATION_WAITS"
    ORDER_REQUESTED = "ORDER_REQUESTED"
    ORDER_REQUEST_ORDERED = "ORDER_REQUEST_ORDERED"
    ORDER_REQUEST_SENT_BACK = "ORDER_REQUEST_SENT_BACK"
    STANDING_ORDER_INCOMPLETE = "STANDING_ORDER_INCOMPLETE"
    STANDING_ORDER_REFUSED = "STANDING_ORDER_REFUSED"
    ORGANISATION_CLOSED = "ORGANISATION_CLOSED"
    CLOSING_REFUSED = "CLOSING_REFUSED"
    ONLINE_PAYMENT_LATE = "ONLINE_PAYMENT_LATE"
    ONLINE_PAYMENT_MISMATCHED = "ONLINE_PAYMENT_MISMATCHED"
    ANNOUNCEMENT_PUBLISHED = "ANNOUNCEMENT_PUBLISHED"
    TICKET_OPENED = "TICKET_OPENED"
    TICKET_ROUTED = "TICKET_ROUTED"
    TICKET_TAKEN = "TICKET_TAKEN"
    TICKET_ANSWERED = "TICKET_ANSWERED"
    TICKET_CUSTOMER_WROTE = "TICKET_CUSTOMER_WROTE"
    TICKET_RESOLVED = "TICKET_RESOLVED"
    TICKET_MARKED = "TICKET_MARKED"
    TICKET_REOPENED = "TICKET_REOPENED"
    TICKET_WITHDRAWN = "TICKET_WITHDRAWN"
    TICKET_DUE_SOON = "TICKET_DUE_SOON"
    TICKET_OVERDUE = "TICKET_OVERDUE"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing to tell people: a line for lists and subjects, and the whole of it."""

    kind: NotificationKind
    title: str
    text: str


def announced_kinds() -> frozenset[str]:
    """Return the kinds of events that people are told of."""
    return frozenset(kind.lower() for kind in NotificationKind)


def announcement_of(event_kind: str, data: Mapping[str, Any]) -> Announcement:
    """Put an event into words; `data` holds what its kind promises, dates in ISO 8601."""
    kind = NotificationKind(event_kind.upper())
    title, *sentences = _SENTENCES[kind]
    said = [sentence for sentence in sentences if _is_known(sentence, data)]
    return Announcement(
        kind, title.format_map(data), " ".join(sentence.format_map(data) for sentence in said)
    )


# A title, then the sentences; one that needs a value nobody knows yet is left out.
_SENTENCES: Mapping[NotificationKind, tuple[str, ...]] = {
    NotificationKind.ORDER_CONFIRMED: (
        "Order {number} is confirmed",
        "{seller_name} has confirmed order {number}.",
        "Order {number} is confirmed; it is expected to ship on {expected_ship_on}.",
    ),
    NotificationKind.ORDER_SHIPPED: (
        "Order {number} has shipped",
        "Order {number} from {seller_name} is on its way.",
        "Carrier: {carrier}.",
        "Tracking number: {tracking_number}.",
        "Expected arrival: {expected_at}.",
        "Delivery code: {code}; say it to who brings the goods, once you have them.",
    ),
    NotificationKind.ORDER_SHORT_PICKED: (
        "Goods of order {number} were not found",
        "Some goods for order {number} from {seller_name} were not found in the warehouse.",
        "Missing: {pieces} pieces of {sku}.",
        "{outcome}",
    ),
    NotificationKind.SHIPMENT_DELAYED: (
        "Order {number} is delayed",
        "Goods of order {number} from {seller_name} come later than told.",
        "What is said: {note}.",
        "They are at {place}.",
        "Expected arrival: {expected_at}.",
    ),
    NotificationKind.SHIPMENT_ARRIVED: (
        "Order {number} has arrived",
        "Goods of order {number} from {seller_name} have arrived.",
        "Carrier: {carrier}.",
        "Place: {place}.",
    ),
    NotificationKind.SHIPMENT_WAITING: (
        "Order {number} waits to be picked up",
        "Goods of order {number} from {seller_name} wait for you.",
        "Place: {place}.",
    ),
    NotificationKind.SHIPMENT_DELIVERED: (
        "Order {number} was delivered",
        "Goods of order {number} from {seller_name} are reported as delivered.",
        "Carrier: {carrier}.",
        "Place: {place}.",
        "Please confirm what you received.",
    ),
    NotificationKind.DELIVERY_LATE: (
        "Order {number} is late",
        "Goods of order {number} from {seller_name} are late.",
        "What is known: {note}.",
        "{seller_name} looks into it.",
    ),
    NotificationKind.GOODS_LOST: (
        "Goods of order {number} were lost",
        "Goods of order {number} from {seller_name} were lost on their way.",
        "What is known: {note}.",
        "You owe nothing for them.",
    ),
    NotificationKind.EXCEPTION_OPENED: (
        "Order {number} needs a look",
        "Something about order {number} of {buyer_name} is out of the ordinary.",
        "What it is: {what}.",
        "Note: {note}",
    ),
    NotificationKind.EXCEPTION_ASSIGNED: (
        "Order {number} was given to you to look into",
        "Something about order {number} of {buyer_name} is yours to look into.",
        "Note: {note}",
    ),
    NotificationKind.EXCEPTION_EXPLAINED: (
        "What happened to order {number}",
        "{seller_name} has explained what happened to order {number}.",
        "It writes: {explanation}",
    ),
    NotificationKind.CARRIER_NOT_BOOKED: (
        "{carrier} does not take shipment {shipment} of order {number}",
        "{carrier} was asked to take shipment {shipment} of order {number} of {buyer_name}.",
        "It does not: {reason}.",
        "Book it again, or another carrier.",
    ),
    NotificationKind.CARRIER_NOT_CANCELLED: (
        "{carrier} may still come for shipment {shipment} of order {number}",
        "{carrier} was asked to take shipment {shipment} of order {number} no more.",
        "It has not agreed: {reason}.",
        "Call it, so that the goods are not fetched twice.",
    ),
    NotificationKind.GOODS_SHORT: (
        "Stock does not cover order {number}",
        "Goods for order {number} must be ordered upstream, or the order waits for them.",
        "Short: {pieces} pieces.",
    ),
    NotificationKind.STOCK_ALERTED: (
        "New stock alerts: {number}",
        "Your stock calls for you: {named}.",
        "There are {number} new alerts in all.",
    ),
    NotificationKind.ORDER_REJECTED: (
        "Order {number} was rejected",
        "{seller_name} has rejected order {number}.",
        "Reason: {reason}.",
    ),
    NotificationKind.ORDER_CANCELLED: (
        "Order {number} is cancelled",
        "Order {number} from {seller_name} is cancelled.",
        "Reason: {reason}.",
    ),
    NotificationKind.ORDER_WAITING_FOR_APPROVAL: (
        "Order {number} waits for approval",
        "Order {number} of {buyer_name} waits for your approval.",
    ),
    NotificationKind.ORDER_SENT_BACK: (
        "Order {number} was sent back",
        "{seller_name} has sent order {number} back to be mended.",
        "What is wrong: {reason}",
    ),
    NotificationKind.ORDER_APPROVAL_REMINDED: (
        "Order {number} still waits for approval",
        "Order {number} of {buyer_name} still waits for your approval.",
    ),
    NotificationKind.ORDER_APPROVAL_ESCALATED: (
        "Order {number} has waited too long for approval",
        "Nobody has decided about order {number} of {buyer_name} in time, so more are asked now.",
    ),
    NotificationKind.PRICES_OUTSIDE_BAND: (
        "{seller_name} would set prices outside your band",
        "{seller_name} asks you to agree to prices outside the band that you granted.",
        "They are in the price change {change_set}.",
    ),
    NotificationKind.WEBHOOK_DISABLED: (
        "The webhook to {host} is switched off",
        "Nothing is sent to {host} any more.",
        "Reason: {reason}.",
    ),
    NotificationKind.BRANCH_JOINED: (
        "{name} now stands below {parent_name}",
        "{name} has been moved with all that stands below it, and now buys from {parent_name}.",
    ),
    NotificationKind.BRANCH_LEFT: (
        "{name} has left your branch",
        "{name} has been moved and stands below you no more.",
        "What you traded with it stays in your books, and open orders run on.",
    ),
    NotificationKind.MOVE_REFUSED: (
        "{name} was not moved as planned",
        "The move of {name} no longer fitted when its time came, and nothing was changed.",
        "It was planned for {effective_at}.",
        "Reason: {refusal}",
    ),
    NotificationKind.INVITATION_ACCEPTED: (
        "{name} has accepted your invitation",
        "{name} now works for {organisation_name}.",
    ),
    NotificationKind.RELATIONSHIP_REQUESTED: (
        "{buyer_name} asks you for trade",
        "{buyer_name} would like to buy from you, and waits for your decision.",
        "It writes: {note}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_APPROVED: (
        "{seller_name} sells to you from now on",
        "{seller_name} has agreed to your request for trade.",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_REFUSED: (
        "{seller_name} does not sell to you",
        "{seller_name} has refused your request for trade.",
        "Reason: {reason}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_WITHDRAWN: (
        "{buyer_name} asks you for trade no more",
        "{buyer_name} has taken back the request for trade.",
    ),
    NotificationKind.REGISTRATION_WAITS: (
        "{company_name} has registered with you",
        "{company_name} of {city} would like to become your customer, and waits for your decision.",
    ),
    NotificationKind.ORDER_REQUESTED: (
        "{buyer_name} asks for an order",
        "{buyer_name} has sent a cart and asks you to order it.",
        "Note: {note}",
    ),
    NotificationKind.ORDER_REQUEST_ORDERED: (
        "{seller_name} has placed your order",
        "{seller_name} has ordered what you asked for: order {number}.",
    ),
    NotificationKind.ORDER_REQUEST_SENT_BACK: (
        "{seller_name} has sent your request back",
        "{seller_name} has not ordered what you asked for; mend it and send it again.",
        "Reason: {reason}",
    ),
    NotificationKind.STANDING_ORDER_INCOMPLETE: (
        "Your standing order {name} needs a look",
        "Order {number} was made from your standing order {name} on {day}.",
        "{told}",
    ),
    NotificationKind.STANDING_ORDER_REFUSED: (
        "Your standing order {name} was not made",
        "No order was made from your standing order {name} on {day}.",
        "Reason: {told}",
        "What it holds is kept, and it is tried again on its next day.",
    ),
    NotificationKind.ORGANISATION_CLOSED: (
        "{name} is closed",
        "{name} has closed and buys no more. What you traded with it stays in your books.",
    ),
    NotificationKind.ONLINE_PAYMENT_LATE: (
        "Money came too late for order {number}",
        "Order {number} was paid online, and takes no payment any more.",
        "Paid: {amount} {currency}.",
        "The money stands with the customer as credit; lay it on invoices, or pay it back.",
    ),
    NotificationKind.ONLINE_PAYMENT_MISMATCHED: (
        "The provider reports another amount for order {number}",
        "What is reported as paid for order {number} is not what was asked for.",
        "Reported: {amount} {currency}; asked for: {asked}.",
        "Nothing was booked; look at your account at the provider.",
    ),
    NotificationKind.CLOSING_REFUSED: (
        "{name} was not closed as planned",
        "{name} could not be closed when its time came, and nothing was changed.",
        "It was planned for {effective_at}.",
        "Reason: {refusal}",
    ),
    NotificationKind.ANNOUNCEMENT_PUBLISHED: ("{seller_name}: {title}", "{text}"),
    NotificationKind.TICKET_OPENED: (
        "{seller_name} has taken down: {subject}",
        "{seller_name} has opened the ticket “{subject}” for you, and will answer.",
    ),
    NotificationKind.TICKET_ROUTED: (
        "{buyer_name}: {subject}",
        "The ticket “{subject}” of {buyer_name} waits for you or your department.",
    ),
    NotificationKind.TICKET_TAKEN: (
        "{seller_name} is working on: {subject}",
        "{seller_name} has taken up “{subject}”.",
        "Your ticket is with {worker}.",
    ),
    NotificationKind.TICKET_ANSWERED: (
        "{seller_name} has answered: {subject}",
        "{seller_name} writes about “{subject}”: {text}",
    ),
    NotificationKind.TICKET_CUSTOMER_WROTE: (
        "{buyer_name} has written: {subject}",
        "{buyer_name} writes about “{subject}”: {text}",
    ),
    NotificationKind.TICKET_RESOLVED: (
        "{seller_name} has resolved: {subject}",
        "{seller_name} has resolved “{subject}”.",
        "What came of it: {result}",
        "Tell {seller_name} how content you are, or reopen it if it is not done.",
    ),
    NotificationKind.TICKET_MARKED: (
        "{buyer_name} gives {mark} of 5: {subject}",
        "{buyer_name} gives {mark} of 5 for what came of “{subject}”.",
    ),
    NotificationKind.TICKET_REOPENED: (
        "Reopened: {subject}",
        "The ticket “{subject}” between {seller_name} and {buyer_name} is open again.",
        "Reason: {reason}",
    ),
    NotificationKind.TICKET_WITHDRAWN: (
        "{buyer_name} has withdrawn: {subject}",
        "{buyer_name} wants nothing more about “{subject}”.",
    ),
    NotificationKind.TICKET_DUE_SOON: (
        "An answer is due soon: {subject}",
        "{buyer_name} waits for an answer about “{subject}”.",
        "It is due at {respond_by}.",
    ),
    NotificationKind.TICKET_OVERDUE: (
        "An answer is overdue: {subject}",
        "{buyer_name} has no answer about “{subject}” yet.",
        "It was due at {respond_by}.",
    ),
}


def _is_known(sentence: str, data: Mapping[str, Any]) -> bool:
    names = (name for _, name, _, _ in Formatter().parse(sentence) if name)
    return all(data.get(name) is not None for name in names)
