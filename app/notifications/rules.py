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
    GOODS_SHORT = "GOODS_SHORT"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_WAITING_FOR_APPROVAL = "ORDER_WAITING_FOR_APPROVAL"
    PRICES_OUTSIDE_BAND = "PRICES_OUTSIDE_BAND"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"
    BRANCH_JOINED = "BRANCH_JOINED"
    BRANCH_LEFT = "BRANCH_LEFT"
    MOVE_REFUSED = "MOVE_REFUSED"


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
    ),
    NotificationKind.ORDER_SHORT_PICKED: (
        "Goods of order {number} were not found",
        "Some goods for order {number} from {seller_name} were not found in the warehouse.",
        "Missing: {pieces} pieces of {sku}.",
        "{outcome}",
    ),
    NotificationKind.GOODS_SHORT: (
        "Stock does not cover order {number}",
        "Goods for order {number} must be ordered upstream, or the order waits for them.",
        "Short: {pieces} pieces.",
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
}


def _is_known(sentence: str, data: Mapping[str, Any]) -> bool:
    names = (name for _, name, _, _ in Formatter().parse(sentence) if name)
    return all(data.get(name) is not None for name in names)
