"""OpenID Connect: the authorization code flow with PKCE, from us to a provider and back.

What a provider publishes is fetched when it is needed and remembered for a while by each process;
a key that is not among those remembered is looked for once more, as providers change their keys.
"""
# pyright: reportUnknownMemberType=false
# PyJWT's keys are typed by a library whose types it does not ask for.

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from urllib.parse import quote, urlencode
from uuid import UUID

import jwt

from app.outbound.addresses import AddressRefused, target_of
from app.outbound.fetching import Fetcher, NotAnswered

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""All are of two keys, a secret and a public one: what a provider publishes signs nothing."""

_KINDS = frozenset({"RSA", "EC", "OKP"})
_REMEMBERED = timedelta(hours=1)
_MOST_REMEMBERED = 256
_LEEWAY = timedelta(seconds=60)
_LONGEST_SUBJECT = 255
_DISCOVERY = "/.well-known/openid-configuration"
_OK = 200
_PURPOSE = b"tributary provider sign-in 1"


class ProviderSilent(Exception):
    """The provider did not answer, or not with what OpenID Connect asks of it."""


class NotProven(Exception):
    """What the provider gave does not prove who somebody is; says why, for who administers it."""


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to a provider."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a provider says somebody is; `email` only where the provider has verified it."""

    subject: str
    email: str | None
    name: str | None
    used_second_factor: bool


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """What belongs to one round to a provider and back; nothing of it is stored.

    It is worked out from the installation's secret and the round's token.
    """

    secret: str = field(repr=False)

    def nonce(self, round_id: UUID) -> str:
        """Return what the id token must repeat."""
        return self._of(b"nonce", round_id)

    def verifier(self, round_id: UUID) -> str:
        """Return the secret of PKCE, which goes to the provider with the code."""
        return self._of(b"verifier", round_id)

    def holder(self, round_id: UUID) -> str:
        """Return what stays in the browser that began, so that nobody else's can finish."""
        return self._of(b"holder", round_id)

    def _of(self, use: bytes, round_id: UUID) -> str:
        said = b"\0".join((_PURPOSE, use, round_id.bytes))
        return _plain(hmac.digest(self.secret.encode(), said, "sha256"))


@dataclass(frozen=True, slots=True)
class _Published:
    """What a provider publishes of itself, and when it was fetched."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool
    fetched_at: datetime
    keys: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Providers:
    """Speaks with providers for one process, and remembers what they publish."""

    fetcher: Fetcher
    _known: dict[str, _Published] = field(default_factory=dict[str, _Published], init=False)

    async def address(  # noqa: PLR0913, PLR0917  # what one round to a provider is
        self, client: Client, keys: RoundKeys, round_id: UUID, state: str, back: str, now: datetime
    ) -> str:
        """Return where a browser goes to sign in, coming `back`; raises `ProviderSilent`."""
        published = await self._published(client.issuer, now)
        challenge = _plain(sha256(keys.verifier(round_id).encode()).digest())
        asked = urlencode(
            {
                "response_type": "code",
                "client_id": client.client_id,
                "redirect_uri": back,
                "scope": "openid email profile",
                "state": state,
                "nonce": keys.nonce(round_id),
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            },
            quote_via=quote,
        )
        joint = "&" if "?" in published.authorization_endpoint else "?"
        return f"{published.authorization_endpoint}{joint}{asked}"

    async def redeem(  # noqa: PLR0913, PLR0917  # what one round to a provider is
        self, client: Client, keys: RoundKeys, round_id: UUID, code: str, back: str, now: datetime
    ) -> Proven:
        """Exchange a code for who somebody is; raises `ProviderSilent` and `NotProven`."""
        published = await self._published(client.issuer, now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": keys.verifier(round_id),
        }
        token = await self._exchange(published, client, form)
        key = _key_of(token, published.keys)
        if key is None:
            published = await self._fetched(client.issuer, now)
            key = _key_of(token, published.keys)
        if key is None:
            raise NotProven("its key is none that the provider publishes")
        return _proven(_claims(token, key, client, now), client, keys.nonce(round_id))

    async def check(self, issuer: str, now: datetime) -> None:
        """Fetch what a provider publishes; raises `ProviderSilent` where it is none."""
        await self._fetched(issuer, now)

    async def _published(self, issuer: str, now: datetime) -> _Published:
        known = self._known.get(issuer)
        if known is not None and now - known.fetched_at < _REMEMBERED:
            return known
        return await self._fetched(issuer, now)

    async def _fetched(self, issuer: str, now: datetime) -> _Published:
        said = await self._document(f"{issuer.rstrip('/')}{_DISCOVERY}")
        if said.get("issuer") != issuer:
            raise ProviderSilent("it publishes another issuer")
        places = [
            said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
        for place in places:
            self._check(place)
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        keys = (await self._document(str(places[2]))).get("keys")
        if not isinstance(keys, list):
            raise ProviderSilent("it publishes no keys")
        published = _Published(
            *map(str, places),
            takes_basic="client_secret_basic" in methods,
            fetched_at=now,
            keys=tuple(key for key in cast("list[Any]", keys) if _is_usable(key)),
        )
        if len(self._known) >= _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[issuer] = published
        return published

    def _check(self, place: Any) -> None:
        try:
            target_of(str(place), allows_loopback=self.fetcher.allows_loopback)
        except AddressRefused as refused:
            raise ProviderSilent(refused.problem) from None

    async def _document(self, url: str) -> Mapping[str, Any]:
        try:
            found = await self.fetcher.get(url)
        except NotAnswered as silent:
            raise ProviderSilent(str(silent)) from None
        if found.status != _OK:
            raise ProviderSilent(f"it answers {found.status}")
        return _object(found.body)

    async def _exchange(
        self, published: _Published, client: Client, form: Mapping[str, str]
    ) -> str:
        given, headers = dict(form), {"content-type": "application/x-www-form-urlencoded"}
        secret = client.client_secret
        if secret is not None and published.takes_basic:
            pair = f"{quote(client.client_id, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            given["client_id"] = client.client_id
            given |= {"client_secret": secret} if secret is not None else {}
        try:
            found = await self.fetcher.post(
                published.token_endpoint, headers, urlencode(given).encode()
            )
        except NotAnswered as silent:
            raise ProviderSilent(str(silent)) from None
        if found.status != _OK:
            raise NotProven(f"the provider refuses the code with {found.status}")
        token = _object(found.body).get("id_token")
        if not isinstance(token, str):
            raise NotProven("the provider gives no id token")
        return token


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise ProviderSilent("its answer is no JSON") from None
    if not isinstance(found, dict):
        raise ProviderSilent("its answer is no object")
    return cast("Mapping[str, Any]", found)


def _is_usable(key: Any) -> bool:
    if not isinstance(key, dict):
        return False
    said = cast("Mapping[str, Any]", key)
    return said.get("kty") in _KINDS and said.get("use", "sig") == "sig"


def _key_of(token: str, keys: Sequence[Mapping[str, Any]]) -> jwt.PyJWK | None:
    """Return the published key that a token says it is signed with; raises `NotProven`."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise NotProven("the id token is none") from None
    if header.get("alg") not in ALGORITHMS:
        raise NotProven("it is signed by an algorithm that is not taken")
    named = header.get("kid")
    found = [key for key in keys if named is None or key.get("kid") == named]
    if len(found) != 1:
        return None
    (key,) = found
    try:
        return jwt.PyJWK(dict(key), algorithm=None if "alg" in key else header["alg"])
    except jwt.PyJWTError:
        raise NotProven("the provider's key cannot be read") from None


def _claims(token: str, key: jwt.PyJWK, client: Client, now: datetime) -> Mapping[str, Any]:
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=client.client_id,
            issuer=client.issuer,
            # Ages are looked at by our own clock, below.
            options={
                "require": ["exp", "iat", "sub", "aud", "iss"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        ends, made = (datetime.fromtimestamp(claims[name], UTC) for name in ("exp", "iat"))
    except jwt.InvalidAudienceError:
        raise NotProven("its audience is another") from None
    except jwt.InvalidIssuerError:
        raise NotProven("its issuer is another") from None
    except jwt.InvalidSignatureError:
        raise NotProven("its signature is wrong") from None
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError):
        raise NotProven("the id token is not valid") from None
    if ends + _LEEWAY <= now:
        raise NotProven("it has expired")
    if made - _LEEWAY > now:
        raise NotProven("it is of the future")
    return claims


def _proven(claims: Mapping[str, Any], client: Client, nonce: str) -> Proven:
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise NotProven("its nonce is another")
    party = claims.get("azp")
    if (
        party is not None or claims["aud"] not in (client.client_id, [client.client_id])
    ) and party != client.client_id:
        raise NotProven("it was made for another client")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise NotProven("it names nobody")
    email, name, means = claims.get("email"), claims.get("name"), claims.get("amr")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    return Proven(
        subject,
        str(email) if is_verified else None,
        name if isinstance(name, str) else None,
        isinstance(means, list) and "mfa" in means,
    )


def _plain(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")
