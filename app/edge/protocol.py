"""graphql-transport-ws as strawberry speaks it, with our rules for what a message may be."""

import logging
from json import JSONDecodeError
from typing import Any, cast

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    Message,
    SubscribeMessage,
)
from strawberry.types.unset import UNSET, UnsetType

from app.edge.decoding import MOST_LEVELS, Asked, decode_message, understood
from app.edge.documents import Documents
from app.edge.errors import BadRequest
from app.edge.sockets import SOCKET
from app.kernel.errors import Unauthenticated
from app.kernel.footprint import note_incident
from app.schema.context import Context, Services
from app.schema.view import GraphQLView

log = logging.getLogger("tributary.api")
_LONGEST_ID = 128
_FULL = "TOO_MANY_OPERATIONS"


class Protocol(BaseGraphQLTransportWSHandler[Context, None]):
    """Takes messages that are what the protocol says, and documents by their identifiers."""

    view: "LiveView"  # pyright: ignore[reportIncompatibleVariableOverride]  # whose handler it is

    async def handle_message(self, message: Message) -> None:
        """Close the socket with 4400 for what is no message."""
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation; what is wrong with it alone does not end the others."""
        id = message["id"]
        if self.connection_acknowledged and id not in self.operations:
            try:
                message = self._understood(message)
            except BadRequest as refused:
                error = GraphQLError(refused.message, extensions=refused.extensions).formatted
                await self.send_message({"id": id, "type": "error", "payload": [error]})
                return
        await super().handle_subscribe(message)

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what nobody meant to happen; that the other side has left is nothing of the kind."""
        if not isinstance(error, WebSocketDisconnected):
            note_incident(log, error)

    def _understood(self, message: SubscribeMessage) -> SubscribeMessage:
        most = self.max_subscriptions_per_connection or 0
        if len(self.operations) >= most:
            sentence = f"one WebSocket runs at most {most} operations at once"
            raise BadRequest(429, sentence, code=_FULL)
        asked = _asked(cast("dict[str, Any]", message["payload"]))
        query = asked.query
        if query is None:
            query = self.view.documents.text_of(asked.document_id or "")
        return {
            "id": message["id"],
            "type": "subscribe",
            "payload": {
                "query": query,
                "variables": asked.variables,
                "operationName": asked.operation_name,
            },
        }


class LiveView(GraphQLView):
    """Strawberry's view for WebSockets and server-sent events, before our store of documents."""

    graphql_transport_ws_handler_class = Protocol

    def __init__(
        self,
        schema: strawberry.Schema,
        services: Services,
        documents: Documents,
        *,
        levels: int = MOST_LEVELS,
        show_ide: bool,
        **sockets: Any,
    ) -> None:
        """Read messages as strictly as bodies; `sockets` are limits of WebSockets."""
        super().__init__(schema, services, show_ide=show_ide, **sockets)
        self.documents, self._levels = documents, levels

    def decode_json(self, data: str | bytes) -> Any:
        """Read a message, or an operation that the endpoint has passed on."""
        text = data.encode() if isinstance(data, str) else data
        try:
            return decode_message(text, self._levels)
        except BadRequest as refused:
            raise JSONDecodeError(refused.message, "", 0) from None

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Tell the layer that counts WebSockets whose this one is; raises when it is one too many.

        Without a good token there is an answer, and each operation says that it needs one.
        """
        try:
            claims = context.claims
        except Unauthenticated:
            return UNSET
        socket = context.connection.scope.get(SOCKET)
        if claims is not None and socket is not None and not await socket.identify(claims):
            raise ConnectionRejectionError
        return UNSET


def _is_message(message: object) -> bool:
    if type(message) is not dict:
        return False
    entries = cast("dict[str, Any]", message)
    if type(entries.get("type")) is not str:
        return False
    if entries["type"] not in {"subscribe", "complete"}:
        return True
    id = entries.get("id")
    if type(id) is not str or not 0 < len(id) <= _LONGEST_ID:
        return False
    return entries["type"] == "complete" or type(entries.get("payload")) is dict


def _asked(payload: dict[str, Any]) -> Asked:
    """Take an operation from a message; clients that must write text put the id beside it."""
    extensions = payload.get("extensions")
    if payload.get("documentId") is None and type(extensions) is dict:
        named = cast("dict[str, Any]", extensions).get("documentId")
        payload = {**payload, "documentId": named, "query": payload.get("query") or None}
    return understood(payload)
