"""One run of an operation: what its generated functions call beside the good case's columns."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLObjectType, default_field_resolver
from graphql.execution import get_argument_values
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from app.execution.columns import Column
from app.execution.failures import FAILED, Failures, Keys
from app.execution.plan import Plan, Position, Step
from app.execution.strawberry_contact import (
    Batch,
    Call,
    ResolveInfo,
    is_awaitable,
    operation_extensions,
    wrong_number,
)


class Running:
    """The state of one run; `raw` and `tags` are what paths of errors are made from."""

    __slots__ = (
        "_paths",
        "context",
        "extensions",
        "failed",
        "failures",
        "plan",
        "raw",
        "root_value",
        "spent",
        "tags",
        "variables",
    )

    def __init__(
        self,
        plan: Plan,
        variables: VariableValues,
        context: Any,
        root_value: Any,
        extensions: Mapping[str, Any] | None,
    ) -> None:
        """Begin a run with coerced variables."""
        self.plan = plan
        self.variables = variables
        self.context = context
        self.root_value = root_value
        self.extensions = extensions
        self.failures = Failures()
        self.failed = self.failures.all
        self.spent = 0
        self.raw: dict[int, Column] = {}
        self.tags: dict[int, list[GraphQLObjectType]] = {}
        self._paths: dict[int, list[Keys]] = {}

    async def batch(self, step: Step, sources: Column) -> Column:
        """Call a batch resolver, once for all; its exception is every parent's."""
        batch = step.source
        assert isinstance(batch, Batch)
        contact = self.plan.types.contact
        try:
            given = self._arguments(step)
            info = contact.info(self.info(step, step.path), batch)
            arguments = contact.converted(batch, given, info)
            values = list(await batch.load(list(sources), info, **arguments))
        except Exception as error:  # noqa: BLE001  # becomes a located error of each parent
            return [error] * len(sources)
        if len(values) != len(sources):
            return [wrong_number(len(sources), len(values))] * len(sources)
        return values

    async def call(self, step: Step, sources: Column) -> Column:
        """Call strawberry's resolver for each object, and wait for all of them together."""
        resolve = (step.source.resolve if isinstance(step.source, Call) else None) or (
            step.definition.resolve or default_field_resolver
        )
        try:
            given = self._arguments(step)
        except Exception as error:  # noqa: BLE001  # becomes a located error of each object
            return [error] * len(sources)
        raw = self.info(step, step.path)
        infos = [raw] if step.is_exact else self._infos(step, raw)
        column: Column = []
        for source, info in zip(sources, infos, strict=True):
            try:
                column.append(resolve(source, info, **given))
            except Exception as error:  # noqa: BLE001  # becomes the object's located error
                column.append(error)
        return await settled(column)

    async def by_type(self, step: Step, sources: Column) -> Column:
        """Complete objects of an abstract type, each kind together."""
        tags = self.tags.get(step.number)
        if tags is None:
            kinds = step.kinds
            tags = self.tags[step.number] = [kinds[type(source)] for source in sources]
        found = dict.fromkeys(tags)
        if len(found) == 1:
            return await self._part(step, tags[0], sources)
        done = {
            tag.name: iter(
                await self._part(
                    step,
                    tag,
                    [source for source, own in zip(sources, tags, strict=True) if own is tag],
                )
            )
            for tag in found
        }
        return [next(done[tag.name]) for tag in tags]

    def info(self, step: Step, path: Path) -> ResolveInfo:
        """Make the info that graphql-core would give to a field's resolver."""
        return self.plan.info_of(step)._replace(
            path=path,
            root_value=self.root_value,
            variable_values=self.variables.coerced,
            context=self.context,
            **operation_extensions(self.extensions),
        )

    def paths(self, position: Position) -> list[Keys]:
        """Return where each object of a position stands in the answer."""
        step = position.parent
        if step is None:
            return [()]
        if position.number not in self._paths:
            found: list[Keys] = []
            for path, value in zip(self.paths(step.position), self.raw[step.number], strict=True):
                _walk(value, (*path, step.key), len(step.shape.levels) - 1, found)
            if step.is_abstract:
                tags = self.tags[step.number]
                pairs = zip(found, tags, strict=True)
                found = [path for path, tag in pairs if tag is position.type]
            self._paths[position.number] = found
        return self._paths[position.number]

    async def _part(self, step: Step, tag: GraphQLObjectType, sources: Column) -> Column:
        position = self.plan.part(step, tag)
        if position.complete is None and self.plan.write is not None:
            self.plan.write()
        assert position.complete is not None
        return await position.complete(self, sources)

    def _arguments(self, step: Step) -> dict[str, Any]:
        if not step.definition.args:
            return {}
        return get_argument_values(step.definition, step.details[0].node, self.variables)

    def _infos(self, step: Step, raw: ResolveInfo) -> list[ResolveInfo]:
        paths = self.paths(step.position)
        return [raw._replace(path=_linked(step, (*path, step.key))) for path in paths]


def step_info(running: Running, step: Step, keys: Keys) -> ResolveInfo:
    """Make the info of one object's field, with its path."""
    return running.info(step, _linked(step, keys))


async def settled(column: Column) -> Column:
    """Wait for what is awaitable among values; an exception becomes the value."""
    waiting = [place for place, value in enumerate(column) if is_awaitable(value)]
    if len(waiting) == 1:
        (place,) = waiting
        try:
            column[place] = await column[place]
        except Exception as error:  # noqa: BLE001  # becomes a located error
            column[place] = error
    elif waiting:
        found = await asyncio.gather(*(column[p] for p in waiting), return_exceptions=True)
        for place, value in zip(waiting, found, strict=True):
            if isinstance(value, BaseException) and not isinstance(value, Exception):
                raise value
            column[place] = value
    return column


def _walk(value: Any, path: Keys, depth: int, found: list[Keys]) -> None:
    if value is None or value is FAILED:
        return
    if depth == 0:
        found.append(path)
        return
    for place, item in enumerate(value):
        _walk(item, (*path, place), depth - 1, found)


def _linked(step: Step, keys: Keys) -> Path:
    typenames: list[str] = []
    here: Step | None = step
    while here is not None:
        typenames.append(here.position.type.name)
        here = here.position.parent
    path: Path | None = None
    for key in keys:
        path = Path(path, key, None if isinstance(key, int) else typenames.pop())
    assert path is not None
    return path
