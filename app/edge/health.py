"""Two probes: whether the process lives, and whether requests should be sent to it."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.db.database import Access, Database
from app.db.schema_revision import Revisions
from app.edge.drain import Drain
from app.kernel.errors import Overload

log = logging.getLogger("tributary.api")
_REVISIONS = text("SELECT version_num FROM alembic_version")
_UNAVAILABLE = 503


class Health:
    """Answers `/healthz` and `/readyz`."""

    def __init__(self, database: Database, revisions: Revisions, drain: Drain) -> None:
        """Expect a schema of these revisions; while the process drains it is not ready."""
        self._database, self._revisions, self._drain = database, revisions, drain

    async def alive(self, _request: Request) -> Response:
        """Say that the process runs its event loop; touches no database."""
        return PlainTextResponse("ok")

    async def ready(self, _request: Request) -> Response:
        """Say whether requests would be answered, and if not, why not, in one word."""
        problem = await self._problem()
        if problem is None:
            return PlainTextResponse("ok")
        return JSONResponse({"ready": False, "because": problem}, _UNAVAILABLE)

    async def _problem(self) -> str | None:
        if self._drain.is_on:
            return "draining"
        try:
            async with self._database.transaction(None, Access.READ) as session:
                found = set((await session.execute(_REVISIONS)).scalars())
        except (Overload, DBAPIError) as failed:
            log.warning("not ready: %s", failed)
            return "database"
        return None if self._revisions.suit(found) else "schema"
