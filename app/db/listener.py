"""Listen to PostgreSQL's notifications, through broken connections."""

import asyncio
import logging
from collections.abc import AsyncIterator

from psycopg import AsyncConnection, OperationalError, sql

log = logging.getLogger("tributary.db")
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0


async def listen(url: str, channel: str) -> AsyncIterator[str]:
    """Yield payloads for ever; what is sent while the connection is down is not heard."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            async with await AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                pause = FIRST_PAUSE_SECONDS
                async for notification in connection.notifies():
                    yield notification.payload
        except OperationalError as error:
            log.warning("listening to %s was interrupted: %s", channel, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
