"""The keys of signatures between us and a carrier, which are made as those of webhooks.

A secret is never stored: it is worked out from the installation's own, as those of webhooks are.
What we sign and what the carrier signs go by two keys, so that neither can be sent back as the
other's.
"""

import hmac
from dataclasses import dataclass
from uuid import UUID

OUR_PURPOSE = b"tributary carrier request 1"
THEIR_PURPOSE = b"tributary carrier report 1"
CODE_PURPOSE = b"tributary delivery code 1"
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CarrierKeys:
    """Works out the keys of carriers; `secret` is the installation's own."""

    secret: str

    def ours(self, tenant_id: UUID, carrier_id: UUID, secret_id: UUID) -> bytes:
        """Return the key with which we sign what we ask of a carrier."""
        return self._key(OUR_PURPOSE, tenant_id, carrier_id, secret_id)

    def theirs(self, tenant_id: UUID, carrier_id: UUID, secret_id: UUID) -> bytes:
        """Return the key with which a carrier signs what it reports to us."""
        return self._key(THEIR_PURPOSE, tenant_id, carrier_id, secret_id)

    def delivery_code(self, tenant_id: UUID, shipment_id: UUID) -> str:
        """Return the digits by which whoever takes a shipment shows that it is theirs (R1-65)."""
        proof = self._key(CODE_PURPOSE, tenant_id, shipment_id)
        return f"{int.from_bytes(proof) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def _key(self, purpose: bytes, *ids: UUID) -> bytes:
        place = b"".join(each.bytes for each in ids)
        return hmac.digest(self.secret.encode(), purpose + place, "sha256")

    def __repr__(self) -> str:
        """Show nothing of it in logs."""
        return "CarrierKeys()"
