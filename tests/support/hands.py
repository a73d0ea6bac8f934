"""A clock whose hands a test moves on, for what would be waited for too long or too exactly."""

import time

import pytest


class Hands:
    """Stands in for the module `time`: goes on by itself, and is as far ahead as it is told."""

    def __init__(self) -> None:
        self.ahead = 0.0

    @classmethod
    def of(cls, module: str, monkeypatch: pytest.MonkeyPatch) -> "Hands":
        """Become the clock of a module until the test ends."""
        hands = cls()
        monkeypatch.setattr(f"{module}.time", hands)
        return hands

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def time(self) -> float:
        return time.time() + self.ahead
