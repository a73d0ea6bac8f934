"""Reading a request's body: never more than its bearer may send, nor longer than is decent."""

import asyncio
from dataclasses import dataclass

from starlette.types import Receive

from app.edge.errors import BadRequest
from app.identities.tokens import TokenKeys
from app.kernel.errors import Unauthenticated

_SCHEME = b"bearer "


class Gone(Exception):
    """The caller hung up; there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How many bytes a body may have, and how many seconds it may take to arrive."""

    anonymous: int = 128 * 1024
    bearer: int = 4 * 1024 * 1024
    seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Bodies:
    """Reads bodies; a valid access token, and only that, buys room for a price list."""

    keys: TokenKeys
    limits: BodyLimits

    async def read(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes | bytearray:
        """Return the whole body; raises `BadRequest` 413 or 408, or `Gone`."""
        most = self._most(headers)
        if int(headers.get(b"content-length") or 0) > most:
            raise _too_large(most)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await _read(receive, most)
        except TimeoutError:
            raise BadRequest(408, "the body took too long to arrive", code="TIMEOUT") from None

    def _most(self, headers: dict[bytes, bytes]) -> int:
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length[:18]) <= self.limits.anonymous:
            return self.limits.anonymous
        return self.limits.bearer if self._is_valid(headers) else self.limits.anonymous

    def _is_valid(self, headers: dict[bytes, bytes]) -> bool:
        given = headers.get(b"authorization", b"")
        if not given[: len(_SCHEME)].lower() == _SCHEME:
            return False
        try:
            self.keys.read(given[len(_SCHEME) :].decode("latin-1"))
        except Unauthenticated:
            return False
        return True


async def _read(receive: Receive, most: int) -> bytes | bytearray:
    message = await receive()
    body: bytes | bytearray = message.get("body", b"")
    while message["type"] == "http.request":
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body"):
            return body
        message = await receive()
        body = bytearray(body) if isinstance(body, bytes) else body
        body += message.get("body", b"")
    raise Gone


def _too_large(most: int) -> BadRequest:
    return BadRequest(
        413,
        f"a body has at most {most} bytes here",
        code="TOO_LARGE",
        headers={"connection": "close"},
    )
