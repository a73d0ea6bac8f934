"""The door at which payment providers report: small bodies, signed, each with an answer."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.checkout.rules.reports import Unreadable, read_report
from app.kernel.errors import NotFound
from app.schema.context import Services
from app.schema.reports import key_of_account, take_report
from app.webhooks.rules.signing import is_signed, is_timely

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
            place = _place(request.path_params["account"])
        except (ValueError, ClientDisconnect):
            return _said("UNREADABLE", 400)
        return await self._heard(place, request.headers, body)

    async def _heard(
        self, place: tuple[UUID, UUID], headers: Mapping[str, str], body: bytes
    ) -> Response:
        key = await key_of_account(self._services, *place)
        if key is None or not is_signed([key], headers, body):
            return _said("FORGED", 401)
        if not is_timely(headers, self._services.clock()):
            return _said("STALE", 400)
        try:
            outcome = await take_report(self._services, *place, read_report(body))
        except Unreadable:
            return _said("UNREADABLE", 400)
        except NotFound:
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
