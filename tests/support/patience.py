"""How long a test waits for what must come: long, as only what never comes should end it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from app.db.database import Patience

PATIENCE_SECONDS = 180.0
UNHURRIED = Patience(
    wait_seconds=PATIENCE_SECONDS,
    statement_seconds=PATIENCE_SECONDS,
    idle_seconds=2 * PATIENCE_SECONDS,
)
"""For connections of tests: many at once wait for each other, the longer the busier all are."""
_PAUSE_SECONDS = 0.02


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what somebody else does, who rings no bell."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await true():  # noqa: ASYNC110  # nothing in this process rings
            await asyncio.sleep(_PAUSE_SECONDS)


def becomes(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait for it, and say whether it came."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True
