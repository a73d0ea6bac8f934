"""A real OpenID Connect provider, which signs with keys of its own and lies as a test tells it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.support.provided import CLIENT_ID
from tests.support.receiver import CRLF, answer


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """A key of 2048 bits, made once a process."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(name: str) -> dict[str, Any]:
    """A key as a provider publishes it."""
    key = RSAAlgorithm.to_jwk(signing_key(name).public_key(), as_dict=True)
    return {**key, "kid": name, "use": "sig", "alg": "RS256"}


@dataclass
class Provider:
    """Whom it vouches for is in `claims`; what it does otherwise than it should, in the rest."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    keys: list[str] = field(default_factory=lambda: ["first"])
    signs_with: str = "first"
    algorithm: str = "RS256"
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)
    forms: list[tuple[dict[str, str], str]] = field(default_factory=list)
    nonces: dict[str, str] = field(default_factory=dict)
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/of/people"

    def visited(self, url: str, nonce: str | None = None) -> tuple[str, str]:
        """Sign in at the provider's page; returns the code and the state that it sends back."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = f"code {len(self.nonces)}"
        self.nonces[code] = nonce or asked["nonce"]
        return code, asked["state"]

    def token(self, code: str) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "somebody",
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "nonce": self.nonces[code],
            "email_verified": True,
            **self.claims,
        }
        if self.algorithm == "HS256":
            # The old trick: what everybody may read, taken for a secret.
            public = json.dumps(published(self.signs_with)).encode()
            return _by_hand({"alg": "HS256", "kid": self.signs_with}, claims, public)
        key = None if self.algorithm == "none" else signing_key(self.signs_with)
        return jwt.encode(claims, key, self.algorithm, headers={"kid": self.signs_with})

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            head = (await reader.readuntil(CRLF * 2)).decode().split("\r\n")
            lines = (line.partition(":") for line in head[1:])
            headers = {name.lower(): value.strip() for name, _, value in lines}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            path = head[0].split(" ")[1].removeprefix("/of/people")
            self.asked.append(path)
            if self.is_silent:
                await reader.read()
                return
            writer.write(self._answer(path, headers, body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # Who asked has lost patience, as tests want it to.
        finally:
            self.open.discard(writer)
            writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> bytes:
        if path == "/token":
            form = {name: value[0] for name, value in parse_qs(body.decode()).items()}
            self.forms.append((form, headers.get("authorization", "")))
            return _json({"id_token": self.token(form["code"]), "token_type": "Bearer"})
        if path == "/keys":
            return _json({"keys": [published(name) for name in self.keys]})
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """Listen until the block ends."""
    provider = Provider()
    server = await asyncio.start_server(provider.handle, "127.0.0.1", 0)
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        server.close()
        for writer in list(provider.open):
            writer.transport.abort()
        await server.wait_closed()


def _json(document: dict[str, Any]) -> bytes:
    return answer(200, json.dumps(document).encode(), "content-type: application/json")


def _by_hand(header: dict[str, str], claims: dict[str, Any], secret: bytes) -> str:
    """Sign with what a library would refuse as a secret."""
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    timed = {
        name: int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in claims.items()
    }
    parts = [jwt.utils.base64url_encode(json.dumps(part).encode()) for part in (header, timed)]
    signed = b".".join(parts)
    return b".".join((signed, jwt.utils.base64url_encode(signer.sign(signed, secret)))).decode()
