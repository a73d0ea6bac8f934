"""What webhooks may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class WebhookAddressRefused(Refused):
    """A webhook goes to a public address, by TLS."""

    code: ClassVar = "WEBHOOK_ADDRESS_REFUSED"
    text: ClassVar = "No webhook goes to this address: {problem}."
    field_path: ClassVar = "url"
    problem: str


@dataclass(eq=False)
class WebhookSelectionRefused(Refused):
    """What a webhook selects must be valid, and within the limits of any other operation."""

    code: ClassVar = "WEBHOOK_SELECTION_REFUSED"
    text: ClassVar = "The selection cannot be used: {problem}"
    field_path: ClassVar = "selection"
    problem: str


@dataclass(eq=False)
class TooManyWebhooks(Refused):
    """An organisation has a few webhooks, and its own software spreads what they bring."""

    code: ClassVar = "TOO_MANY_WEBHOOKS"
    text: ClassVar = "An organisation has at most {limit} webhooks; remove one first."
    limit: int


@dataclass(eq=False)
class WebhookNotActive(Refused):
    """What is switched off sends nothing."""

    code: ClassVar = "WEBHOOK_NOT_ACTIVE"
    text: ClassVar = "The webhook is switched off; switch it on first."
    field_path: ClassVar = "webhookId"


@dataclass(eq=False)
class DeliveryStillWaiting(Refused):
    """What waits to be delivered need not be replayed."""

    code: ClassVar = "DELIVERY_STILL_WAITING"
    text: ClassVar = "This delivery waits already and will be tried again by itself."
    field_path: ClassVar = "deliveryId"
