"""Which pages of browsers may ask: none of another origin, unless the settings name it.

Nothing here is a session: tokens travel in a header that no foreign page can set without asking.
What is left to forge are requests that a browser sends unasked: forms, links and plain text. They
are refused by their media type, so that every operation of a foreign page needs a preflight.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.answers import Header, send_answer, send_error
from app.kernel.errors import Invalid

ENDPOINT = "/graphql"
_PREFLIGHT_SECONDS = 7_200
_UNSUPPORTED, _NO_CONTENT, _FORBIDDEN = 415, 204, 403
_EXPOSED = b"x-request-id, retry-after"


class Cors:
    """Answers preflights, marks answers for the origins that are allowed, refuses forms."""

    def __init__(self, app: ASGIApp, origins: Iterable[str] = ()) -> None:
        """Allow origins such as `https://shop.example`; raises `Invalid` for anything else."""
        self._app = app
        self._origins = frozenset(checked_origin(origin).encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is a preflight or a forgery."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = media_type = b""
        is_preflight = False
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
            elif name == b"content-type":
                media_type = value
            elif name == b"access-control-request-method":
                is_preflight = scope["method"] == "OPTIONS"
        if is_preflight:
            await self._answer_preflight(send, origin)
        elif scope["method"] == "POST" and scope["path"] == ENDPOINT and not is_json(media_type):
            await send_error(send, _UNSUPPORTED, "send the operation as application/json")
        elif origin in self._origins:
            await self._app(scope, receive, _marking(send, origin))
        else:
            await self._app(scope, receive, send)

    async def _answer_preflight(self, send: Send, origin: bytes) -> None:
        if origin not in self._origins:
            await send_answer(send, _FORBIDDEN, b"", [(b"vary", b"origin")])
            return
        allowed: list[Header] = [
            *_marks(origin),
            (b"access-control-allow-methods", b"GET, POST, PUT"),
            (b"access-control-allow-headers", b"authorization, content-type, x-request-id"),
            (b"access-control-max-age", b"%d" % _PREFLIGHT_SECONDS),
        ]
        await send_answer(send, _NO_CONTENT, b"", allowed)


def is_json(media_type: bytes) -> bool:
    """Whether a browser asks first before a foreign page may send this; judged by its essence."""
    return (
        media_type == b"application/json"
        or media_type.partition(b";")[0].strip().lower() == b"application/json"
    )


def checked_origin(origin: str) -> str:
    """Return an origin as browsers write it; raises `Invalid` for what is none."""
    parts = urlsplit(origin.strip().lower())
    written = f"{parts.scheme}://{parts.netloc}"
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or written != origin.strip().lower()
    ):
        raise Invalid("TRIBUTARY_ORIGINS", f"{origin!r} is no origin such as https://shop.example")
    return written


def _marks(origin: bytes) -> list[Header]:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", _EXPOSED),
        (b"vary", b"origin"),
    ]


def _marking(send: Send, origin: bytes) -> Send:
    async def marking(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_marks(origin)]
        await send(message)

    return marking
