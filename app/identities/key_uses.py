"""When API keys were used, exact to the hour: one small write a key and hour, after its request."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update

from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.identities.models import ApiKey
from app.identities.tokens import AccessClaims
from app.kernel.actor import system_actor
from app.kernel.errors import Overload

log = logging.getLogger("tributary.keys")

EVERY = timedelta(hours=1)
MOST = 4_096


class KeyUses:
    """Remembers what this process has noted, a bounded number of keys."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self._noted: dict[UUID, datetime] = {}

    async def note(
        self, database: Database, claims: AccessClaims, clock: Callable[[], datetime]
    ) -> None:
        """Note that a key was used, unless that was noted within the hour.

        Where the database has no room for it now, the next use is noted.
        """
        key_id, now = claims.identity_id, clock()
        before = self._noted.get(key_id)
        if before is not None and now - before < EVERY:
            return
        if len(self._noted) >= MOST:
            del self._noted[next(iter(self._noted))]
        self._noted[key_id] = now
        actor = acting_as(system_actor(claims.tenant_id, "key uses"))
        try:
            await perform(
                database, claims.tenant_id, actor, lambda work: _write(work, key_id), clock
            )
        except Overload as busy:
            del self._noted[key_id]
            log.warning("a use of key %s is not noted: %s", key_id, busy)


async def _write(work: Work, key_id: UUID) -> None:
    is_old = or_(ApiKey.used_at.is_(None), ApiKey.used_at <= work.now - EVERY)
    await work.session.execute(
        update(ApiKey).where(ApiKey.id == key_id, is_old).values(used_at=work.now)
    )
