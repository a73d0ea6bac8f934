"""Say what is wrong with an installation, and how to mend it."""

from collections.abc import Iterator

from launch.doctor.database import within
from launch.doctor.finding import Finding, State
from launch.doctor.surroundings import around
from launch.settings import LaunchSettings

__all__ = ["Finding", "State", "examine"]


def examine(settings: LaunchSettings) -> Iterator[Finding]:
    """Look at everything an installation needs, and yield what is found as it is found."""
    yield from around(settings)
    yield from within(settings)
