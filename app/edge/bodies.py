"""Reading a request's body: never more than its bearer may send."""

from dataclasses import dataclass

from starlette.types import Receive

from app.edge.decoding import MOST_LEVELS
from app.edge.errors import BadRequest
from app.identities.tokens import TokenKeys
from app.kernel.errors import Unauthenticated

_SCHEME = b"bearer "
_MOST_DIGITS = 18


class Gone(Exception):
    """The caller hung up; there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How many bytes a body may have, and how deep what it holds may be nested."""

    anonymous: int = 128 * 1024
    bearer: int = 4 * 1024 * 1024
    levels: int = MOST_LEVELS


@dataclass(frozen=True, slots=True)
class Bodies:
    """Reads bodies; a valid access token, and only that, buys room for a price list."""

    keys: TokenKeys
    limits: BodyLimits

    async def read(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes | bytearray:
        """Return the whole body; raises `BadRequest` 413, or `Gone`."""
        most = self._most(headers)
        if _length(headers) > most:
            raise _too_large(most)
        return await _read(receive, most)

    def _most(self, headers: dict[bytes, bytes]) -> int:
        if 0 < _length(headers) <= self.limits.anonymous:
            return self.limits.anonymous
        return self.limits.bearer if self._is_valid(headers) else self.limits.anonymous

    def _is_valid(self, headers: dict[bytes, bytes]) -> bool:
        given = headers.get(b"authorization", b"")
        if given[: len(_SCHEME)].lower() != _SCHEME:
            return False
        try:
            self.keys.read(given[len(_SCHEME) :].decode("latin-1"))
        except Unauthenticated:
            return False
        return True


def _length(headers: dict[bytes, bytes]) -> int:
    """Return the announced length, or 0 when the body comes in pieces."""
    given = headers.get(b"content-length", b"")
    return int(given[:_MOST_DIGITS]) if given.isdigit() else 0


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
