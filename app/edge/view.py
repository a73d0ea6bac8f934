"""The endpoint of GraphQL over HTTP: queries by POST and GET, mutations by POST alone.

What is no single answer (the IDE, WebSockets, server-sent events) is strawberry's to give; what
it streams is run by the rules of this endpoint, in `app/edge/streams.py`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.admission import Admit, Open, Operation, Toll, no_toll
from app.edge.bodies import Bodies, BodyLimits, Gone
from app.edge.decoding import Asked, check_media_type, decode, decode_url
from app.edge.documents import Documents
from app.edge.errors import BadRequest
from app.edge.negotiation import MediaType, media_type, takes_events
from app.edge.preparing import Prepared, Unrunnable
from app.edge.responses import Answer, refusal, request_errors, result
from app.kernel.footprint import FOOTPRINT
from app.schema.context import Context, Services

_METHODS = "GET, HEAD, POST"
_Headers = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class _Following:
    """A subscription, or what its caller wants as events too, for strawberry to stream."""

    asked: Asked
    prepared: Prepared


class GraphQLEndpoint:
    """Answers one operation a request (F10)."""

    def __init__(  # noqa: PLR0913  # what the endpoint is made of
        self,
        services: Services,
        documents: Documents,
        strawberry_view: ASGIApp,
        *,
        show_ide: bool,
        limits: BodyLimits | None = None,
        admit: Admit = Open,
        toll: Toll = no_toll,
        stalled_reader_seconds: float = 10,
    ) -> None:
        """Serve the operations of `documents`; the IDE is for development."""
        self._admit, self._toll = admit, toll
        self._stalled_reader_seconds = stalled_reader_seconds
        self._services = services
        self._documents = documents
        self._strawberry_view = strawberry_view
        self._show_ide = show_ide
        self._limits = limits or BodyLimits()
        self._bodies = Bodies(services.keys, self._limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it to strawberry."""
        headers = _headers(scope)
        if scope["type"] != "http" or self._asks_for_ide(scope, headers):
            await self._strawberry_view(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, headers)
        except Gone:
            return
        if isinstance(answer, Answer):
            await answer.send(send, without_body=scope["method"] == "HEAD")
        else:
            await self._stream(answer, scope, receive, send)

    async def _stream(
        self, following: _Following, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let strawberry send events; whoever does not take them for too long is left."""
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.is_stream = True

        async def sending(message: Message) -> None:
            try:
                async with asyncio.timeout(self._stalled_reader_seconds):
                    await send(message)
            except TimeoutError:
                raise Gone from None

        with suppress(Gone):
            await self._strawberry_view(scope, _again(following, receive), sending)

    def _asks_for_ide(self, scope: Scope, headers: _Headers) -> bool:
        return (
            self._show_ide
            and scope["method"] == "GET"
            and not scope["query_string"]
            and b"text/html" in headers.get(b"accept", b"")
        )

    async def _answer(
        self, scope: Scope, receive: Receive, headers: _Headers
    ) -> Answer | _Following:
        kind = MediaType.JSON
        try:
            kind = media_type(headers.get(b"accept"))
            asked = await self._asked(scope, receive, headers)
            context = Context(self._services, HTTPConnection(scope))
            prepared = await self._documents.fetch(
                asked.query, asked.document_id, asked.operation_name, partial(self._toll, context)
            )
            _check_way(prepared.kind, scope["method"], headers)
            if prepared.kind is OperationType.SUBSCRIPTION or _takes_only_events(scope, headers):
                return _Following(asked, prepared)
            return await self._run(context, asked, prepared, kind)
        except BadRequest as refused:
            return refusal(refused, kind)
        except Unrunnable as wrong:
            return request_errors(wrong.errors, kind)

    async def _asked(self, scope: Scope, receive: Receive, headers: _Headers) -> Asked:
        if scope["method"] == "POST":
            check_media_type(headers.get(b"content-type"))
            return decode(await self._bodies.read(receive, headers), self._limits.levels)
        if scope["method"] in {"GET", "HEAD"}:
            return decode_url(scope["query_string"], self._limits.levels)
        raise BadRequest(405, "use POST, or GET for queries", headers={"allow": _METHODS})

    async def _run(
        self, context: Context, asked: Asked, prepared: Prepared, kind: MediaType
    ) -> Answer:
        operation = Operation.of(context, prepared, asked.variables)
        ran, extensions = await operation.run(self._admit)
        return result(ran, extensions, kind)


def _headers(scope: Scope) -> _Headers:
    """Of a header that is given twice only `accept` may be a list; of others the last counts."""
    headers = dict(scope["headers"])
    if len(headers) < len(scope["headers"]):
        headers[b"accept"] = b",".join(text for name, text in scope["headers"] if name == b"accept")
    return headers


def _check_way(kind: OperationType, method: str, headers: _Headers) -> None:
    if kind is not OperationType.QUERY and method != "POST":
        raise BadRequest(405, f"a {kind.value} is sent by POST", headers={"allow": "POST"})
    if kind is OperationType.SUBSCRIPTION and not takes_events(headers.get(b"accept")):
        raise BadRequest(400, "subscribe over graphql-transport-ws, or accept text/event-stream")


def _takes_only_events(scope: Scope, headers: _Headers) -> bool:
    accept = headers.get(b"accept", b"").split(b";")[0].strip().lower()
    return scope["method"] == "POST" and accept == b"text/event-stream"


def _again(following: _Following, receive: Receive) -> Receive:
    """Give the operation to a second reader as it was understood, then the socket itself."""
    asked, location = following.asked, following.prepared.document.loc
    query = location.source.body if location else asked.query
    body = orjson.dumps(
        {"query": query, "operationName": asked.operation_name, "variables": asked.variables}
    )
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


class Direct:
    """Leads some paths straight to their applications, past the search through all routes."""

    def __init__(self, app: ASGIApp, ways: Mapping[str, ASGIApp]) -> None:
        """Stand before an application that answers everything else."""
        self._app, self._ways = app, ways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        way = None if scope["type"] == "lifespan" else self._ways.get(scope["path"])
        await (way or self._app)(scope, receive, send)
