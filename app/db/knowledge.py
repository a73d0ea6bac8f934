"""Knowledge: when changes of prices and schemes became known, in the order in which they did.

A work's instant is that of its start, and who began first may be seen last. So a change draws the
instant from which it is known when it writes, holds all others of its network off until it has
committed, and gets one later than any before: in whatever state somebody reads, the changes that
are seen are known by the last of their instants, and those still under way are not (decision 29).
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import DateTime, Executable, Text, Uuid, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.db.reading import TENANT, sent
from app.db.revisions import ChangedMeanwhile, NetworkRevision, Revised
from app.db.tables import table_of
from app.db.work import TryAgain, Work
from app.kernel.ids import new_id

_STEP = timedelta(microseconds=1)
_revision = table_of(NetworkRevision)
_known_at, _INSTANT = _revision.c.known_at, bindparam("instant", type_=DateTime(timezone=True))
_LATER = func.greatest(_INSTANT, _known_at + _STEP)
# One row for prices and schemes together: an order reads both.
_KEY = {"tenant_id": TENANT, "kind": bindparam("kind", Revised.PRICES.value, Text())}
_NEW = insert(_revision).values(**_KEY, revision=bindparam("word", type_=Uuid()), known_at=_INSTANT)
_PLACE = ["tenant_id", "kind"]
_DRAW = _NEW.on_conflict_do_update(index_elements=_PLACE, set_={"known_at": _LATER}).returning(
    _known_at
)
_CONFIRM = _NEW.on_conflict_do_update(
    index_elements=_PLACE,
    set_={"known_at": _INSTANT},
    where=or_(_known_at.is_(None), _known_at < _INSTANT),
).returning(_known_at)
_PEEK = select(func.coalesce(func.max(_LATER), _INSTANT)).where(
    *(_revision.c[name] == value for name, value in _KEY.items())
)


async def known_from(work: Work, earliest: datetime | None = None) -> datetime:
    """Draw the instant from which what the work now writes is known: this one, if none is later.

    Other changes of prices and schemes in the network wait for this work to end: draw late.
    """
    return (await _told(work, _DRAW, earliest or work.now))[0]


async def known_from_at_last(work: Work, earliest: datetime) -> datetime:
    """Do the same for a long change, which holds nobody off until the very last of its work.

    `TryAgain` then where another change was faster; the next attempt holds all others off.
    """
    if work.attempt > 1:
        return await known_from(work, earliest)
    (instant,) = await _told(work, _PEEK, earliest, is_new=False)
    await work.at_last(partial(_confirm, work, instant))
    return instant


async def _confirm(work: Work, instant: datetime) -> None:
    if not await _told(work, _CONFIRM, instant):
        raise TryAgain(ChangedMeanwhile())


async def _told(
    work: Work, statement: Executable, instant: datetime, *, is_new: bool = True
) -> list[datetime]:
    word = {"word": new_id()} if is_new else {}
    return [row[0] for row in await sent(work, statement, instant=instant, **word)]
