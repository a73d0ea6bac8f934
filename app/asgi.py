"""The web application: routes and what lives as long as the process; the API's composition root."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from app.config import Settings
from app.db.database import Database, Patience
from app.db.listener import Interruption, listen
from app.db.outbox import CHANNEL
from app.db.revisions import own_revisions
from app.edge.buckets import Budgets
from app.edge.cors import ENDPOINT
from app.edge.health import Health
from app.edge.layers import layers
from app.edge.metrics import Metrics, MetricsPage
from app.edge.operations import no_span, watched_by
from app.edge.request_log import RequestLog
from app.identities.tokens import TokenKeys
from app.rbac.policy import PolicyCache
from app.schema.context import Services
from app.schema.events import EventHub, LiveEvent
from app.schema.quotes import FILES, Downloads
from app.schema.root import build_schema
from app.schema.view import GraphQLView

if TYPE_CHECKING:
    from app.edge.tracing import Tracing

log = logging.getLogger("tributary.api")


def create_application(settings: Settings | None = None) -> Starlette:
    """Build the application from the environment, or from given settings."""
    chosen = settings or Settings.from_environment()
    services = _services(chosen)
    limits = chosen.limits
    tracing = _tracing(chosen)
    span = tracing.operation if tracing else no_span
    view = GraphQLView(
        build_schema(watched_by(Budgets(limits), span)),
        services,
        show_ide=chosen.show_graphiql,
        connection_init_wait_timeout=timedelta(seconds=limits.socket_init_seconds),
        max_subscriptions_per_connection=limits.socket_operations,
        allowed_origins=chosen.origins,
    )
    health = Health(services.database, own_revisions(), chosen.drain_file)
    metrics = Metrics() if chosen.metrics_token else None
    log_of_requests = RequestLog()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None, None]:
        relaying = asyncio.create_task(_relay_events(chosen.database_url, services))
        yield
        health.is_draining = True
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        await services.database.close()
        log_of_requests.flush()
        if tracing:
            tracing.close()

    reports = [log_of_requests.report] if chosen.request_log else []
    return Starlette(
        routes=[
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route(FILES, Downloads(services).answer, methods=["GET"]),
            Route(ENDPOINT, view, methods=["GET", "POST"]),
            WebSocketRoute(ENDPOINT, view),
            *_metrics_routes(chosen, metrics, services),
        ],
        lifespan=lifespan,
        middleware=[
            *([Middleware(tracing.around)] if tracing else []),
            *layers(
                limits,
                services.keys.read,
                reports=[*reports, metrics.report] if metrics else reports,
                origins=chosen.origins,
                proxies=chosen.proxies,
                page=view.graphql_ide_html if chosen.show_graphiql else None,
                hsts=chosen.hsts,
            ),
        ],
    )


def _services(settings: Settings) -> Services:
    limits = settings.limits
    patience = Patience(limits.pool_waiters, limits.pool_wait_seconds, limits.statement_seconds)
    return Services(
        database=Database(settings.database_url, pool_size=settings.pool_size, patience=patience),
        keys=TokenKeys(
            settings.secret, settings.access_token_lifetime, settings.refresh_token_lifetime
        ),
        policies=PolicyCache(),
        events=EventHub(),
    )


def _metrics_routes(settings: Settings, metrics: Metrics | None, services: Services) -> list[Route]:
    if metrics is None or settings.metrics_token is None:
        return []
    page = MetricsPage(metrics, services.database, settings.metrics_token)
    return [Route("/metrics", page.answer)]


def _tracing(settings: Settings) -> "Tracing | None":
    if settings.traces_url is None:
        return None
    from app.edge.tracing import Tracing  # noqa: PLC0415  # an extra, loaded where it is wanted

    tracing = Tracing.to(settings.traces_url)
    tracing.watch_statements()
    return tracing


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
