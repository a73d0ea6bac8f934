"""Where a webhook may go, in words for who registers it."""

from app.outbound import addresses
from app.outbound.addresses import AddressRefused, Target
from app.webhooks.errors import WebhookAddressRefused


def target_of(url: str, *, allows_loopback: bool = False) -> Target:
    """Read an address as it was typed; raises `WebhookAddressRefused` saying what is wrong."""
    try:
        return addresses.target_of(url, allows_loopback=allows_loopback)
    except AddressRefused as refused:
        raise WebhookAddressRefused(refused.problem) from None
