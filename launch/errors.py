"""Failures that a person can mend, each with the next step."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(eq=False)
class LaunchError(Exception):
    """What stopped the launch; its text ends with what to do about it."""

    text: ClassVar[str]
    remedy: ClassVar[str]

    def __str__(self) -> str:
        """Put the fact first and the remedy behind it."""
        gap = "" if self.text.endswith("\n") else " "
        return f"{self.text}{gap}{self.remedy}".format_map(vars(self))
