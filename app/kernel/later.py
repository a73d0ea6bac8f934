"""What is worked out when somebody first asks for it, and is the same whenever that is."""

from collections.abc import Callable
from typing import Generic, TypeVar, cast

Told = TypeVar("Told")


class Later(Generic[Told]):
    """A value that costs nothing until it is asked for; two are equal if their values are."""

    __slots__ = ("_tell", "_told")

    def __init__(self, tell: Callable[[], Told]) -> None:
        """Keep the way to work it out."""
        self._tell = tell
        self._told: Told | None = None

    @property
    def told(self) -> Told:
        """The value."""
        if self._told is None:
            self._told = self._tell()
        return self._told

    def tell(self) -> Told:
        """Return the value without keeping it, for who passes it on and forgets it."""
        return self._tell() if self._told is None else self._told

    def __eq__(self, other: object) -> bool:
        """Compare values, which works them out."""
        if not isinstance(other, Later):
            return False
        return self.told == cast("Later[object]", other).told

    def __hash__(self) -> int:
        """Hash the value, which works it out."""
        return hash(self.told)


def known(told: Told) -> Later[Told]:
    """Wrap what is worked out already."""
    return Later(lambda: told)
