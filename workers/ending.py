"""A worker that is told to end does end, whatever the database or the broker does meanwhile."""

import os
import threading
from datetime import timedelta

import dramatiq
from dramatiq import Broker, Middleware

LONGER_SECONDS = 3.0
"""So much longer than running jobs are given to end; whoever stops the process waits longer."""


class Ending(Middleware):
    """Cuts a shutdown short that hangs, as it does for minutes where the database is gone.

    Nothing is lost: what was not done stands in the books of jobs, and is due again. That is so too
    for a job that outlasts the drain: it ends with its process, its transaction is taken back by
    the server, and it is carried out again by another worker.
    """

    def __init__(self, drain: timedelta) -> None:
        """Know how long running jobs are given to end."""
        self._longest = drain.total_seconds() + LONGER_SECONDS

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin to wait."""
        del broker, worker
        last = threading.Timer(self._longest, os._exit, [1])
        last.daemon = True
        last.start()
