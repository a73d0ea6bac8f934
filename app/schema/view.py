"""Strawberry's GraphQL view, for the IDE and for subscriptions, with our context and codes."""

from typing import Any

import orjson
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from app.schema.context import Context, Services
from app.schema.edge import note_overload, with_code
from app.schema.sockets import TextFrames


class GraphQLView(GraphQL[Context, None]):
    """Answers subscriptions, over graphql-transport-ws and as server-sent events (F10)."""

    websocket_adapter_class = TextFrames

    def __init__(
        self, schema: strawberry.Schema, services: Services, *, show_ide: bool, **sockets: Any
    ) -> None:
        """Serve a schema; the IDE is for development, `sockets` are limits of WebSockets."""
        super().__init__(
            schema,
            graphql_ide="graphiql" if show_ide else None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            **sockets,
        )
        self._services = services

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Make the operation's context; nothing is read yet."""
        del response
        return Context(self._services, request)

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Give every error its code before it leaves."""
        if result.errors:
            note_overload(result.data, result.errors)
            result.errors = [with_code(error) for error in result.errors]
        return await super().process_result(request, result)

    def encode_json(self, data: object) -> str | bytes:
        """Write JSON fast; every scalar is plain by now."""
        return orjson.dumps(data)
