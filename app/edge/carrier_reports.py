"""Where carriers report where goods are: signed messages, each with an outcome of its own.

A message that is not signed with a valid secret, or not lately, gets the same answer whatever it
names: nobody learns which networks, carriers or shipments there are. One that is signed is taken,
also where it was taken before or names nothing; what became of it shows to the seller.
"""

import secrets
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.carriers.operations import their_keys
from app.carriers.rules.messages import LONGEST_WORD, Unreadable, report_of
from app.db.work import Work, acting_as, perform
from app.fulfilment.operations.reports import take_report
from app.kernel.actor import system_actor
from app.schema.context import Services
from app.tenants.models import TenantStatus
from app.tenants.operations import tenant_of
from app.webhooks.rules.signing import is_signed, is_timely

ROUTE = "/carriers/{tenant:uuid}/{carrier:uuid}/reports"
MOST_BYTES = 16 * 1024
_NAME = "carrier"
_NOBODY = secrets.token_bytes(32)


class NotSigned(Exception):
    """Nothing says that the message is the carrier's."""


class CarrierReports:
    """Takes what carriers report."""

    def __init__(self, services: Services) -> None:
        """Answer with the services of the process."""
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one report: 202 for what was signed, 401 for all else that may be a report."""
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return _answer(413, "a report has at most 16 KiB")
        try:
            await self._take(request, body)
        except NotSigned:
            return _answer(401, "the report is not signed with a valid secret, or not lately")
        except Unreadable as problem:
            return _answer(400, str(problem))
        return _answer(202)

    async def _take(self, request: Request, body: bytes) -> None:
        tenant_id: UUID = request.path_params["tenant"]
        carrier_id: UUID = request.path_params["carrier"]
        services, headers = self._services, dict(request.headers)
        if services.carriers is None:
            raise NotSigned
        terms = services.carriers

        async def take(work: Work) -> None:
            keys = await their_keys(work, carrier_id, terms.keys) or [_NOBODY]
            if not (is_signed(keys, headers, body) and is_timely(headers, work.now)):
                raise NotSigned
            if (await tenant_of(work)).status != TenantStatus.ACTIVE:
                raise NotSigned
            message_id = headers["webhook-id"]
            if len(message_id) > LONGEST_WORD:
                raise Unreadable(f"webhook-id must have at most {LONGEST_WORD} characters")
            await take_report(work, carrier_id, message_id, report_of(body, work.now))

        actor = acting_as(system_actor(tenant_id, _NAME))
        await perform(services.database, tenant_id, actor, take, services.clock)


async def _body(request: Request) -> bytes | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    return body


def _answer(status: int, problem: str = "") -> Response:
    told = {"accepted": not problem} | ({"problem": problem} if problem else {})
    return JSONResponse(told, status)
