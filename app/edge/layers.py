"""The layers around the application, outermost first."""

from collections.abc import Sequence
from typing import cast

from granian.utils.proxies import (
    wrap_asgi_with_proxy_headers,  # pyright: ignore[reportUnknownVariableType]  # untyped
)
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from app.edge.clock import WallClock
from app.edge.cors import Cors
from app.edge.drain import Drain
from app.edge.headers import SecurityHeaders
from app.edge.limits import Limits
from app.edge.overload import Overloads
from app.edge.sockets import Sockets
from app.edge.trail import Report, Trail


def layers(  # noqa: PLR0913  # what the layers are made of
    limits: Limits,
    drain: Drain,
    *,
    reports: Sequence[Report] = (),
    origins: Sequence[str] = (),
    proxies: Sequence[str] = (),
    page: str | None = None,
    hsts: bool = False,
) -> list[Middleware]:
    """Return the layers for Starlette; `page` is the IDE's HTML, `proxies` may name the client."""
    trusted = [Middleware(_behind, list(proxies))] if proxies else []
    return [
        *trusted,
        Middleware(Trail, reports),
        Middleware(SecurityHeaders, page, hsts=hsts),
        Middleware(Cors, origins),
        Middleware(Overloads),
        Middleware(WallClock, limits),
        Middleware(Sockets, limits, drain),
    ]


def _behind(app: ASGIApp, proxies: list[str]) -> ASGIApp:
    return cast("ASGIApp", wrap_asgi_with_proxy_headers(app, proxies))
