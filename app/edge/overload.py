"""Typed answers for what goes wrong around the view: overload by its status, the rest masked."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.answers import INTERNAL, headers_of, send_error, send_overload, status_of
from app.kernel.errors import Overload
from app.kernel.footprint import FOOTPRINT, note_incident

log = logging.getLogger("tributary.api")
_OK = 200


class Overloads:
    """Answers `Overload` with 429, 503 or 504, whether it is raised or in the answer's errors."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                footprint = FOOTPRINT.get()
                if footprint is not None and footprint.overload is not None:
                    _show(message, footprint.overload)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Overload as overload:
            if has_begun:
                raise
            await send_overload(send, overload)
        except Exception as error:
            incident = note_incident(log, error)
            if has_begun:
                raise
            sentence = f"Something went wrong on our side; quote incident {incident}."
            await send_error(send, 500, sentence, INTERNAL)


def _show(message: Message, overload: Overload) -> None:
    message["status"] = status_of(overload)
    message["headers"] = [*message.get("headers", ()), *headers_of(overload)]
