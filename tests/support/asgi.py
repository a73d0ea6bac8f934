"""Talk to an ASGI application without a server: for layers that are tested by themselves."""

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """What an application sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Caller:
    """One caller; `leave()` hangs up, a `trickle` never ends its body."""

    trickle: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    reply: Reply = field(default_factory=Reply)
    has_asked: bool = False

    async def receive(self) -> dict[str, Any]:
        if not self.has_asked:
            self.has_asked = True
            return {"type": "http.request", "body": b"{}", "more_body": self.trickle}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.reply.status = message["status"]
            self.reply.headers = {
                name.decode(): value.decode() for name, value in message["headers"]
            }
        else:
            self.reply.body += message.get("body", b"")

    async def ask(
        self, app: Any, method: str = "POST", path: str = "/graphql", **headers: str
    ) -> Reply:
        """Send one request; an underscore in a header's name stands for a dash."""
        await app(scope(method, path, **headers), self.receive, self.send)
        return self.reply


def scope(method: str = "POST", path: str = "/graphql", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "client": ("203.0.113.7", 1234),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }


async def answer_ok(_scope: Any, receive: Any, send: Any) -> None:
    """An application that reads a request and answers it."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
