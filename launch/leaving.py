"""A web process that is replaced leaves without cutting anybody off.

It takes no more connections, and tells each client that has one to open its next elsewhere: by
`Connection: close` (RFC 9112, 9.6). It stops once nobody has asked for a while. Stopping at once
would close connections on which a request is just under way.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

LEAVE = signal.SIGURG  # Nobody else sends or needs it; the two for users are profilers'.
QUIET_SECONDS = 1.0
LEAVE_SECONDS = 8.0
_LOOK_SECONDS = 0.05
_CLOSE = (b"connection", b"close")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Leaving:
    """An application whose process can leave: at `LEAVE` it empties itself, then it is stopped."""

    def __init__(self, application: Application) -> None:
        """Answer as the application does until told to leave."""
        self._application = application
        self._heard = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer; once we leave, say so with each answer."""
        if self._task is None or scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        self._heard = time.monotonic()
        await self._application(scope, receive, self._last(scope, send))
        self._heard = time.monotonic()

    def heed(self) -> None:
        """Leave at the signal; called in the loop that serves."""
        asyncio.get_running_loop().add_signal_handler(LEAVE, self._begin)

    def _begin(self) -> None:
        if self._task is None:
            self._heard = time.monotonic()
            self._task = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        try:
            _take_no_more()
            deadline = time.monotonic() + LEAVE_SECONDS
            while time.monotonic() < min(deadline, self._heard + QUIET_SECONDS):  # noqa: ASYNC110  # time alone ends it
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def _last(self, scope: Message, send: Send) -> Send:
        if not scope["http_version"].startswith("1"):
            return send

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), _CLOSE]
            await send(message)

        return sending


def _take_no_more() -> None:
    """Put a queue that nobody knows in the place of the one that the processes share."""
    if sys.platform != "linux":
        return
    shared = [number for number in _open_sockets() if _is_queue(number)]
    with socket.socket(socket.AF_UNIX) as nowhere:
        nowhere.bind("")  # A name of the kernel's choice, in no folder.
        nowhere.listen()
        nowhere.setblocking(False)  # noqa: FBT003  # it has no name
        for number in shared:
            os.dup2(nowhere.fileno(), number, inheritable=False)


def _open_sockets() -> list[int]:
    links = {int(path.name): path for path in Path("/proc/self/fd").iterdir()}
    return [number for number, path in links.items() if _leads_to(path).startswith("socket:")]


def _leads_to(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # The folder's own number, closed again.
        return ""


def _is_queue(number: int) -> bool:
    with socket.socket(fileno=os.dup(number)) as opened:
        return bool(opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
