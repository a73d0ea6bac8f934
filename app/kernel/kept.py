"""What is made once of something that never changes, and kept with it."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

Item = TypeVar("Item")
Made = TypeVar("Made")

MOST_ANSWERS = 4
"""Of how many ways of asking something keeps the answers; the oldest goes first."""


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
        own[asked] = answer, spent


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
