"""What goes back: a status, a body, and a head that says which media type it is."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError
from starlette.types import Send

from app.edge.errors import BadRequest
from app.edge.negotiation import MediaType
from app.edge.plans import Ran
from app.kernel.kept import to_json
from app.schema.edge import note_overload, with_code

_MOST_CHARACTERS = 300
_CONTENT_TYPES = {kind: (b"content-type", kind.value) for kind in MediaType}


class Answer(NamedTuple):
    """An answer that is ready to be sent."""

    status: int
    body: bytes
    media_type: MediaType
    headers: Mapping[str, str] = MappingProxyType({})

    async def send(self, send: Send, *, without_body: bool = False) -> None:
        """Write it to the socket; a HEAD is answered by its head alone."""
        head = [
            _CONTENT_TYPES[self.media_type],
            (b"content-length", b"%d" % len(self.body)),
            (b"vary", b"accept"),
        ]
        if self.headers:
            named = self.headers.items()
            head += [(name.lower().encode(), value.encode()) for name, value in named]
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if without_body else self.body})


def refusal(refused: BadRequest, media_type: MediaType) -> Answer:
    """Answer a request that was turned away; its status says so under both media types."""
    body = orjson.dumps({"errors": [refused.formatted]})
    return Answer(refused.status, body, media_type, refused.headers)


def request_errors(errors: Sequence[GraphQLError], media_type: MediaType) -> Answer:
    """Answer an operation that could not begin: there is no `data`, not even null."""
    body = orjson.dumps({"errors": [_short(with_code(error)) for error in errors]})
    return Answer(media_type.status_of_request_error, body, media_type)


def _short(error: GraphQLError) -> dict[str, Any]:
    """Write an error that may quote the request, without giving back its every byte."""
    written: dict[str, Any] = {**error.formatted}
    written["message"] = shortened(error.message)
    return written


def shortened(message: str) -> str:
    """Cut a sentence that may quote a request at length."""
    return message if len(message) <= _MOST_CHARACTERS else f"{message[:_MOST_CHARACTERS]}…"


def result(ran: Ran, extensions: Mapping[str, object] | None, media_type: MediaType) -> Answer:
    """Answer with what came of an operation; errors of its variables are request errors."""
    if ran.data is None and ran.errors and not any(error.path for error in ran.errors):
        return request_errors(ran.errors, media_type)
    body: dict[str, Any] = {"data": ran.data}
    if ran.errors:
        note_overload(ran.data if isinstance(ran.data, dict) else None, ran.errors)
        body["errors"] = [with_code(error).formatted for error in ran.errors]
    if extensions:
        body["extensions"] = extensions
    return Answer(200, to_json(body), media_type)
