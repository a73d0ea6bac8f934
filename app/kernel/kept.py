"""Lists that never change, whose answers may be kept with them."""

from typing import Any, TypeVar

Item = TypeVar("Item")

MOST_ANSWERS = 4
"""Of how many ways of asking a list keeps the answers; the oldest goes first."""


class Kept(list[Item]):
    """Items that never change and are the same for all who are given them.

    Give it only to those who may know all of it: whoever asks it the same way is answered from
    `answers`, by what was asked.
    """

    __slots__ = ("answers",)

    def __init__(self, items: list[Item]) -> None:
        """Hold items that nobody changes from now on."""
        super().__init__(items)
        self.answers: dict[str, tuple[Any, int]] = {}

    def keep(self, asked: str, answer: object, spent: int) -> None:
        """Keep what was answered, and what it cost."""
        if len(self.answers) >= MOST_ANSWERS:
            self.answers.pop(next(iter(self.answers)), None)
        self.answers[asked] = answer, spent
