"""A worker that is told to end does end, whatever the database or the broker does meanwhile."""

import os
import threading
import time
from datetime import timedelta

import dramatiq
from dramatiq import Broker, Middleware

LONGER_SECONDS = 3.0
"""So much longer than running jobs are given to end; whoever stops the process waits longer."""


class Ending(Middleware):
    """Cuts a shutdown short that hangs, as it does for minutes where the database is gone.

    It does so too where the process was told to end a second time: Dramatiq then leaves its main
    thread, and the threads that carry out jobs would keep the process for ever.

    Nothing is lost: what was not done stands in the books of jobs, and is due again. That is so too
    for a job that outlasts the drain: it ends with its process, its transaction is taken back by
    the server, and it is carried out again by another worker.
    """

    def __init__(self, drain: timedelta) -> None:
        """Know how long running jobs are given to end."""
        self._longest = drain.total_seconds() + LONGER_SECONDS

    def after_process_boot(self, broker: Broker) -> None:
        """Begin to watch the main thread."""
        del broker
        threading.Thread(target=_outlast, args=[threading.main_thread()], daemon=True).start()

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin to wait."""
        del broker, worker
        last = threading.Timer(self._longest, os._exit, [1])
        last.daemon = True
        last.start()


def _outlast(main: threading.Thread) -> None:
    main.join()
    time.sleep(LONGER_SECONDS)
    os._exit(1)
