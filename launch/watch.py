"""Keep a set of processes, and the database below them, alive until a signal says stop."""

import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import FrameType

from rich.console import Console

from launch.postgres import EmbeddedPostgres
from launch.processes import Process

WATCH_SECONDS = 0.1
RESTART_PAUSE_SECONDS = 0.5
YOUNG_SECONDS = 5.0
_HELD = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals() -> None:
    """Let SIGTERM end the launch just as Ctrl-C does: by an exception that cleans up."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)


def start_all(running: ExitStack, processes: Sequence[Process]) -> None:
    """Start them in order; the stack stops them in the opposite order.

    While it does so no signal cuts it short; afterwards signals mean what they meant before.
    """
    for number in _HELD:
        running.callback(signal.signal, number, signal.getsignal(number))
    for process in processes:
        running.callback(process.stop)
        process.start()
    running.callback(_hold_signals)


def watch(console: Console, processes: Sequence[Process], server: EmbeddedPostgres | None) -> None:
    """Restart what ends unexpectedly, for ever; too many restarts in a minute raise."""
    while True:
        time.sleep(WATCH_SECONDS)
        if server is not None and not server.is_alive:
            console.print("[yellow]PostgreSQL ended unexpectedly; starting it again.[/]")
            server.restart()
        for process in processes:
            if process.ended_with is not None:
                _revive(console, process)


def pause_before_restart(process: Process) -> float:
    """Return how long to wait: what worked comes back at once, what dies young later."""
    return RESTART_PAUSE_SECONDS if process.age < YOUNG_SECONDS else 0.0


def _revive(console: Console, process: Process) -> None:
    console.print(
        f"[yellow]The {process.name} process ended unexpectedly "
        f"(status {process.ended_with}); starting it again.[/]"
    )
    time.sleep(pause_before_restart(process))
    process.restart()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _hold_signals()
    raise KeyboardInterrupt


def _hold_signals() -> None:
    """Keep a second Ctrl-C from cutting a clean end short; every wait in it is bounded."""
    for number in _HELD:
        signal.signal(number, signal.SIG_IGN)
