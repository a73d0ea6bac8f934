"""The door at which payment providers report: small bodies, signed, each with an answer."""

from datetime import UTC
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.checkout import commands, queries
from app.checkout.rules.reports import Unreadable, read_report
from app.checkout.rules.signing import is_signed, is_timely
from app.db.work import acting_as, perform
from app.kernel.actor import system_actor
from app.kernel.errors import DomainError
from app.schema.context import Services

MOST_BYTES = 16 * 1024
_PLACE = 64


class CallbackDoor:
    """Hears reports; who is not known and who did not sign get the same answer."""

    def __init__(self, services: Services) -> None:
        """Answer with the services of the process."""
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one report with what came of it."""
        try:
            body = await _body(request)
            tenant_id, account_id = _place(request.path_params["account"])
        except (ValueError, ClientDisconnect):
            return _said("UNREADABLE", 400)
        terms, now = self._services.webhooks, self._services.clock().astimezone(UTC)
        if terms is None:
            return _said("UNREADABLE", 400)
        actor = acting_as(system_actor(tenant_id, "checkout"))
        database = self._services.database
        try:
            account = await perform(
                database, tenant_id, actor, lambda work: queries.account_by_id(work, account_id)
            )
        except DomainError:
            account = None
        if account is None:
            return _said("FORGED", 401)
        key = terms.keys.key(tenant_id, account.id, account.secret_id)
        if not is_signed(key, request.headers, body):
            return _said("FORGED", 401)
        if not is_timely(request.headers, now):
            return _said("STALE", 400)
        try:
            report = read_report(body)
            outcome = await perform(
                database,
                tenant_id,
                actor,
                lambda work: commands.hear_report(work, report, account_id),
                self._services.clock,
            )
        except Unreadable:
            return _said("UNREADABLE", 400)
        except DomainError:
            return _said("UNKNOWN", 404)
        return _said(outcome, 200)


def _said(outcome: str, status: int) -> Response:
    return JSONResponse({"outcome": outcome}, status, {"cache-control": "no-store"})


def _place(path: str) -> tuple[UUID, UUID]:
    if len(path) != _PLACE:
        raise ValueError("not a place")
    return UUID(path[:32]), UUID(path[32:])


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    return body
