"""Frames of graphql-transport-ws: its messages are text, which browsers insist on."""

from collections.abc import Mapping

import orjson
from starlette.websockets import WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected


class TextFrames(ASGIWebSocketAdapter):
    """Sends every message as text, though our JSON is written as bytes."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message; raises `WebSocketDisconnected` when nobody is there any more."""
        try:
            await self.ws.send_text(orjson.dumps(message).decode())
        except WebSocketDisconnect as gone:
            raise WebSocketDisconnected from gone
