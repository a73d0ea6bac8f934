"""Points as a program of few steps: worked out once for a document, run for each request.

A value is a number that is known at once, or the place of the step that makes it. Numbers never
pass `MOST`, so that no document makes arithmetic itself expensive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST = 2**53 - 1
"""More than any limit, and exact in JSON."""

Variables = Mapping[str, Any]
Factor = int | Callable[[Variables], int]


@dataclass(frozen=True, slots=True)
class Step:
    """The place of a number that depends on variables."""

    place: int


Value = int | Step
_Run = Callable[[Sequence[int], Variables], int]


@dataclass(slots=True)
class Program:
    """The steps of one document, in the order of their dependence."""

    steps: list[_Run] = field(default_factory=list)

    def total(self, values: Iterable[Value]) -> Value:
        """Add values up."""
        numbers, places = _split(values)
        known = min(sum(numbers), MOST)
        if not places:
            return known
        if not known and len(places) == 1:
            return Step(places[0])

        def run(made: Sequence[int], _: Variables) -> int:
            return min(known + sum([made[place] for place in places]), MOST)

        return self._step(run)

    def product(self, factor: Factor, value: Value) -> Value:
        """Multiply a value by a list's length, or by 0 or 1 for a condition."""
        if value == 0 or factor == 0:
            return 0
        if factor == 1:
            return value
        if isinstance(factor, int):
            if isinstance(value, int):
                return min(factor * value, MOST)
            place = value.place
            return self._step(lambda made, _: min(factor * made[place], MOST))
        if isinstance(value, int):
            return self._step(lambda _, variables: min(factor(variables) * value, MOST))
        place = value.place
        return self._step(lambda made, variables: min(factor(variables) * made[place], MOST))

    def largest(self, values: Iterable[Value]) -> Value:
        """Take the largest: of several kinds of one object only one can be true."""
        numbers, places = _split(values)
        most = max(numbers, default=0)
        if not places:
            return most
        return self._step(lambda made, _: max(most, *[made[place] for place in places]))

    def run(self, value: Value, variables: Variables) -> int:
        """Work a value out for a request's variables."""
        if isinstance(value, int):
            return value
        made: list[int] = []
        for step in self.steps:
            made.append(step(made, variables))
        return made[value.place]

    def _step(self, run: _Run) -> Step:
        self.steps.append(run)
        return Step(len(self.steps) - 1)


def _split(values: Iterable[Value]) -> tuple[list[int], list[int]]:
    numbers: list[int] = []
    places: list[int] = []
    for value in values:
        if isinstance(value, int):
            numbers.append(value)
        else:
            places.append(value.place)
    return numbers, places
