"""Secrets that others gave and that must be shown to them again: kept sealed.

What is sealed can be neither read nor changed without the installation's own secret, and is good in
the one place that it was sealed for. A stream of SHAKE-256 under a key and a nonce of its own hides
it, an HMAC over place, nonce and what is hidden holds it: first sealed, then signed.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from hashlib import shake_256
from uuid import UUID

_PURPOSE = b"tributary sealed secret 1"
_NONCE_BYTES = 24
_PROOF_BYTES = 32


class SealBroken(Exception):
    """It was sealed with another secret, for another place, or was changed since."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens; `secret` is the installation's own."""

    secret: str = field(repr=False)

    def seal(self, place: UUID, text: str) -> str:
        """Return a text as it is kept in a row; the same text is kept otherwise each time."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        hidden = self._hide(nonce, text.encode())
        return urlsafe_b64encode(nonce + hidden + self._proof(place, nonce, hidden)).decode()

    def open(self, place: UUID, sealed: str) -> str:
        """Return what was sealed for a place; raises `SealBroken`."""
        try:
            kept = urlsafe_b64decode(sealed.encode("ascii"))
        except (NotBase64, ValueError):
            raise SealBroken from None
        nonce, hidden, proof = (
            kept[:_NONCE_BYTES],
            kept[_NONCE_BYTES:-_PROOF_BYTES],
            kept[-_PROOF_BYTES:],
        )
        if not hmac.compare_digest(proof, self._proof(place, nonce, hidden)):
            raise SealBroken
        return self._hide(nonce, hidden).decode()

    def _hide(self, nonce: bytes, text: bytes) -> bytes:
        stream = shake_256(self._key(b"hide") + nonce).digest(len(text))
        return bytes(a ^ b for a, b in zip(text, stream, strict=True))

    def _proof(self, place: UUID, nonce: bytes, hidden: bytes) -> bytes:
        return hmac.digest(self._key(b"hold"), place.bytes + nonce + hidden, "sha256")

    def _key(self, use: bytes) -> bytes:
        return hmac.digest(self.secret.encode(), _PURPOSE + b"\0" + use, "sha256")
