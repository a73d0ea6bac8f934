"""What transactions did: lists read and appended to, and whether it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Read:
    """A list as it was read."""

    key: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """A value put at the end of a list; no value is ever appended twice."""

    key: str
    value: int


class Outcome(StrEnum):
    """What became of a transaction."""

    COMMITTED = "COMMITTED"
    ABORTED = "ABORTED"


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one transaction did, in its order; `kind` is of our units of work."""

    number: int
    kind: str
    steps: tuple[Read | Append, ...]
    outcome: Outcome = Outcome.COMMITTED

    @property
    def reads(self) -> list[Read]:
        """What it read."""
        return [step for step in self.steps if isinstance(step, Read)]

    @property
    def appends(self) -> list[Append]:
        """What it appended."""
        return [step for step in self.steps if isinstance(step, Append)]


History = Sequence[Transaction]


def reads_apart(history: History, kinds: Iterable[str]) -> list[Transaction]:
    """Take the reads of transactions of some kinds as transactions of their own.

    So it shows whether what each has read belongs together, whatever it wrote afterwards.
    """
    chosen, found = set(kinds), list[Transaction]()
    for each in history:
        if each.kind in chosen and each.outcome is Outcome.COMMITTED:
            found.append(replace(each, number=-each.number, steps=tuple(each.reads)))
            found.append(replace(each, kind=f"{each.kind}: writes", steps=tuple(each.appends)))
        else:
            found.append(each)
    return found
