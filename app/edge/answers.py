"""Answers that the edge gives by itself, in the shape in which GraphQL gives its errors."""

from collections.abc import Iterable

import orjson
from starlette.types import Send

from app.kernel.errors import (
    Busy,
    ConnectionLost,
    OverBudget,
    Overload,
    Restarting,
    StorageFull,
)

Header = tuple[bytes, bytes]
JSON: Header = (b"content-type", b"application/json; charset=utf-8")
INTERNAL = "INTERNAL"
_OURS = (Busy, ConnectionLost, Restarting, StorageFull)
_STATUS: dict[type[Overload], int] = {OverBudget: 429, **dict.fromkeys(_OURS, 503)}
_TIMEOUT = 504


def status_of(overload: Overload) -> int:
    """Return 429 for the caller's own doing, 503 for ours, 504 for what took too long."""
    return _STATUS.get(type(overload), _TIMEOUT)


def headers_of(overload: Overload) -> list[Header]:
    """Return `Retry-After` where trying again helps."""
    seconds = overload.retry_after
    return [] if seconds is None else [(b"retry-after", b"%d" % seconds)]


def error_body(message: str, code: str, **extensions: object) -> bytes:
    """Write one error as GraphQL writes it."""
    return orjson.dumps(
        {"errors": [{"message": message, "extensions": {"code": code, **extensions}}]}
    )


async def send_overload(send: Send, overload: Overload) -> None:
    """Answer an overload."""
    body = error_body(overload.message, overload.code, retryAfter=overload.retry_after)
    await send_answer(send, status_of(overload), body, [JSON, *headers_of(overload)])


async def send_error(send: Send, status: int, message: str, code: str = "INVALID") -> None:
    """Answer a refusal of the edge."""
    await send_answer(send, status, error_body(message, code), [JSON])


async def send_answer(send: Send, status: int, body: bytes, headers: Iterable[Header]) -> None:
    """Send a whole answer."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
