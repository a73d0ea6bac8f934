"""Access tokens (signed, short-lived) and refresh tokens (random, kept as hashes)."""
# pyright: reportUnknownMemberType=false
# PyJWT's keys are typed by a library that is not installed.

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import jwt

from app.kernel.errors import Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "tributary"
_MOST_KNOWN = 4_096
_EXPIRED = "the access token has expired; refresh it"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says: which identity, which sign-in, acting as which membership."""

    identity_id: UUID
    session_id: UUID
    tenant_id: UUID | None = None
    membership_id: UUID | None = None
    expires_at: datetime | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The secret that access tokens are signed with, and how long they are good for.

    Tokens whose signature was checked are remembered, a bounded number of them: checking one takes
    some 40 microseconds. Their age is looked at every time, by the clock that they are signed by,
    which may be wrong by `clock_offset`.
    """

    secret: str = field(repr=False)
    access_lifetime: timedelta
    refresh_lifetime: timedelta
    clock_offset: timedelta = timedelta(0)
    _known: dict[str, AccessClaims] = field(
        default_factory=dict[str, AccessClaims], init=False, compare=False, repr=False
    )

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
        claims = self._known.get(token)
        if claims is None:
            claims = self._checked(token)
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[token] = claims
        now = time.time() + self.clock_offset.total_seconds()
        if claims.expires_at is not None and claims.expires_at.timestamp() <= now:
            raise Unauthenticated(_EXPIRED)
        return claims

    def _checked(self, token: str) -> AccessClaims:
        try:
            body = jwt.decode(  # pyright: ignore[reportUnknownMemberType]  # untyped key
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                # Another machine's clock, or ours before it was set back, may be ahead of now.
                options={
                    "require": ["exp", "sub", "sid"],
                    "verify_iat": False,
                    "verify_exp": False,  # By our own clock, in `read`.
                },
            )
            return AccessClaims(
                UUID(body["sub"]),
                UUID(body["sid"]),
                UUID(body["tid"]) if body["tid"] else None,
                UUID(body["mid"]) if body["mid"] else None,
                expires_at=datetime.fromtimestamp(body["exp"], UTC),
            )
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("the access token is not valid") from None


def new_refresh_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of a refresh token; random input needs no slow hash."""
    return sha256(token.encode()).hexdigest()
