"""Batch resolvers: a relation is loaded for all parents at once, or not at all (tech.md II.3b).

```python
@batch
@staticmethod
async def lines(orders: list["Order"], info: Info) -> list[list["OrderLine"]]:
    ...
```

The function stands beside its field's type and answers one item for each parent, in their order.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args
from uuid import UUID

import strawberry

from app.schema.context import Info

Load = Callable[..., Awaitable[list[Any]]]
Row = TypeVar("Row")
Item = TypeVar("Item")


def batch(load: Load) -> Any:  # a strawberry field, typed by `load`
    """Make a field from a static method over all parents; further parameters become arguments."""
    return _field(load)


def shared(load: Load) -> Any:  # a strawberry field, typed by `load`
    """Make a batch field that answers the same to everybody who was given the parent.

    No right of its own is asked for, and it changes only with a revision under which the parent
    itself is remembered: its answers may be kept with the parent (decision 0019).
    """
    return _field(load, shared=True)


def _field(load: Load, **said: bool) -> Any:
    load = getattr(load, "__func__", load)

    async def resolve(root: object, info: Info, **arguments: Any) -> Any:
        async def load_all(parents: list[Any]) -> list[Any]:
            return await load(parents, info, **arguments)

        key = (load, tuple(sorted(arguments.items())))
        return await info.context.batch(key, load_all).load(root)

    _, _, *extra = inspect.signature(load).parameters.values()
    signature = inspect.Signature(
        [
            inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
            *extra,
        ],
        return_annotation=_item(load),
    )
    resolve.__signature__ = signature  # pyright: ignore[reportFunctionMemberAccess]
    resolve.__module__ = load.__module__
    resolve.__name__ = load.__name__
    resolve.__qualname__ = load.__qualname__
    resolve.__doc__ = load.__doc__
    resolve.__annotations__ = {
        **{parameter.name: parameter.annotation for parameter in extra},
        "info": Info,
        "return": _item(load),
    }
    return strawberry.field(resolver=resolve, metadata={"batch": load, **said})


def given(ids: Sequence[UUID | None]) -> set[UUID]:
    """Return the ids without the gaps: what is worth asking the database for."""
    return {key for key in ids if key is not None}


def in_order(
    ids: Sequence[UUID | None], found: Mapping[UUID, Row], show: Callable[[Row], Item]
) -> list[Item | None]:
    """Answer in the order of `ids`; null for gaps and for what was not found."""
    return [show(found[key]) if key is not None and key in found else None for key in ids]


def _item(load: Load) -> Any:
    (item,) = get_args(inspect.signature(load).return_annotation)
    return item
