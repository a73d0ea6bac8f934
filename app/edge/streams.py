"""Operations over WebSockets and as server-sent events, by the rules of a POST.

Strawberry speaks both protocols. What it asks the schema to stream it gets from here: documents
of the one store, charged, compiled, under the wall clock, and told to logs and metrics.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, cast

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from app.edge.admission import Operation
from app.edge.documents import Documents, Pay
from app.edge.entries import Entry
from app.edge.errors import BadRequest
from app.edge.following import Following, Seat, is_socket
from app.edge.limits import Limits
from app.edge.operations import Admissions, bearer_of
from app.edge.plans import Ran
from app.edge.preparing import Prepared, Unrunnable
from app.edge.responses import shortened
from app.edge.trail import Report
from app.kernel.errors import DomainError, TookTooLong, Unauthenticated
from app.schema.context import Context
from app.schema.edge import note_overload, with_code

_WRONG = 400
_EVENT = "EVENT"
_Results = AsyncGenerator[ExecutionResult, None]


class Streams:
    """Runs what comes over WebSockets and as server-sent events; one for a process."""

    def __init__(
        self,
        documents: Documents,
        admissions: Admissions,
        limits: Limits,
        following: Following,
        reports: Sequence[Report] = (),
    ) -> None:
        """Take operations from the store, and report each of them."""
        self._documents, self._admissions, self._following = documents, admissions, following
        self._seconds, self._reports = limits.operation_seconds, tuple(reports)

    async def __call__(
        self,
        query: str | None,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        shared: Context,
    ) -> _Results:
        """Yield the answer of a query or mutation, or what comes of each event.

        What cannot begin is one `PreExecutionError`; what ends a subscription is its last result.
        """
        context = shared.for_operation()
        with Entry(self._reports, "WEBSOCKET" if is_socket(context) else "SSE") as entry:
            found = await self._begun(entry, query or "", operation_name, variables, context)
        if isinstance(found, ExecutionResult):
            yield found
            return
        async with aclosing(self._events(found)) as events:
            async for result in events:
                yield result

    async def _begun(
        self,
        entry: Entry,
        query: str,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        context: Context,
    ) -> ExecutionResult | Operation:
        """Return an answer, or a subscription that may begin."""
        try:
            pay = partial(self._admissions.new_document, context)
            prepared = await self._fetched(query, operation_name, pay)
            operation = Operation.of(context, prepared, variables)
            if prepared.kind is OperationType.SUBSCRIPTION:
                self._following.check(context)
                entry.is_reported = False
                return operation
            if prepared.kind is OperationType.MUTATION:
                _check_sender(context)
            return await self._run(operation)
        except BadRequest as refused:
            entry.status = refused.status
            return _refusal(GraphQLError(refused.message, extensions=refused.extensions))
        except Unrunnable as wrong:
            entry.status = _WRONG
            return _refusal(*wrong.errors)
        except DomainError as error:
            entry.stopped_by(error)
            return _refusal(_of(error))

    async def _fetched(self, query: str, operation_name: str | None, pay: Pay) -> Prepared:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._documents.fetch(query, None, operation_name, pay)
        except TimeoutError:
            raise TookTooLong from None

    async def _events(self, operation: Operation) -> _Results:
        with self._following.seat(operation.context) as seat:
            try:
                opened = await seat.open(operation)
                if isinstance(opened, list):
                    yield _refusal(*opened)
                    return
                async with aclosing(opened) as source:
                    result: ExecutionResult | None
                    is_going_on = True
                    while is_going_on:
                        result, is_going_on = await self._next(operation, seat, source)
                        if result is not None:
                            yield result
            finally:
                await operation.context.close()

    async def _next(
        self, operation: Operation, seat: Seat, source: AsyncGenerator[Any, None]
    ) -> tuple[ExecutionResult | None, bool]:
        """Wait for an event and run what is selected of it; say whether more may come."""
        with Entry(self._reports, _EVENT) as entry:
            entry.is_reported = False
            try:
                event = await seat.next(source)
                entry.begin()
                return await self._run(operation, event), True
            except StopAsyncIteration:
                return None, False
            except Exception as error:  # noqa: BLE001  # whatever its source or its budget says
                entry.begin()
                if isinstance(error, DomainError):
                    entry.stopped_by(error)
                return ExecutionResult(None, [_told(_of(error))]), False

    async def _run(self, operation: Operation, event: Any = None) -> ExecutionResult:
        try:
            async with asyncio.timeout(self._seconds):
                ran, extensions = await operation.run(self._admissions, event)
        except TimeoutError:
            raise TookTooLong from None
        return _answer(ran, extensions)


def _check_sender(context: Context) -> None:
    """Let nobody change anything over a socket that has not said whose it is."""
    if is_socket(context) and bearer_of(context) is None:
        raise Unauthenticated("a WebSocket that sends mutations must have begun with a good token")


def _answer(ran: Ran, extensions: dict[str, Any] | None) -> ExecutionResult:
    if ran.data is None and ran.errors and not any(error.path for error in ran.errors):
        return _refusal(*ran.errors)
    data = cast("dict[str, Any] | None", ran.data)  # Or what is written already: all the same here.
    if ran.errors:
        note_overload(data, ran.errors)
    return ExecutionResult(data, [with_code(error) for error in ran.errors], extensions)


def _refusal(*errors: GraphQLError) -> PreExecutionError:
    return PreExecutionError(None, [_told(error) for error in errors])


def _of(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), original_error=error)


def _told(error: GraphQLError) -> GraphQLError:
    """Give an error its code, and no more of the request than a line.

    It is of no special class: strawberry would close the whole socket for an error of syntax.
    """
    told = with_code(error)
    return GraphQLError(
        shortened(told.message),
        told.nodes,
        told.source,
        told.positions,
        told.path,
        extensions=told.extensions,
    )
