"""Where a server spends its time under load, by py-spy, which looks from outside."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_RATE = 250
_SLACK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """A function or a package, and its share of all samples: alone, and with what it calls."""

    name: str
    own: float
    whole: float


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of a worker's time while it ran a workload; `problem` says why there are none."""

    workload: str
    samples: int
    functions: tuple[Part, ...] = ()
    packages: tuple[Part, ...] = ()
    problem: str = ""


class Sampler:
    """Samples one process for a time; start it while the process works."""

    def __init__(self, workload: str, pid: int, seconds: float, scratch: Path) -> None:
        """Start looking; what the operating system refuses is told in the profile."""
        self._workload = workload
        self._path = scratch / "profile.txt"
        self._path.unlink(missing_ok=True)
        program = Path(sys.executable).with_name("py-spy")
        command = [str(program), "record", "--pid", str(pid), "--rate", str(_RATE), "--function"]
        # Whoever holds the interpreter's lock is at work; threads that wait are not.
        command += ["--gil", "--duration", str(max(1, round(seconds))), "--format", "raw"]
        self._running = subprocess.Popen(
            [*command, "--output", str(self._path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def profile(self) -> Profile:
        """Wait for the samples, and count them."""
        _, said = self._running.communicate(timeout=_SLACK_SECONDS)
        if self._running.returncode or not self._path.exists():
            return Profile(self._workload, 0, problem=said.strip()[-400:] or "no samples")
        return profile_of(self._workload, self._path.read_text().splitlines())


def profile_of(workload: str, lines: Iterable[str]) -> Profile:
    """Count stacks as py-spy writes them: frames from the outermost, then how often.

    Threads that run no Python leave an empty stack, which says nothing.
    """
    functions, packages = _Shares(), _Shares()
    for line in lines:
        stack, _, times = line.rpartition(" ")
        if stack:
            frames = stack.split(";")
            functions.count(frames, int(times))
            packages.count([_package(frame) for frame in frames], int(times))
    return Profile(workload, functions.samples, functions.parts(), packages.parts())


class _Shares:
    def __init__(self) -> None:
        self.samples = 0
        self._own: Counter[str] = Counter()
        self._whole: Counter[str] = Counter()

    def count(self, stack: list[str], times: int) -> None:
        self.samples += times
        self._own[stack[-1]] += times
        for name in set(stack):
            self._whole[name] += times

    def parts(self) -> tuple[Part, ...]:
        """Return the dearest first."""
        most = max(1, self.samples)
        named = sorted(self._whole, key=lambda name: (-self._own[name], -self._whole[name], name))
        return tuple(Part(name, self._own[name] / most, self._whole[name] / most) for name in named)


def _package(frame: str) -> str:
    parts = frame.rpartition(" (")[2].split("/")
    if parts[0] == "app" and len(parts) > 2:  # noqa: PLR2004  # the package and a module in it
        return f"app/{parts[1]}"
    return parts[0] if len(parts) > 1 else "python"
