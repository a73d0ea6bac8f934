"""One row of many at a time: what is refused takes back its own writes and events, and no other."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.db.work import Work
from app.kernel.errors import DomainError


async def attempt(work: Work, command: Callable[[Work], Awaitable[object]]) -> DomainError | None:
    """Run a command in a savepoint; returns why it was refused, when nothing of it is left.

    `TryAgain` and whatever is no answer to a person go on up.
    """
    tried = replace(work, events=[], notes={}, last=[])
    try:
        async with work.session.begin_nested():
            await work.session.connection()  # Now, whatever goes past the session afterwards.
            await command(tried)
            await work.session.flush()
    except DomainError as refused:
        return refused
    work.events.extend(tried.events)
    for table, rows in tried.notes.items():
        work.notes.setdefault(table, []).extend(rows)
    for each in tried.last or ():
        await work.at_last(each)
    return None
