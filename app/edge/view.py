"""The endpoint of GraphQL over HTTP: queries by POST and GET, mutations by POST alone.

What is not one of these (the IDE, WebSockets) is strawberry's to answer.
"""

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.bodies import Bodies, BodyLimits, Gone
from app.edge.decoding import Asked, check_media_type, decode, decode_url
from app.edge.documents import Documents
from app.edge.errors import BadRequest
from app.edge.negotiation import MediaType, media_type
from app.edge.plans import Ran
from app.edge.preparing import Prepared, Unrunnable
from app.edge.responses import Answer, refusal, request_errors, result
from app.schema.context import Context, Services

_METHODS = "GET, HEAD, POST"


class GraphQLEndpoint:
    """Answers one operation a request (F10)."""

    def __init__(
        self,
        services: Services,
        documents: Documents,
        strawberry_view: ASGIApp,
        *,
        show_ide: bool,
        limits: BodyLimits | None = None,
    ) -> None:
        """Serve the operations of `documents`; the IDE is for development."""
        self._services = services
        self._documents = documents
        self._strawberry_view = strawberry_view
        self._show_ide = show_ide
        self._bodies = Bodies(services.keys, limits or BodyLimits())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = _headers(scope)
        if scope["type"] != "http" or self._asks_for_ide(scope, headers):
            await self._strawberry_view(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, headers)
        except Gone:
            return
        await answer.send(send, without_body=scope["method"] == "HEAD")

    def _asks_for_ide(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        return (
            self._show_ide
            and scope["method"] == "GET"
            and not scope["query_string"]
            and b"text/html" in headers.get(b"accept", b"")
        )

    async def _answer(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Answer:
        kind = MediaType.JSON
        try:
            kind = media_type(headers.get(b"accept"))
            asked = await self._asked(scope, receive, headers)
            prepared = self._found(asked, scope["method"])
            return await self._run(scope, asked, prepared, kind)
        except BadRequest as refused:
            return refusal(refused, kind)
        except Unrunnable as wrong:
            return request_errors(wrong.errors, kind)

    async def _asked(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Asked:
        if scope["method"] == "POST":
            check_media_type(headers.get(b"content-type"))
            return decode(await self._bodies.read(receive, headers))
        if scope["method"] in {"GET", "HEAD"}:
            return decode_url(scope["query_string"])
        raise BadRequest(405, "use POST, or GET for queries", headers={"allow": _METHODS})

    def _found(self, asked: Asked, method: str) -> Prepared:
        prepared = self._documents.find(asked.query, asked.document_id, asked.operation_name)
        if prepared.kind is OperationType.SUBSCRIPTION:
            raise BadRequest(400, "follow by WebSocket, with graphql-transport-ws")
        if prepared.kind is OperationType.MUTATION and method != "POST":
            raise BadRequest(405, "a mutation is sent by POST", headers={"allow": "POST"})
        return prepared

    async def _run(self, scope: Scope, asked: Asked, prepared: Prepared, kind: MediaType) -> Answer:
        context = Context(self._services, HTTPConnection(scope))
        try:
            ran = await prepared.plan.run(context, asked.variables)
        finally:
            await context.close()  # The connection is free before a slow caller reads a byte.
        return result(ran, _extensions(asked, prepared, ran), kind)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Of a header that is given twice only `accept` may be a list; of others the last counts."""
    headers = dict(scope["headers"])
    if len(headers) < len(scope["headers"]):
        headers[b"accept"] = b",".join(text for name, text in scope["headers"] if name == b"accept")
    return headers


def _extensions(asked: Asked, prepared: Prepared, ran: Ran) -> dict[str, object]:
    if prepared.cost is None:
        return {}
    requested = prepared.cost.requested(asked.variables or {})
    return {"cost": {"requested": requested, "actual": ran.spent}}
