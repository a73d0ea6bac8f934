"""The web application as the laboratory serves it: each process may have a clock of its own.

`CHAOS_CLOCKS` holds offsets in seconds; a process takes the one that its number falls on.
"""

import os
from dataclasses import replace
from datetime import timedelta

from starlette.types import ASGIApp

from app.asgi import create_application as product
from app.config import Settings

CLOCKS = "CHAOS_CLOCKS"


def create_application() -> ASGIApp:
    """Build the product's application with the clock of this process."""
    offsets = [int(offset) for offset in os.environ.get(CLOCKS, "0").split(",")]
    offset = timedelta(seconds=offsets[os.getpid() % len(offsets)])
    return product(replace(Settings.from_environment(), clock_offset=offset))
