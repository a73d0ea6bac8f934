"""Answers that are kept with what they were made of (`app/kernel/kept.py`).

A field keeps answers where only such fields are asked of its objects as answer the same to
everybody who has the object: attributes, ids, and batch resolvers that say so of themselves.
"""
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Answers are whatever was asked for.

from typing import Any

from app.execution.columns import Column
from app.execution.plan import Step
from app.kernel.kept import Keeper


class Keeping:
    """Finds the kept answers of one field, and keeps those that were made."""

    __slots__ = ("_asked", "_step")

    def __init__(self, step: Step, asked: str) -> None:
        self._step = step
        self._asked = asked

    def known(self, column: Column) -> tuple[Column | None, int]:
        """Return answers by place, none in the gaps, and what they cost.

        None at all where no value has one.
        """
        asked = self._asked
        found: list[Any] = [
            value.answers.get(asked) if isinstance(value, Keeper) else None for value in column
        ]
        if None not in found:
            return [answer for answer, _ in found], sum([spent for _, spent in found])
        spent = [each[1] for each in found if each is not None]
        return ([each and each[0] for each in found], sum(spent)) if spent else (None, 0)

    def keep(self, column: Column, answers: Column) -> None:
        """Keep what was made of what never changes."""
        for value, answer in zip(column, answers, strict=True):
            if isinstance(value, Keeper):
                value.keep(self._asked, answer, _spent(self._step, answer))


def keeping_of(step: Step) -> Keeping | None:
    """Say how a field keeps answers; none where it must not, or what it holds never does."""
    if not step.may_keep:
        return None
    (position,) = step.parts.values()
    return None if position.asked is None else Keeping(step, position.asked)


def merged(known: Column, made: Column) -> Column:
    """Put answers that were made now into the gaps between those known."""
    left = iter(made)
    return [next(left) if answer is None else answer for answer in known]


def _spent(step: Step, answer: Any) -> int:
    """Count what an answer cost: a weight for each of its objects, and for fields of them."""
    answers: list[Any] = answer if isinstance(answer, list) else [answer]
    objects = [one for one in answers if one is not None]
    (position,) = step.parts.values()
    spent = step.weight * len(objects)
    for below in position.steps:
        if below.leaf is not None:
            spent += below.weight * len(objects)
        else:
            spent += sum([_spent(below, one[below.key]) for one in objects])
    return spent
