"""What a webhook shows: a selection on an event's subject, run by the rules of any operation.

The selection is put into a query of our own, so that it reaches the subject and what hangs on it
and nothing else; tokens, depth, cost and validity are held to the limits of the edge.
"""

import asyncio
from typing import Any, cast

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
)
from strawberry import relay

from app.edge.documents import Documents
from app.edge.errors import BadRequest
from app.edge.preparing import MOST_CHARACTERS, Prepared, Unrunnable
from app.edge.tokens import has_more_tokens
from app.kernel.errors import Overload, Unauthenticated
from app.rbac.permissions import Permission
from app.schema.edge import INTERNAL, with_code
from app.schema.standing_in import StandIn
from app.webhooks.errors import WebhookSelectionRefused
from app.webhooks.rules.events import Subject, type_name
from app.webhooks.terms import NotAnswered, NotTheirs, Shown

_QUERY = "query Webhook($id: ID!) {{ subject: node(id: $id) {{ __typename id ... on Node {} }} }}"
_SHAPE = "It is a selection set on the subject, such as { ... on Order { number state } }."


class Selections:
    """Checks what is to be selected, and shows it with the rights of a membership."""

    def __init__(self, documents: Documents, *, tokens: int, seconds: float) -> None:
        """Prepare by the store's own rules; an answer may take so many seconds."""
        self._documents, self._tokens, self._seconds = documents, tokens, seconds

    async def check(self, selection: str) -> str:
        """Return a selection as it is kept; raises `WebhookSelectionRefused`."""
        kept = _normal(selection, self._tokens)
        prepared = await self._prepared(kept)
        try:
            if prepared.cost is not None:
                prepared.cost.within({"id": ""})
        except BadRequest as refused:
            raise WebhookSelectionRefused(refused.message) from None
        return kept

    async def show(self, context: StandIn, selection: str, subject: Subject) -> Shown:
        """Run a selection on a subject; raises `NotTheirs` or `NotAnswered`."""
        shown_id = relay.GlobalID(type_name(subject.kind), str(subject.id))
        try:
            async with asyncio.timeout(self._seconds):
                await _check_right(context)
                prepared = await self._prepared(selection)
                ran = await prepared.plan.run(context, {"id": str(shown_id)})
        except Unauthenticated:
            raise NotTheirs(is_orphaned=True) from None
        except (Overload, TimeoutError, WebhookSelectionRefused) as error:
            raise NotAnswered(str(error)) from error
        finally:
            await context.close()
        errors = [with_code(error) for error in ran.errors]
        if any(_is_ours(error) for error in errors):
            raise NotAnswered("; ".join(error.message for error in errors))
        data = cast("dict[str, Any]", orjson.loads(orjson.dumps(ran.data, default=str)) or {})
        found = data.get("subject")
        if found is None:
            raise NotTheirs(is_orphaned=False)
        return Shown(found, [error.formatted for error in errors])

    async def _prepared(self, selection: str) -> Prepared:
        try:
            return await self._documents.fetch(_QUERY.format(selection), None, None)
        except BadRequest as refused:
            raise WebhookSelectionRefused(refused.message) from None
        except Unrunnable as wrong:
            raise WebhookSelectionRefused(str(wrong)) from None


async def _check_right(context: StandIn) -> None:
    async with context.read() as work:
        if not work.actor.may(Permission.WEBHOOK_WRITE):
            raise NotTheirs(is_orphaned=True)


def _normal(selection: str, most_tokens: int) -> str:
    """Return a selection set as it is written by the book; it holds no second definition."""
    if len(selection) > MOST_CHARACTERS or has_more_tokens(selection, most_tokens):
        raise WebhookSelectionRefused(f"It has more than {most_tokens} tokens.")
    try:
        document = parse(selection, max_lexical_tokens=most_tokens)
    except GraphQLError as error:
        raise WebhookSelectionRefused(f"{error.message} {_SHAPE}") from None
    return print_ast(_only(document).selection_set)


def _only(document: DocumentNode) -> OperationDefinitionNode:
    first, *others = document.definitions
    is_plain = (
        isinstance(first, OperationDefinitionNode)
        and first.operation is OperationType.QUERY
        and not (first.name or first.variable_definitions or first.directives)
    )
    if others or not is_plain or not isinstance(first, OperationDefinitionNode):
        raise WebhookSelectionRefused(_SHAPE)
    return first


def _is_ours(error: GraphQLError) -> bool:
    code = (error.extensions or {}).get("code")
    return code == INTERNAL or isinstance(error.original_error, Overload)
