"""Python's cyclic collector, set for a web process: what lives as long as it is never scanned."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_THRESHOLDS = (10_000, 100, 50)
"""Measured on many concurrent operations: the defaults scan every live task again and again."""


@contextmanager
def settled_collector() -> Generator[None, None, None]:
    """Set aside all that start-up made, and collect seldom; the defaults return at the end.

    A second application in the process leaves the collector as the first one set it.
    """
    if gc.get_freeze_count():
        yield
        return
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()
