"""What stops a replay, each with the next step."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError


@dataclass(eq=False)
class DataMissing(LaunchError):
    """The folder, or a file in it, is not there."""

    text: ClassVar = "There is no {path}."
    remedy: ClassVar = "Name a folder with {files}: make replay folder=..."
    path: Path
    files: str


@dataclass(eq=False)
class DataWrong(LaunchError):
    """A line of a file cannot be replayed."""

    text: ClassVar = "{path}, line {line}: {problem}."
    remedy: ClassVar = "Correct the line, or name another folder."
    path: Path
    line: int
    problem: str


@dataclass(eq=False)
class StepFailed(LaunchError):
    """The server answered a step with something other than what a good order gets."""

    text: ClassVar = "{step} failed: {answer}"
    remedy: ClassVar = "\nThe record holds good orders only, so the application is at fault."
    step: str
    answer: str
