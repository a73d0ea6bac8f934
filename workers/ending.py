"""A worker that is told to end does end, whatever the database or the broker does meanwhile."""

import os
import threading

import dramatiq
from dramatiq import Broker, Middleware

LONGEST_SECONDS = 13.0
"""Longer than running jobs are given to end, shorter than whoever stops the process waits."""


class Ending(Middleware):
    """Cuts a shutdown short that hangs, as it does for minutes where the database is gone.

    Nothing is lost: what was not done stands in the books of jobs, and is due again.
    """

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        """Begin to wait."""
        del broker, worker
        last = threading.Timer(LONGEST_SECONDS, os._exit, [1])
        last.daemon = True
        last.start()
