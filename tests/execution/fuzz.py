"""The differential fuzzer: random documents on a made world, compiled and by graphql-core.

`python -m tests.execution.fuzz --documents 100000 --seed 1` prints its progress, its seed, and the
smallest document it can find for each disagreement.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from inspect import isawaitable
from random import Random
from typing import Any

import pytest
from graphql import (
    REMOVE,
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    OverlappingFieldsCanBeMergedRule,
    SelectionNode,
    Visitor,
    execute,
    get_operation_ast,
    parse,
    print_ast,
    validate,
    visit,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.execution import Compiled, Compiler, running
from app.execution.failures import Failures
from app.schema.root import build_schema
from tests.execution.documents import Document, random_document
from tests.execution.made_world import MadeWorld, play
from tests.support.agreement import disagreement

DOCUMENTS_IN_TESTS = 2_000
_FAULTS = (0.0, 0.003, 0.01, 0.03, 0.1)
_SEEDS_A_WORLD = 2
_BROKEN_AT_TIMES = (OverlappingFieldsCanBeMergedRule,)
"""The one rule that random documents break; all rules cost more than the comparison."""


class NotedFailures(Failures):
    """Keeps the failures of the last run, those below nulls too."""

    last: "NotedFailures | None" = None

    def __init__(self) -> None:
        super().__init__()
        NotedFailures.last = self


@dataclass
class Report:
    """What a run of the fuzzer saw."""

    seed: int
    compared: int = 0
    with_errors: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return (
            f"seed {self.seed}: {self.compared} documents compared, {self.with_errors} with errors,"
            f" {len(self.disagreements)} disagreements; {counts}"
        )


class Fuzzer:
    """Compares the two executors on one schema and a handful of worlds."""

    def __init__(self, seed: int) -> None:
        self.report = Report(seed)
        self._seed = seed * 10_000_000
        self.schema = build_schema()
        self.graphql = play(self.schema).graphql
        self.compiler = Compiler(self.schema)
        self.worlds = [
            MadeWorld(self.graphql, seed * 100 + number, faults, is_async)
            for number in range(_SEEDS_A_WORLD)
            for faults in _FAULTS
            for is_async in (False, True)
        ]

    async def run(self, documents: int) -> Report:
        """Go on until so many documents are compared."""
        while self.report.compared < documents:
            self._seed += 1
            document = random_document(self.graphql, self._seed)
            parsed = self._valid(document.text, _BROKEN_AT_TIMES)
            if parsed is None:
                self.report.counts["invalid"] += 1
                continue
            world = self.worlds[self._seed % len(self.worlds)]
            found = await self.compare(parsed, document, world)
            self.report.compared += 1
            if found is not None and self._valid(document.text):
                self.report.disagreements.append(await self._told(document, world))
        return self.report

    async def compare(
        self, parsed: DocumentNode, document: Document, world: MadeWorld
    ) -> str | None:
        """Run a document on both paths, and say where they disagree."""
        operation = get_operation_ast(parsed)
        assert operation is not None
        compiled = self.compiler.compile(parsed, operation)
        if not isinstance(compiled, Compiled):
            self.report.counts[f"not compiled: {compiled.reason}"] += 1
            return None
        NotedFailures.last = None
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(running, "Failures", NotedFailures)
                ran = await compiled.run(world, document.variables)
        except Exception as error:  # noqa: BLE001  # the very thing that must not happen
            return f"raised {error!r}"
        result = execute(
            self.graphql,
            parsed,
            context_value=world,
            variable_values=document.variables,
            is_awaitable=optimized_is_awaitable,
            executor_class=StrawberryGraphQLCoreExecutionContext,
        )
        plain = await result if isawaitable(result) else result
        self.report.with_errors += bool(plain.errors)
        ours, theirs = (ran.data, ran.errors), (plain.data, plain.errors or [])
        met = NotedFailures.last.all if NotedFailures.last else []
        candidates = [failure.located() for failure in met] + list(ran.errors)
        found = disagreement(ours, theirs, candidates)
        if found is None and not world.is_async:
            found = disagreement(ours, theirs)
        return found

    def _valid(
        self, text: str, rules: Collection[type[ASTValidationRule]] | None = None
    ) -> DocumentNode | None:
        try:
            parsed = parse(text)
        except GraphQLSyntaxError:
            self.report.disagreements.append(f"the generator wrote no GraphQL: {text}")
            return None
        return None if validate(self.graphql, parsed, rules) else parsed

    async def _told(self, document: Document, world: MadeWorld) -> str:
        smaller = await self._minimised(document, world)
        parsed = parse(smaller)
        found = await self.compare(parsed, document, world)
        return (
            f"document {document.seed} in world {world.seed} (faults {world.faults},"
            f" {'async' if world.is_async else 'sync'}):\n{smaller}\n{document.variables}\n{found}"
        )

    async def _minimised(self, document: Document, world: MadeWorld) -> str:
        text, place = document.text, 0
        while place < 400:
            smaller = _without(parse(text), place)
            if smaller is None:
                break
            parsed = self._valid(smaller)
            is_new = smaller != text
            if is_new and parsed is not None and await self.compare(parsed, document, world):
                text = smaller
            else:
                place += 1
        return text


def _without(document: DocumentNode, place: int) -> str | None:
    class Removing(Visitor):
        seen = -1

        def enter(self, node: Node, *_: Any) -> Any:
            if isinstance(node, SelectionNode):
                self.seen += 1
                return REMOVE if self.seen == place else None
            return None

    visitor = Removing()
    smaller = visit(document, visitor)
    if visitor.seen < place:
        return None
    try:
        return print_ast(parse(print_ast(smaller)))
    except GraphQLError:
        return print_ast(document)


async def _main(documents: int, seed: int) -> int:
    fuzzer = Fuzzer(seed)
    began = time.perf_counter()
    step = max(1, documents // 100)
    told = 0
    _say(f"seed {seed}")
    for wanted in range(step, documents + step, step):
        await fuzzer.run(min(wanted, documents))
        _say(f"{time.perf_counter() - began:6.0f} s  {fuzzer.report}")
        for one in fuzzer.report.disagreements[told:]:
            _say(one)
        told = len(fuzzer.report.disagreements)
    return 1 if told else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Compare the compiled executor with graphql-core.")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=Random().randrange(1_000))
    given = parser.parse_args()
    sys.exit(asyncio.run(_main(given.documents, given.seed)))


if __name__ == "__main__":
    main()
