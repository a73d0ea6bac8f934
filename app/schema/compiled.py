"""Runs operations compiled, inside strawberry's pipeline; graphql-core runs the others."""

from collections import OrderedDict
from collections.abc import AsyncIterator

from graphql import DocumentNode, ExecutionResult, get_operation_ast
from strawberry.extensions import SchemaExtension

from app.execution import Compiled, Compiler, NotCompiled

_MOST_KEPT = 256


class Operations:
    """Compiled operations by their text, the least recently used forgotten first."""

    def __init__(self, compiler: Compiler) -> None:
        """Keep none yet."""
        self._compiler = compiler
        self._kept: OrderedDict[tuple[str, str | None], Compiled | NotCompiled] = OrderedDict()

    def compiled(
        self, text: str, name: str | None, document: DocumentNode
    ) -> Compiled | NotCompiled:
        """Return a validated operation, compiled at its first use."""
        key = (text, name)
        if key not in self._kept:
            operation = get_operation_ast(document, name)
            assert operation is not None
            self._kept[key] = self._compiler.compile(document, operation)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class CompiledExecution(SchemaExtension):
    """Answers in graphql-core's place where the operation can be compiled."""

    def __init__(self, operations: Operations) -> None:
        """Share what is compiled with all operations of the schema."""
        self._operations = operations

    async def on_execute(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Set the result before graphql-core would begin."""
        asked = self.execution_context
        if asked.graphql_document is not None and asked.query is not None:
            compiled = self._operations.compiled(
                asked.query, asked.operation_name, asked.graphql_document
            )
            if isinstance(compiled, Compiled):
                ran = await compiled.run(
                    asked.context, asked.variables, asked.root_value, asked.operation_extensions
                )
                asked.result = ExecutionResult(ran.data, ran.errors or None)
        yield
