"""What stands between a request and the resolvers: text that no table can hold, error codes."""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any

from graphql import DocumentNode, GraphQLError, StringValueNode, Visitor, visit
from strawberry.extensions import SchemaExtension

from app.kernel.errors import DomainError, Overload
from app.kernel.footprint import FOOTPRINT, note_incident
from app.schema.context import Context

log = logging.getLogger("tributary.api")
INVALID, INTERNAL = "INVALID", "INTERNAL"
TEXT_PROBLEM = "text must not hold NUL or half a surrogate pair"


class OneSnapshot(SchemaExtension):
    """Ends the operation's read snapshot, however the operation ends."""

    async def on_operation(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Let the operation run, then give its connection back, also when it is cancelled."""
        try:
            yield
        finally:
            context: Context = self.execution_context.context
            await context.close()


class StorableText(SchemaExtension):
    """Refuses text with NUL or lone surrogates, naming where it stands: no table can hold it."""

    def on_execute(self) -> Iterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Look through variables and literals before anything runs."""
        for path in unstorable(self.execution_context.variables or {}, ""):
            raise _text_error(path)
        if self.execution_context.graphql_document is not None:
            check_literals(self.execution_context.graphql_document)
        yield


def check_literals(document: DocumentNode) -> None:
    """Refuse a document whose literals hold text that no table can hold."""
    visit(document, _Literals())


class _Literals(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        if _is_unstorable(node.value):
            raise _text_error("the query")


def unstorable(value: Any, path: str) -> Iterator[str]:  # decoded JSON
    """Name every place in decoded JSON with NUL or a lone surrogate (`input.lines.2.note`)."""
    if isinstance(value, str) and _is_unstorable(value):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from unstorable(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
            yield from unstorable(item, f"{path}.{place}")


def _is_unstorable(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _text_error(path: str) -> GraphQLError:
    return GraphQLError(
        f"{path}: {TEXT_PROBLEM}",
        extensions={"code": INVALID, "field": path},
    )


def with_code(error: GraphQLError) -> GraphQLError:
    """Give an error its code; mask and log what nobody meant to happen, under an id."""
    original = error.original_error
    if isinstance(original, DomainError):
        error.extensions = {"code": original.code, "field": original.path}
        if isinstance(original, Overload) and original.retry_after is not None:
            error.extensions["retryAfter"] = original.retry_after
    elif original is not None and not isinstance(original, GraphQLError):
        incident = note_incident(log, original)
        return GraphQLError(
            f"Something went wrong on our side; quote incident {incident}.",
            nodes=error.nodes,
            path=error.path,
            extensions={"code": INTERNAL, "incident": incident},
        )
    elif not (error.extensions or {}).get("code"):
        error.extensions = {**(error.extensions or {}), "code": INVALID}
    return error


def note_overload(data: Mapping[str, Any] | None, errors: Iterable[GraphQLError] | None) -> None:
    """Let the request answer 429, 503 or 504 when an overload of ours left nothing of its data.

    Where some of it is there, as after the first of two mutations, it is answered as it is.
    """
    footprint = FOOTPRINT.get()
    if footprint is None or any((data or {}).values()):
        return
    for error in errors or ():
        if isinstance(error.original_error, Overload):
            footprint.overload = error.original_error
