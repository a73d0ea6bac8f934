"""The layers around the application."""

from collections.abc import Sequence
from typing import cast

from granian.utils.proxies import (
    wrap_asgi_with_proxy_headers,  # pyright: ignore[reportUnknownVariableType]  # untyped
)
from starlette.types import ASGIApp

from app.edge.clock import WallClock
from app.edge.cors import Cors
from app.edge.drain import Drain
from app.edge.headers import SecurityHeaders
from app.edge.limits import Limits
from app.edge.overload import Overloads
from app.edge.sockets import Sockets
from app.edge.trail import Report, Trail


def layered(  # noqa: PLR0913  # what the layers are made of
    app: ASGIApp,
    limits: Limits,
    drain: Drain,
    *,
    reports: Sequence[Report] = (),
    origins: Sequence[str] = (),
    proxies: Sequence[str] = (),
    page: str | None = None,
    hsts: bool = False,
) -> ASGIApp:
    """Put the layers around an application; `page` is the IDE's HTML, `proxies` name the client."""
    app = Sockets(app, limits, drain)
    app = WallClock(app, limits)
    app = Overloads(app)
    app = Cors(app, origins)
    app = SecurityHeaders(app, page, hsts=hsts)
    app = Trail(app, reports)
    if proxies:
        app = cast("ASGIApp", wrap_asgi_with_proxy_headers(app, list(proxies)))
    return app
