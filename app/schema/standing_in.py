"""An operation that nobody sent: run for what a membership has set up, with its present rights."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from starlette.requests import HTTPConnection

from app.db.database import Access
from app.db.work import Work, begin
from app.identities.principal import standing_in
from app.identities.tokens import AccessClaims
from app.kernel.errors import Unauthenticated
from app.schema.context import Context, Services

Result = TypeVar("Result")
_NO_REQUEST: dict[str, Any] = {"type": "http", "headers": [], "client": None}


class StandIn(Context):
    """Reads as a membership would that asked at this moment; it writes nothing."""

    def __init__(self, services: Services, tenant_id: UUID, membership_id: UUID) -> None:
        """Open nothing yet."""
        super().__init__(services, HTTPConnection(_NO_REQUEST))
        self._tenant_id, self._membership_id = tenant_id, membership_id

    @asynccontextmanager
    async def fresh_read(self) -> AsyncGenerator[Work, None]:
        """Open a snapshot of this moment; raises `Unauthenticated` when the membership ended."""
        services = self.services
        async with begin(
            services.database,
            self._tenant_id,
            standing_in(self._tenant_id, self._membership_id, services.policies),
            access=Access.READ,
            now=services.clock,
        ) as work:
            yield work

    async def _write(
        self, claims: AccessClaims | None, command: Callable[[Work], Awaitable[Result]]
    ) -> Result:
        del claims, command
        raise Unauthenticated("nobody has asked for this to be changed")
