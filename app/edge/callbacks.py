"""The door at which payment providers report: small bodies, signed, each with an answer."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.checkout.rules.hearing import heard, kind_of
from app.checkout.rules.merchants import CheckoutKind
from app.checkout.rules.reports import Forged, Stale, Unreadable
from app.kernel.errors import NotFound
from app.schema.context import Services
from app.schema.reports import merchant_reported, take_report

MOST_BYTES = 16 * 1024
_PLACE = 64
_OK = 200


class CallbackDoor:
    """Hears reports; who is not known and who did not sign get the same answer."""

    def __init__(self, services: Services) -> None:
        """Answer with the services of the process."""
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one report with what came of it, in the words of whom it presents itself as."""
        kind = kind_of(request.headers)
        try:
            body = await _body(request)
            place = _place(request.path_params["account"])
        except (ValueError, ClientDisconnect):
            return _said(kind, "UNREADABLE", 400)
        return _said(kind, *await self._heard(place, request.headers, body))

    async def _heard(
        self, place: tuple[UUID, UUID], headers: Mapping[str, str], body: bytes
    ) -> tuple[str, int]:
        merchant = await merchant_reported(self._services, *place)
        try:
            report = heard(merchant, headers, body, self._services.clock())
            return await take_report(self._services, *place, report), _OK
        except Forged:
            return "FORGED", 401
        except Stale:
            return "STALE", 400
        except Unreadable:
            return "UNREADABLE", 400
        except NotFound:
            return "UNKNOWN", 404


def _said(kind: CheckoutKind, outcome: str, status: int) -> Response:
    headers = {"cache-control": "no-store"}
    if kind is CheckoutKind.ALIPAY:
        return PlainTextResponse("success" if status == _OK else "fail", status, headers)
    if kind is CheckoutKind.WECHAT_PAY:
        code = "SUCCESS" if status == _OK else "FAIL"
        return JSONResponse({"code": code, "message": outcome}, status, headers)
    return JSONResponse({"outcome": outcome}, status, headers)


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
