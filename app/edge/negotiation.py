"""Which media type an answer has, and the status that goes with it (GraphQL over HTTP).

We follow the `graphql-http` audit suite, as clients do: under `application/json` a document that
cannot be run is answered with 200, under `application/graphql-response+json` with 400. The draft
of 2026 asks for 422 and 294 in places; nothing that we know of understands those yet.
"""

from enum import Enum
from functools import lru_cache

from app.edge.errors import BadRequest

_MOST_RANGES = 20


class MediaType(Enum):
    """The two ways to answer; the value is the header."""

    JSON = b"application/json; charset=utf-8"
    GRAPHQL = b"application/graphql-response+json; charset=utf-8"

    @property
    def status_of_request_error(self) -> int:
        """The status when the operation could not begin: syntax, validation, variables."""
        return 400 if self is MediaType.GRAPHQL else 200


_RANGES = {
    "application/graphql-response+json": MediaType.GRAPHQL,
    "application/json": MediaType.JSON,
    "application/*": MediaType.JSON,
    "*/*": MediaType.JSON,
}


@lru_cache(maxsize=256)
def media_type(accept: bytes | None) -> MediaType:
    """Choose what the caller likes best; raises `BadRequest` 406 when it is neither.

    Of two liked equally, the one named first is taken; without a header, `application/json`.
    """
    if not accept:
        return MediaType.JSON
    liked = [_range(part) for part in accept.decode("latin-1").lower().split(",")[:_MOST_RANGES]]
    known = [(quality, _RANGES[name]) for name, quality in liked if name in _RANGES and quality > 0]
    if not known and takes_events(accept):
        return MediaType.JSON  # For what is answered before a stream begins.
    if not known:
        raise BadRequest(406, f"answers are {', '.join(list(_RANGES)[:2])}")
    return max(known, key=lambda choice: choice[0])[1]


def takes_events(accept: bytes | None) -> bool:
    """Say whether a subscription may be answered as server-sent events."""
    return b"text/event-stream" in (accept or b"").lower()


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.split(";"))
    if any(part.startswith("charset=") and part != "charset=utf-8" for part in parameters):
        return name, 0.0
    given = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    return name, float(given) if given.replace(".", "", 1).isdecimal() else 0.0
