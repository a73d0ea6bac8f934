"""Keys that a seller has at WeChat Pay or Alipay: read strictly, used to sign and to verify.

Both sign by RSA with SHA-256 and the padding of PKCS #1 v1.5, in base64.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

API_V3_BYTES = 32
_LONGEST_KEY = 8 * 1024
_BITS = range(2048, 4096 + 1)
_BEGIN = "-----BEGIN"


class NotAKey(ValueError):
    """It is no RSA key of 2048 to 4096 bits, as PEM or as its base64 alone."""


@dataclass(frozen=True, slots=True)
class ProviderKeys:
    """What signs, verifies and deciphers; of Alipay only the two keys of RSA."""

    private_key: str = field(repr=False)
    provider_key: str = field(repr=False)
    app_id: str = ""
    certificate_serial: str = ""
    provider_key_id: str = ""
    api_v3_key: str = field(default="", repr=False)


def private_key_of(text: str) -> rsa.RSAPrivateKey:
    """Read a private key without a password; raises `NotAKey`."""
    written = _written(text)
    try:
        if isinstance(written, str):
            key = load_pem_private_key(written.encode(), None)
        else:
            key = load_der_private_key(written, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise NotAKey("not a private key") from wrong
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size not in _BITS:
        raise NotAKey("not such a private key")
    return key


def public_key_of(text: str) -> rsa.RSAPublicKey:
    """Read a public key; raises `NotAKey`."""
    written = _written(text)
    try:
        if isinstance(written, str):
            key = load_pem_public_key(written.encode())
        else:
            key = load_der_public_key(written)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise NotAKey("not a public key") from wrong
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in _BITS:
        raise NotAKey("not such a public key")
    return key


def signature_of(private_key: str, content: bytes) -> str:
    """Sign something."""
    made = private_key_of(private_key).sign(content, padding.PKCS1v15(), SHA256())
    return b64encode(made).decode()


def is_signature(public_key: str, content: bytes, given: str) -> bool:
    """Whether something was signed with the other half of a key."""
    try:
        signature = b64decode(given, validate=True)
        public_key_of(public_key).verify(signature, content, padding.PKCS1v15(), SHA256())
    except (NotBase64, ValueError, InvalidSignature):
        return False
    return True


def _written(text: str) -> str | bytes:
    """Return PEM as it is, and the bytes of base64 alone: so Alipay's own tools hand keys out."""
    if len(text) > _LONGEST_KEY or not text.isascii():
        raise NotAKey("too long")
    if _BEGIN in text:
        return text
    try:
        return b64decode(re.sub(r"\s", "", text), validate=True)
    except NotBase64 as wrong:
        raise NotAKey("neither PEM nor base64") from wrong
