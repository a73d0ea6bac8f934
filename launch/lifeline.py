"""Tie the life of a child process to the life of its parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def lifeline(number: signal.Signals) -> Callable[[], None] | None:
    """Make the hook for a child that gets this signal when the thread that started it ends.

    Where that process dies with several threads, the signal comes once for each that the child
    is handed on to. Only Linux can do it; elsewhere there is no hook and the next start cleans up.
    """
    if sys.platform != "linux":
        return None
    parent = os.getpid()

    def ask_for_signal() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # It ended before the request could be made.
            os._exit(1)

    return ask_for_signal
