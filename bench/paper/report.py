"""The report as data: where and when it was measured, the engine's figures, and those over HTTP."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import psutil

from bench.http.found import Found
from bench.http.measuring import Plan
from bench.paper.aims import Verdict, verdicts
from bench.sizes import Size
from bench.timing import Measured


@dataclass(frozen=True, slots=True)
class Machine:
    """What everything ran on."""

    processors: int
    memory_gib: float
    model: str
    system: str
    python: str
    postgres: str

    @classmethod
    def here(cls, postgres: str) -> "Machine":
        """Describe this machine."""
        return cls(
            processors=os.cpu_count() or 1,
            memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
            model=platform.processor() or platform.machine(),
            system=platform.platform(terse=True),
            python=platform.python_version(),
            postgres=postgres,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One run; a part that was not asked for is missing."""

    began: datetime
    seconds: float
    size: Size
    plan: Plan
    machine: Machine
    engine: Sequence[Measured] = ()
    http: Found | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def processes(self) -> int:
        """At how many processes the aims are judged."""
        return self.plan.processes[-1]

    @property
    def verdicts(self) -> list[Verdict]:
        """Judge what was measured over HTTP."""
        return verdicts(self.http, self.processes) if self.http else []

    def plain(self) -> dict[str, Any]:
        """Return it with nothing but what JSON knows, and with the verdicts."""
        judged = [asdict(each) | {"verdict": each.in_words} for each in self.verdicts]
        return asdict(self) | {"began": self.began.isoformat(), "verdicts": judged}
