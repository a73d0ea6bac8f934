"""The outermost layer: gives each request an id and a footprint, and reports how it ended."""

import os
import re
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel.footprint import FOOTPRINT, Footprint

REQUEST_ID = b"x-request-id"
_SANE = re.compile(rb"[0-9A-Za-z._-]{8,64}\Z")
_ABANDONED, _FAILED = 499, 500
_PROCESS, _COUNT = os.urandom(6).hex().encode(), count(1)
_PATHS = frozenset({"/graphql", "/healthz", "/readyz", "/metrics"})
_FILES = "/files/"


class Ended(NamedTuple):
    """How a request ended: `path` is a route, never what was typed; seconds are wall time."""

    method: str
    path: str
    status: int
    seconds: float
    footprint: Footprint


Report = Callable[[Ended], None]


class Trail:
    """Begins a footprint with each request, and reports it when the request has ended."""

    def __init__(self, app: ASGIApp, reports: Sequence[Report]) -> None:
        """Stand before everything else."""
        self._app, self._reports = app, tuple(reports)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the answer names its id, the caller's own when it is sane."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        footprint = Footprint(request_id.decode())
        token = FOOTPRINT.set(footprint)
        status = _ABANDONED
        is_socket = scope["type"] == "websocket"

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, request_id)]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, send if is_socket else sending)
            if is_socket:
                status = 101
        except Exception:
            status = _FAILED
            raise
        finally:
            FOOTPRINT.reset(token)
            method = "WEBSOCKET" if is_socket else scope["method"]
            seconds = time.perf_counter() - began
            ended = Ended(method, _route(scope["path"]), status, seconds, footprint)
            for report in self._reports:
                report(ended)


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == REQUEST_ID and _SANE.match(value):
            return value
    return b"%s%012x" % (_PROCESS, next(_COUNT))


def _route(path: str) -> str:
    if path in _PATHS:
        return path
    return _FILES if path.startswith(_FILES) else "other"
