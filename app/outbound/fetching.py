"""Ask others for a small document, at addresses that were checked, within a time.

What they say is never trusted: no redirect is followed, no cookie kept, nothing unpacked, and no
more read than such a document needs.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpcore2

from app.outbound.addresses import AddressRefused, target_of
from app.outbound.connecting import Checked

MOST_BYTES = 256 * 1024
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class NotAnswered(Exception):
    """No document came: refused address, no connection, no time left, or too much of an answer."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer as it came."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """By their names in small letters."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How others are asked: `seconds` from looking up the name to the end of the answer.

    `allows_loopback` is for development: this machine itself may be asked, without TLS too.
    """

    allows_loopback: bool = False
    connect_seconds: float = 5.0
    seconds: float = 10.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    async def get(self, url: str, headers: Mapping[str, str] = _NO_HEADERS) -> Fetched:
        """Fetch a document; raises `NotAnswered`."""
        return await self._ask("GET", url, headers, b"")

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Fetched:
        """Send a body and return the answer; raises `NotAnswered`."""
        return await self._ask("POST", url, headers, body)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Fetched:
        try:
            async with asyncio.timeout(self.seconds):
                return await self._exchange(method, url, headers, body)
        except (
            AddressRefused,
            TimeoutError,
            OSError,
            httpcore2.TimeoutException,
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
        ) as failed:
            raise NotAnswered(type(failed).__name__) from failed

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Fetched:
        target = target_of(url, allows_loopback=self.allows_loopback)
        given = {
            "host": target.authority,
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "Tributary/1",
            **headers,
        }
        if method == "POST":
            given["content-length"] = str(len(body))
        address = httpcore2.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.target.encode(),
        )
        network = Checked(target, allows_loopback=self.allows_loopback)
        async with (
            httpcore2.AsyncHTTPConnection(
                address.origin, ssl_context=self.tls, network_backend=network
            ) as connection,
            connection.stream(
                method,
                address,
                headers=list(given.items()),
                content=body,
                extensions={
                    "timeout": {
                        "connect": self.connect_seconds,
                        "read": self.seconds,
                        "write": self.seconds,
                    }
                },
            ) as response,
        ):
            found = b""
            async for part in response.aiter_stream():
                found += part
                if len(found) > MOST_BYTES:
                    raise NotAnswered("too long")
            return Fetched(response.status, found, _headers(response))


def _headers(response: httpcore2.Response) -> Mapping[str, str]:
    return {
        name.decode("ascii", "replace").lower(): value.decode("utf-8", "replace")
        for name, value in response.headers
    }
