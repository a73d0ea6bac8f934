"""Listen to PostgreSQL's notifications, through broken connections."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection, Error, sql

log = logging.getLogger("tributary.db")
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0
CONNECT_SECONDS, CHECK_SECONDS = 10, 10


@dataclass(frozen=True, slots=True)
class Interruption:
    """The connection was down; what was sent from `since` until now may not have been heard."""

    since: datetime


async def listen(
    url: str, channel: str, clock: Callable[[], datetime]
) -> AsyncIterator[str | Interruption]:
    """Yield payloads for ever, and an interruption after each connection, the first included.

    A connection that the network has dropped in silence is noticed within twenty seconds.
    """
    pause = FIRST_PAUSE_SECONDS
    heard_until = clock()
    while True:
        try:
            async with await AsyncConnection.connect(
                url, autocommit=True, connect_timeout=CONNECT_SECONDS
            ) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                yield Interruption(heard_until)
                pause = FIRST_PAUSE_SECONDS
                while True:
                    heard_until = clock()
                    async for notification in connection.notifies(timeout=CHECK_SECONDS):
                        yield notification.payload
                    async with asyncio.timeout(CHECK_SECONDS):
                        await connection.execute("SELECT 1")
        except (Error, TimeoutError) as error:
            log.warning("listening to %s was interrupted: %s", channel, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
