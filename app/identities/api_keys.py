"""API keys: how their texts are made and read. What a key may do is the membership it stands for.

The text names network and key and proves both by the installation's secret, so that nobody's budget
is charged for a text that somebody made up. The store has its hash only.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

PREFIX = "trib_"
_SIGN_LENGTH = 8
_ID_BYTES, _RANDOM_BYTES, _PROOF_BYTES = 16, 16, 16
_BODY_BYTES = 2 * _ID_BYTES + _RANDOM_BYTES
_PURPOSE = b"tributary api key 1"
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key: its text, which is shown once, what may always be shown, and what is stored."""

    text: str = field(repr=False)
    prefix: str
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadKey:
    """What a text that we made says: whose key it is, and what its row must hold."""

    tenant_id: UUID
    key_id: UUID
    hash: str = field(repr=False)


def make_key(secret: str, tenant_id: UUID, key_id: UUID) -> MadeKey:
    """Make the text of a key."""
    sign = "".join(secrets.choice(_SIGNS) for _ in range(_SIGN_LENGTH))
    body = tenant_id.bytes + key_id.bytes + secrets.token_bytes(_RANDOM_BYTES)
    told = _encoded(body + _proof(secret, sign, body))
    prefix = f"{PREFIX}{sign}"
    text = f"{prefix}_{told}"
    return MadeKey(text, prefix, hash_of_key(text))


def read_key(secret: str, text: str) -> ReadKey | None:
    """Read a text, or return none when we have not made it."""
    sign, _, told = text.removeprefix(PREFIX).partition("_")
    try:
        given = urlsafe_b64decode(f"{told}{'=' * (-len(told) % 4)}".encode("ascii"))
    except (NotBase64, ValueError):
        return None
    body, proof = given[:_BODY_BYTES], given[_BODY_BYTES:]
    if len(given) != _BODY_BYTES + _PROOF_BYTES or _encoded(given) != told:
        return None
    if not hmac.compare_digest(proof, _proof(secret, sign, body)):
        return None
    tenant_id, key_id = UUID(bytes=body[:_ID_BYTES]), UUID(bytes=body[_ID_BYTES : 2 * _ID_BYTES])
    return ReadKey(tenant_id, key_id, hash_of_key(text))


def hash_of_key(text: str) -> str:
    """Return what is stored of a key; random input needs no slow hash."""
    return sha256(text.encode()).hexdigest()


def _encoded(given: bytes) -> str:
    return urlsafe_b64encode(given).decode().rstrip("=")


def _proof(secret: str, sign: str, body: bytes) -> bytes:
    said = b"\0".join((_PURPOSE, sign.encode(), body))
    return hmac.digest(secret.encode(), said, "sha256")[:_PROOF_BYTES]
