"""The web application: routes and what lives as long as the process; the API's composition root."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from app.config import Settings
from app.db.database import Access, Database
from app.db.listener import Interruption, listen
from app.db.outbox import CHANNEL
from app.edge.costing import with_costs
from app.identities.tokens import TokenKeys
from app.rbac.policy import PolicyCache
from app.schema.context import Services
from app.schema.events import EventHub, LiveEvent
from app.schema.quotes import FILES, Downloads
from app.schema.root import build_schema
from app.schema.view import GraphQLView

log = logging.getLogger("tributary.api")
MAX_BODY_BYTES = 4 * 1024 * 1024
"""Room for 10,000 prices in one call, typed or as a file."""


def create_application(settings: Settings | None = None) -> Starlette:
    """Build the application from the environment, or from given settings."""
    chosen = settings or Settings.from_environment()
    services = _services(chosen)
    view = GraphQLView(with_costs(build_schema()), services, show_ide=chosen.show_graphiql)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None, None]:
        relaying = asyncio.create_task(_relay_events(chosen.database_url, services))
        yield
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        await services.database.close()

    async def health(_request: Request) -> PlainTextResponse:
        async with services.database.transaction(None, Access.READ) as session:
            await session.execute(text("SELECT 1"))
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/health", health),
            Route(FILES, Downloads(services).answer, methods=["GET"]),
            Route("/graphql", view, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", view),
        ],
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
    )


def _services(settings: Settings) -> Services:
    return Services(
        database=Database(settings.database_url, pool_size=settings.pool_size),
        keys=TokenKeys(
            settings.secret, settings.access_token_lifetime, settings.refresh_token_lifetime
        ),
        policies=PolicyCache(),
        events=EventHub(),
    )


async def _relay_events(url: str, services: Services) -> None:
    async for heard in listen(url, CHANNEL, services.clock):
        if isinstance(heard, Interruption):
            services.events.interrupted(heard)
            continue
        try:
            event = LiveEvent.parse(heard)
        except ValueError:  # Whoever may connect may ring the bell, with any text.
            log.warning("not an event: %.100r", heard)
        else:
            services.events.publish(event)
