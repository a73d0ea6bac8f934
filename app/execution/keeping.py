"""Answers that are kept with the lists they were made of (`app/kernel/kept.py`).

A field keeps answers where its items are objects of one type of whom only attributes are asked: no
resolver runs below it, so that the answer depends on the items alone.
"""

from typing import Any

from app.execution.columns import Column
from app.execution.plan import Step
from app.kernel.kept import Kept


class Keeping:
    """Finds the kept answers of one field, and keeps those that were made."""

    __slots__ = ("_asked", "_step")

    def __init__(self, step: Step, asked: str) -> None:
        self._step = step
        self._asked = asked

    def known(self, column: Column) -> tuple[Column | None, int]:
        """Return answers by place, none in the gaps, and what they cost.

        None at all where no list has one.
        """
        asked = self._asked
        found = [value.answers.get(asked) if type(value) is Kept else None for value in column]
        if None not in found:
            return [each[0] for each in found], sum([each[1] for each in found])
        spent = [each[1] for each in found if each is not None]
        return ([each and each[0] for each in found], sum(spent)) if spent else (None, 0)

    def keep(self, column: Column, answers: Column) -> None:
        """Keep what was made of lists that never change."""
        for value, answer in zip(column, answers, strict=True):
            if type(value) is Kept:
                value.keep(self._asked, answer, _spent(self._step, answer))


def keeping_of(step: Step) -> Keeping | None:
    """Say how a field keeps answers; none where it must not, or holds no list of objects."""
    item = step.shape.item
    if item is None or item.item is not None or step.leaf is not None or step.is_abstract:
        return None
    (position,) = step.parts.values()
    return None if position.asked is None else Keeping(step, position.asked)


def merged(known: Column, made: Column) -> Column:
    """Put answers that were made now into the gaps between those known."""
    left = iter(made)
    return [next(left) if answer is None else answer for answer in known]


def _spent(step: Step, answer: Any) -> int:
    """Count what an answer cost: a weight for each of its objects, and for fields of them."""
    answers = answer if isinstance(answer, list) else [answer]
    objects = [one for one in answers if one is not None]
    (position,) = step.parts.values()
    spent = step.weight * len(objects)
    for below in position.steps:
        if below.leaf is not None:
            spent += below.weight * len(objects)
        else:
            spent += sum([_spent(below, one[below.key]) for one in objects])
    return spent
