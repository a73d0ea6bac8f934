"""Processes with wrong clocks: `CHAOS_CLOCKS` holds offsets in seconds; each process takes one."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from types import ModuleType

CLOCKS = "CHAOS_CLOCKS"


def own_offset() -> timedelta:
    """Return by how much the clock of this process is wrong: by the offset its number falls on."""
    offsets = [int(offset) for offset in os.environ.get(CLOCKS, "0").split(",")]
    return timedelta(seconds=offsets[os.getpid() % len(offsets)])


def skew(modules: Iterable[ModuleType], offset: timedelta) -> None:
    """Let modules that ask for the time be told a wrong one."""

    class Wrong(datetime):
        """Tells the wrong time, and is otherwise what it stands for."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride]  # no subclass of itself
            return datetime.now(tz) + offset

    for module in modules:
        module.datetime = Wrong  # pyright: ignore[reportAttributeAccessIssue]  # what this is for
