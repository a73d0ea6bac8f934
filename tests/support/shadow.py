"""Shadow mode: every compiled query or event is run by graphql-core as well; both must agree.

Mutations run once, or they would be done twice: their payloads are compared by the fuzzer only.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from inspect import isawaitable
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    OperationDefinitionNode,
    OperationType,
    execute,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.execution import Compiled, Ran
from app.schema.context import Context
from tests.support.agreement import disagreement
from tests.support.statements import uncounted

_run = Compiled.run
_TRIES = 3
"""Others may write between the two runs; what differs three times differs."""


class Shadow:
    """Notes every query or event on which the two executors did not agree."""

    def __init__(self) -> None:
        self.disagreements: list[str] = []
        self.compared = 0
        self.is_paused = False

    @contextmanager
    def cast(self) -> Iterator["Shadow"]:
        """Follow every compiled query and event of this process."""
        shadow = self

        async def run(
            compiled: Compiled,
            context: Any,
            variables: Mapping[str, Any] | None,
            root_value: Any = None,
            extensions: Mapping[str, Any] | None = None,
        ) -> Ran:
            is_alone = shadow.is_paused or compiled.operation.operation is OperationType.MUTATION
            if is_alone or not isinstance(context, Context):
                return await _run(compiled, context, variables, root_value, extensions)
            return await shadow.follow(compiled, context, variables, root_value)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Compiled, "run", run)
            yield self

    async def follow(
        self,
        compiled: Compiled,
        context: Context,
        variables: Mapping[str, Any] | None,
        root_value: Any,
    ) -> Ran:
        """Answer as compiled, after graphql-core has said the same."""
        now = context.services.clock()
        context.services = replace(context.services, clock=lambda: now)
        ran = await _run(compiled, context, variables, root_value)
        await context.close()
        with uncounted():
            found = await self._compared(compiled, context, variables, root_value, ran)
            for _ in range(_TRIES - 1):
                if found is None:
                    break
                again = await _once(compiled, context, variables, root_value)
                found = await self._compared(compiled, context, variables, root_value, again)
        self.compared += 1
        if found is not None:
            text = compiled.operation.loc
            self.disagreements.append(f"{found}\n{text and text.source.body}\n{variables}")
        return ran

    async def _compared(
        self,
        compiled: Compiled,
        context: Context,
        variables: Mapping[str, Any] | None,
        root_value: Any,
        ran: Ran,
    ) -> str | None:
        twin = context.for_operation()
        try:
            result = execute(
                compiled.schema,
                _document(compiled),
                root_value=root_value,
                context_value=twin,
                variable_values=dict(variables or {}),
                is_awaitable=optimized_is_awaitable,
                executor_class=StrawberryGraphQLCoreExecutionContext,
            )
            plain = await finished(result) if isawaitable(result) else result
        finally:
            await twin.close()
        return disagreement((ran.data, ran.errors), (plain.data, plain.errors or []))


async def finished(execution: Awaitable[ExecutionResult]) -> ExecutionResult:
    """Run it to its end, though the asker leaves: graphql-core drops what it has not yet begun."""
    running = asyncio.ensure_future(execution)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


async def _once(
    compiled: Compiled, context: Context, variables: Mapping[str, Any] | None, root_value: Any
) -> Ran:
    twin = context.for_operation()
    try:
        return await _run(compiled, twin, variables, root_value)
    finally:
        await twin.close()


def _document(compiled: Compiled) -> DocumentNode:
    operation: OperationDefinitionNode = compiled.operation
    return DocumentNode(definitions=(operation, *compiled.fragments))
