"""Access tokens (signed, short-lived) and refresh tokens (random, kept as hashes)."""
# pyright: reportUnknownMemberType=false
# PyJWT's keys are typed by a library that is not installed.

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import jwt

from app.kernel.errors import Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "tributary"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says: which identity, which sign-in, acting as which membership."""

    identity_id: UUID
    session_id: UUID
    tenant_id: UUID | None = None
    membership_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The secret that access tokens are signed with, and how long they are good for."""

    secret: str
    access_lifetime: timedelta
    refresh_lifetime: timedelta

    def sign(self, claims: AccessClaims, now: datetime) -> str:
        """Return an access token."""
        body = {
            "iss": _ISSUER,
            "sub": str(claims.identity_id),
            "sid": str(claims.session_id),
            "tid": str(claims.tenant_id) if claims.tenant_id else None,
            "mid": str(claims.membership_id) if claims.membership_id else None,
            "iat": int(now.timestamp()),
            "exp": int((now + self.access_lifetime).timestamp()),
        }
        return jwt.encode(body, self.secret, _ALGORITHM)  # pyright: ignore[reportUnknownMemberType]  # untyped key

    def read(self, token: str) -> AccessClaims:
        """Check a token's signature and age; raises `Unauthenticated`."""
        try:
            body = jwt.decode(  # pyright: ignore[reportUnknownMemberType]  # untyped key
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "sub", "sid"]},
            )
            return AccessClaims(
                UUID(body["sub"]),
                UUID(body["sid"]),
                UUID(body["tid"]) if body["tid"] else None,
                UUID(body["mid"]) if body["mid"] else None,
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the access token has expired; refresh it") from None
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("the access token is not valid") from None


def new_refresh_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of a refresh token; random input needs no slow hash."""
    return sha256(token.encode()).hexdigest()
