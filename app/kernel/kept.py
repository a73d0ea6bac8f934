"""What is made once of something that never changes, and kept with it."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

import orjson

Item = TypeVar("Item")
Made = TypeVar("Made")

MOST_ANSWERS = 4
"""Of how many ways of asking something keeps the answers; the oldest goes first."""


class _Written:
    """An answer that never changes: it is written once as JSON, for whoever it is sent to."""

    __slots__ = ()

    _json: orjson.Fragment | None

    def written(self) -> orjson.Fragment:
        """Return it as JSON."""
        known = self._json
        if known is None:
            known = self._json = orjson.Fragment(orjson.dumps(self))
        return known


class KeptObject(_Written, dict[str, Any]):
    """An object that was answered."""

    __slots__ = ("_json",)

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer)
        self._json = None


class KeptList(_Written, list[Any]):
    """A list that was answered."""

    __slots__ = ("_json",)

    def __init__(self, answer: list[Any]) -> None:
        super().__init__(answer)
        self._json = None


def to_json(answer: object) -> bytes:
    """Write an answer as JSON; what is kept in it was written before."""
    return orjson.dumps(answer, _known, orjson.OPT_PASSTHROUGH_SUBCLASS)


def _known(value: object) -> object:
    if isinstance(value, _Written):
        return value.written()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return dict(cast("dict[str, Any]", value))
    if isinstance(value, list):
        return list(cast("list[Any]", value))
    raise TypeError(f"a {type(value).__name__} has no place in an answer")


class Keeper:
    """Keeps the answers that were made of it, by what was asked and what they cost.

    Only for what never changes. Who is given it may know all that can be asked of it without
    anybody's rights; else what one reader filled in would be told to another.
    """

    answers: ClassVar[dict[str, tuple[Any, int]]] = {}

    def keep(self, asked: str, answer: object, spent: int) -> None:
        """Keep what was answered, and what it cost."""
        own = self.__dict__.setdefault("answers", {})
        if len(own) >= MOST_ANSWERS:
            own.pop(next(iter(own)), None)
        own[asked] = _never_changing(answer), spent


def _never_changing(answer: object) -> object:
    if isinstance(answer, dict):
        return KeptObject(cast("dict[str, Any]", answer))
    return KeptList(cast("list[Any]", answer)) if isinstance(answer, list) else answer


class Kept(list[Item], Keeper):
    """A list that never changes, of items that never change."""


class Once:
    """Keeps what pure functions make of it; the functions are few, and live as long as it."""

    __slots__ = ()

    _made: dict[Callable[..., Any], Any]

    def once(self, make: Callable[[Any], Made]) -> Made:
        """Return what a function makes of this, made at most once."""
        made = self._made.get(make)
        if made is None:
            made = self._made[make] = make(self)
        return cast("Made", made)
