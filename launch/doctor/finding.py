"""What an examination says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How well one thing is."""

    GOOD = "GOOD"
    CARE = "CARE"
    """It works, but somebody should look."""
    FAULT = "FAULT"
    """It does not work, or not safely."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and where it is not good, what to do about it."""

    subject: str
    state: State
    found: str
    remedy: str = ""


def good(subject: str, found: str) -> Finding:
    """Say that a thing is as it should be."""
    return Finding(subject, State.GOOD, found)


def care(subject: str, found: str, remedy: str) -> Finding:
    """Say that a thing works, but not as it should."""
    return Finding(subject, State.CARE, found, remedy)


def fault(subject: str, found: str, remedy: str) -> Finding:
    """Say that a thing does not work."""
    return Finding(subject, State.FAULT, found, remedy)
