"""What a process must be told to deal with payment providers."""

from dataclasses import dataclass

from app.identities.sealing import Sealer
from app.webhooks.rules.signing import SecretKeys


@dataclass(frozen=True, slots=True)
class CheckoutTerms:
    """How secrets are made and kept, where we are reached, whether this machine may be called."""

    keys: SecretKeys
    sealer: Sealer
    site_url: str = ""
    allows_loopback: bool = False
