"""The slow way through one column: located errors, nulls that bubble, values that are odd.

It starts from values that were fetched already: no resolver runs twice.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

from typing import Any

from graphql import GraphQLError, GraphQLObjectType, Undefined
from graphql.execution import Executor
from graphql.execution.executor import default_type_resolver, invalid_return_type_error
from graphql.pyutils import is_iterable

from app.execution.columns import Column
from app.execution.failures import FAILED, Keys
from app.execution.plan import Position, Step
from app.execution.running import Running, step_info
from app.execution.shapes import Shape
from app.execution.strawberry_contact import ResolveInfo, is_awaitable


async def leaves(running: Running, step: Step, column: Column) -> Column:
    """Complete scalars one by one."""
    return await _Completion(running, step).all_of(column)


async def objects(running: Running, step: Step, column: Column) -> Column:
    """Look at objects one by one, and return those that can be completed, in order."""
    completion = _Completion(running, step)
    running.raw[step.number] = await completion.all_of(column)
    if step.is_abstract:
        running.tags[step.number] = completion.tags
    return completion.live


def put_back(running: Running, step: Step, done: Column) -> Column:
    """Put completed objects where their sources stood; those that failed make nulls."""
    left = iter(done)
    return [_restored(step.shape, value, left) for value in running.raw[step.number]]


def assembled(position: Position, columns: tuple[Column, ...]) -> Column:
    """Make each object's answer, or the mark of its failure."""
    places = {step.key: place for place, step in enumerate(position.steps)}
    return [
        FAILED
        if any(value is FAILED for value in row)
        else {
            key: row[places[key]] if key in places else position.constants[key]
            for key in position.keys
        }
        for row in zip(*columns, strict=True)
    ]


def _restored(shape: Shape, value: Any, left: Any) -> Any:
    if value is None or value is FAILED:
        return value
    value = next(left) if shape.item is None else _list(shape.item, value, left)
    return None if value is FAILED and not shape.is_required else value


def _list(item: Shape, values: list[Any], left: Any) -> Any:
    items = [_restored(item, value, left) for value in values]
    return FAILED if any(one is FAILED for one in items) else items


class _Completion:
    """Completes the values of one column."""

    def __init__(self, running: Running, step: Step) -> None:
        self.running = running
        self.step = step
        self.live: Column = []
        self.tags: list[GraphQLObjectType] = []

    async def all_of(self, column: Column) -> Column:
        step = self.step
        paths = self.running.paths(step.position)
        return [
            await self._value(0, step.shape, value, (*path, step.key))
            for path, value in zip(paths, column, strict=True)
        ]

    async def _value(self, level: int, shape: Shape, value: Any, path: Keys) -> Any:
        try:
            done = await self._completed(level, shape, value, path)
            self._check_null(shape, done)
        except Exception as error:  # noqa: BLE001  # answered as a located error
            self.running.failures.note(error, self.step, level, path)
            done = FAILED
        return None if done is FAILED and not shape.is_required else done

    def _check_null(self, shape: Shape, done: Any) -> None:
        if done is None and shape.is_required:
            parent, name = self.step.position.type, self.step.name
            raise TypeError(f"Cannot return null for non-nullable field {parent}.{name}.")

    async def _completed(self, level: int, shape: Shape, value: Any, path: Keys) -> Any:
        if is_awaitable(value):
            value = await value
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        if shape.item is not None:
            return await self._list(level, shape.item, value, path)
        if self.step.leaf is not None:
            named: Any = shape.named
            done = Executor.complete_leaf_value(named, value)
            self.step.known.learn(type(value))
            return done
        return await self._object(value, level, path)

    async def _list(self, level: int, item: Shape, values: Any, path: Keys) -> Any:
        if hasattr(values, "__aiter__"):
            values = [value async for value in values]
        elif not is_iterable(values):
            parent, name = self.step.position.type, self.step.name
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{parent}.{name}'."
            )
        values = list(values)  # before any item is taken for alive: it may break in the middle
        done = [
            await self._value(level + 1, item, value, (*path, place))
            for place, value in enumerate(values)
        ]
        if self.step.leaf is not None and any(one is FAILED for one in done):
            return FAILED
        return done

    async def _object(self, value: Any, level: int, path: Keys) -> Any:
        step = self.step
        object_type = step.shape.named
        info = step_info(self.running, step, path[: len(path) - level])
        if step.is_abstract:
            object_type = await self._type_of(value, info)
        assert isinstance(object_type, GraphQLObjectType)
        if object_type.is_type_of is not None:
            await self._check(object_type, value, info)
        elif not step.is_abstract:
            step.known.learn(type(value))
        if step.is_abstract:
            self.tags.append(object_type)
        self.live.append(value)
        return value

    async def _type_of(self, value: Any, info: ResolveInfo) -> GraphQLObjectType:
        abstract: Any = self.step.shape.named
        resolve: Any = abstract.resolve_type or default_type_resolver
        name: Any = resolve(value, info, abstract)
        if is_awaitable(name):
            name = await name
        return self.running.plan.executor.ensure_valid_runtime_type(
            name, abstract, self.step.details, info, value
        )

    async def _check(self, object_type: GraphQLObjectType, value: Any, info: ResolveInfo) -> None:
        assert object_type.is_type_of is not None
        is_type_of: Any = object_type.is_type_of(value, info)
        if is_awaitable(is_type_of):
            is_type_of = await is_type_of
        if not is_type_of:
            raise invalid_return_type_error(object_type, value, self.step.details)
