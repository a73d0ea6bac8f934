"""Headers that every answer carries, so that a browser can do little harm with it."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.answers import Header

_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HSTS: Header = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_NO_STORE: Header = (b"cache-control", b"no-store")
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_SOURCE = re.compile(r"""(?:src|href)="(https://[^/"]+)/""")


class SecurityHeaders:
    """Adds what is missing to each answer: what the application has set itself stays."""

    def __init__(self, app: ASGIApp, page: str | None = None, *, hsts: bool = False) -> None:
        """Let one HTML page run what it holds, the IDE; `hsts` only where TLS stands in front."""
        self._app = app
        common = (*_ALWAYS, _HSTS) if hsts else _ALWAYS
        self._of_answers = (*common, _NO_STORE, (b"content-security-policy", _NO_PAGE))
        policy = page_policy(page).encode() if page else _NO_PAGE
        self._names = {name for name, _ in self._of_answers}
        self._of_pages = (*common, _NO_STORE, (b"content-security-policy", policy))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, sending)

    def _complete(self, given: Iterable[Header]) -> list[Header]:
        wanted, names = self._of_answers, set[bytes]()
        for name, value in given:
            names.add(name)
            if name == b"content-type" and value.startswith(b"text/html"):
                wanted = self._of_pages
        if self._names.isdisjoint(names):
            return [*given, *wanted]
        return [*given, *(header for header in wanted if header[0] not in names)]


def page_policy(page: str) -> str:
    """Allow a page exactly the scripts written in it, the hosts it names, and its own server."""
    hosts = " ".join(sorted(set(_SOURCE.findall(page))))
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE.findall(page)
    )
    return (
        f"default-src 'none'; script-src {hosts} {hashes}; style-src 'unsafe-inline' {hosts}; "
        f"font-src data: {hosts}; img-src data: {hosts}; connect-src 'self' ws: wss:; "
        "worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
