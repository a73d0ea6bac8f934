"""Child processes that are watched, restarted within reason, and stopped as whole families."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar

from launch.errors import LaunchError
from launch.lifeline import lifeline

STOP_SECONDS = 15.0
RESTARTS_ALLOWED = 5
RESTART_WINDOW_SECONDS = 60.0
LOG_TAIL_LINES = 15


@dataclass(eq=False)
class KeepsDying(LaunchError):
    """A process ended so often that restarting it helps nobody."""

    text: ClassVar = (
        "The {name} process ended {times} times within a minute. Its last lines:\n{tail}\n"
    )
    remedy: ClassVar = "Mend what they name and start again."
    name: str
    times: int
    tail: str


class Process:
    """One child and everything it starts; it ends with the thread that started it."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], log: Path | None
    ) -> None:
        """Describe it; without a log it writes where this process writes."""
        self.name = name
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._starts: deque[float] = deque(maxlen=RESTARTS_ALLOWED + 1)
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def ended_with(self) -> int | None:
        """Exit status once it has ended; negative for a signal."""
        return self._running.poll() if self._running else None

    @property
    def pid(self) -> int | None:
        """Its number while it is started."""
        return self._running.pid if self._running else None

    @property
    def age(self) -> float:
        """Seconds since its last start."""
        return time.monotonic() - self._starts[-1]

    def start(self) -> None:
        """Start it in a session of its own, so that it can be stopped with its children."""
        self._check_rate()
        with self._output() as output:
            self._running = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=lifeline(signal.SIGTERM),
            )

    def restart(self) -> None:
        """Start it again after it ended, first removing what it left behind."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Ask it to end, wait a bounded time, then end whatever is left of its family."""
        running, self._running = self._running, None
        if running is None:
            return
        if running.poll() is None:
            running.terminate()
            with suppress(subprocess.TimeoutExpired):  # The family is killed next in any case.
                running.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):  # Nothing is left of it: the usual case.
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()

    def tail(self) -> str:
        """Last lines that it wrote."""
        if self._log is None or not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def _check_rate(self) -> None:
        now = time.monotonic()
        self._starts.append(now)
        is_full = len(self._starts) == self._starts.maxlen
        if is_full and now - self._starts[0] < RESTART_WINDOW_SECONDS:
            raise KeepsDying(self.name, RESTARTS_ALLOWED, self.tail())

    def _output(self) -> AbstractContextManager[IO[bytes] | None]:
        if self._log is None:
            return nullcontext()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return self._log.open("ab")
