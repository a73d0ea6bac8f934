"""Tickets for one file: signed, short-lived, and good for nothing but this file."""
# pyright: reportUnknownMemberType=false
# PyJWT's keys are typed by a library that is not installed.

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import jwt

from app.identities.tokens import AccessClaims
from app.kernel.errors import NotFound

LIFETIME = timedelta(minutes=5)
_ALGORITHM = "HS256"
_ISSUER = "tributary"
_AUDIENCE = "download"
"""Keeps access tokens and tickets apart: neither passes for the other."""


@dataclass(frozen=True, slots=True)
class DownloadTicket:
    """Who may fetch what: the claims of who asked, the kind of file and its parameters as text."""

    claims: AccessClaims
    file: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def sign_ticket(secret: str, ticket: DownloadTicket, now: datetime) -> str:
    """Return a ticket as text that fits into an address."""
    claims = ticket.claims
    body = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": str(claims.identity_id),
        "sid": str(claims.session_id),
        "tid": str(claims.tenant_id),
        "mid": str(claims.membership_id),
        "key": claims.key_hash,
        "file": ticket.file,
        "with": dict(ticket.parameters),
        "exp": int((now + LIFETIME).timestamp()),
    }
    return jwt.encode(body, secret, _ALGORITHM)  # pyright: ignore[reportUnknownMemberType]  # untyped key


def read_ticket(secret: str, text: str) -> DownloadTicket:
    """Check a ticket; raises `NotFound` for one that is expired, changed or of another kind."""
    try:
        body = jwt.decode(  # pyright: ignore[reportUnknownMemberType]  # untyped key
            text,
            secret,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            options={"require": ["exp", "sub", "sid", "tid", "mid", "file", "with"]},
        )
        ids = (UUID(body[name]) for name in ("sub", "sid", "tid", "mid"))
        claims = AccessClaims(*ids, key_hash=body.get("key"))
        parameters = {str(name): str(value) for name, value in body["with"].items()}
        return DownloadTicket(claims, str(body["file"]), parameters)
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
        raise NotFound("File") from None
