"""Strawberry's own view and graphql-core's executor over our schema: what we compare with.

It serves the same resolvers with the same rights; nothing of our own view or executor is here.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from app.config import Settings
from app.db.database import Database
from app.identities.tokens import TokenKeys
from app.rbac.policy import PolicyCache
from app.schema.context import Context, Services
from app.schema.events import EventHub
from app.schema.root import build_schema


class StockView(GraphQL[Context, None]):
    """Strawberry's view as it comes, but for our context."""

    def __init__(self, services: Services) -> None:
        """Serve our schema without an IDE."""
        super().__init__(build_schema(), graphql_ide=None)
        self._services = services

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Make the operation's context."""
        del response
        return Context(self._services, request)


def create_application() -> Starlette:
    """Build the application from the environment, as the product's is."""
    settings = Settings.from_environment()
    services = Services(
        database=Database(settings.database_url, pool_size=settings.pool_size),
        keys=TokenKeys(
            settings.secret, settings.access_token_lifetime, settings.refresh_token_lifetime
        ),
        policies=PolicyCache(),
        events=EventHub(),
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None, None]:
        yield
        await services.database.close()

    async def health(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    paths = ("/health", "/healthz", "/readyz")
    return Starlette(
        routes=[
            *(Route(path, health) for path in paths),
            Route("/graphql", StockView(services), methods=["POST"]),
        ],
        lifespan=lifespan,
    )
