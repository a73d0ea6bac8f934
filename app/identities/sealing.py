"""Secrets that others gave and that must be shown to them again: kept sealed.

What is sealed can be neither read nor changed without the installation's own secret, and is good in
the one place that it was sealed for: AES-GCM under a key made from that secret, with the place as
the data that it is bound to (NIST SP 800-38D).
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PURPOSE = b"tributary sealed secret 1"
_NONCE_BYTES = 12


class SealBroken(Exception):
    """It was sealed with another secret, for another place, or was changed since."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens; `secret` is the installation's own."""

    secret: str = field(repr=False)

    def seal(self, place: UUID, text: str) -> str:
        """Return a text as it is kept in a row; the same text is kept otherwise each time."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        hidden = self._cipher().encrypt(nonce, text.encode(), place.bytes)
        return urlsafe_b64encode(nonce + hidden).decode()

    def open(self, place: UUID, sealed: str) -> str:
        """Return what was sealed for a place; raises `SealBroken`."""
        try:
            kept = urlsafe_b64decode(sealed.encode("ascii"))
            nonce, hidden = kept[:_NONCE_BYTES], kept[_NONCE_BYTES:]
            return self._cipher().decrypt(nonce, hidden, place.bytes).decode()
        except (NotBase64, ValueError, InvalidTag):
            raise SealBroken from None

    def _cipher(self) -> AESGCM:
        return AESGCM(hmac.digest(self.secret.encode(), _PURPOSE, "sha256"))
