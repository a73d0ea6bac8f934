"""The web application: routes and what lives as long as the process; the API's composition root."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from app.carriers.rules.signing import CarrierKeys
from app.carriers.terms import CarrierTerms
from app.checkout.operations.merchants import CALLBACKS
from app.checkout.terms import CheckoutTerms
from app.config import Settings
from app.db.database import Database, Patience
from app.db.listener import Interruption, listen
from app.db.outbox import CHANNEL
from app.db.schema_revision import own_revisions
from app.edge.bodies import BodyLimits
from app.edge.buckets import Budgets
from app.edge.callbacks import CallbackDoor
from app.edge.carrier_reports import ROUTE as REPORTS
from app.edge.carrier_reports import CarrierReports
from app.edge.collector import settled_collector
from app.edge.compiling import Compiling
from app.edge.cors import ENDPOINT
from app.edge.drain import Drain
from app.edge.files import FileDoor
from app.edge.following import Following
from app.edge.health import Health
from app.edge.layers import layered
from app.edge.metrics import Metrics, MetricsPage
from app.edge.operations import Admissions, Span, no_span
from app.edge.protocol import LiveView
from app.edge.request_log import RequestLog
from app.edge.streams import Streams
from app.edge.trail import Report
from app.edge.trusted import stored_documents
from app.edge.view import Direct, GraphQLEndpoint
from app.identities.oidc import Providers
from app.identities.rules import Allowance
from app.identities.sealing import Sealer
from app.identities.throttling import Throttle
from app.identities.tokens import TokenKeys
from app.outbound.fetching import Fetcher
from app.rbac.policy import PolicyCache
from app.schema.context import Services
from app.schema.downloads import FILES
from app.schema.events import EventHub, LiveEvent
from app.webhooks.rules.signing import SecretKeys
from app.webhooks.terms import WebhookTerms

if TYPE_CHECKING:
    from app.edge.tracing import Tracing

log = logging.getLogger("tributary.api")


def create_application(settings: Settings | None = None) -> ASGIApp:
    """Build the application from the environment, or from given settings."""
    chosen = settings or Settings.from_environment()
    compiling = Compiling.within(chosen.limits)
    services = _services(chosen, compiling)
    tracing = _tracing(chosen)
    drain = Drain(chosen.drain_file)
    health = Health(services.database, own_revisions(), drain)
    metrics = Metrics() if chosen.metrics_token else None
    log_of_requests = RequestLog()
    reports = [log_of_requests.report] if chosen.request_log else []
    reports += [metrics.report] if metrics else []
    span = tracing.operation if tracing else no_span
    endpoint, ide = _endpoint(chosen, services, compiling, (span, drain, reports))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None, None]:
        relaying = asyncio.create_task(_relay_events(chosen.database_url, services))
        async with drain.watched(chosen.limits.drain_seconds):
            with settled_collector():
                yield
        drain.begin()
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        await services.database.close()
        log_of_requests.flush()
        if tracing:
            tracing.close()

    pages = Starlette(
        routes=[
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route(CALLBACKS, CallbackDoor(services).answer, methods=["POST"]),
            Route(REPORTS, CarrierReports(services).answer, methods=["POST"]),
            Route(FILES, FileDoor(services).answer, methods=["GET", "PUT"]),
            *_metrics_routes(chosen, metrics, services),
        ],
        lifespan=lifespan,
    )
    application = layered(
        Direct(pages, {ENDPOINT: endpoint}),
        chosen.limits,
        drain,
        reports=reports,
        origins=chosen.origins,
        proxies=chosen.proxies,
        page=ide,
        hsts=chosen.hsts,
    )
    return tracing.around(application) if tracing else application


def _endpoint(
    settings: Settings,
    services: Services,
    compiling: Compiling,
    watching: tuple[Span, Drain, list[Report]],
) -> tuple[GraphQLEndpoint, str | None]:
    """Make the endpoint, and the page of the IDE where it is shown."""
    limits, schema = settings.limits, compiling.schema
    span, drain, reports = watching
    admissions = Admissions(Budgets(limits), span)
    documents = stored_documents(
        compiling.prepare,
        settings.trusted_documents,
        trusted_only=settings.trusted_only,
        most_documents=limits.documents,
        most_bytes=limits.document_store_bytes,
    )
    following = Following(schema, admissions, limits, drain)
    schema.runner = Streams(documents, admissions, limits, following, reports)
    view = LiveView(
        schema,
        services,
        documents,
        levels=limits.json_depth,
        show_ide=settings.show_graphiql,
        connection_init_wait_timeout=timedelta(seconds=limits.socket_init_seconds),
        max_subscriptions_per_connection=limits.socket_operations,
        allowed_origins=settings.origins,
    )
    endpoint = GraphQLEndpoint(
        services,
        documents,
        view,
        show_ide=settings.show_graphiql,
        limits=BodyLimits(limits.anonymous_body_bytes, limits.body_bytes, limits.json_depth),
        admit=admissions,
        toll=admissions.new_document,
        stalled_reader_seconds=limits.stalled_reader_seconds,
    )
    return endpoint, view.graphql_ide_html if settings.show_graphiql else None


def _services(settings: Settings, compiling: Compiling) -> Services:
    limits = settings.limits
    patience = Patience(
        limits.pool_waiters,
        limits.pool_wait_seconds,
        limits.statement_seconds,
        limits.operation_seconds,
    )
    return Services(
        database=Database(settings.database_url, pool_size=settings.pool_size, patience=patience),
        keys=TokenKeys(
            settings.secret,
            settings.access_token_lifetime,
            settings.refresh_token_lifetime,
            settings.clock_offset,
        ),
        policies=PolicyCache(),
        events=EventHub(limits.subscription_backlog),
        clock=lambda: datetime.now(UTC) + settings.clock_offset,
        webhooks=WebhookTerms(
            SecretKeys(settings.secret),
            compiling.selections().check,
            settings.webhooks_to_loopback,
        ),
        checkout=CheckoutTerms(
            SecretKeys(settings.secret),
            Sealer(settings.secret),
            settings.site_url,
            settings.webhooks_to_loopback,
        ),
        throttle=_throttle(settings),
        carriers=CarrierTerms(CarrierKeys(settings.secret), settings.webhooks_to_loopback),
        providers=Providers(Fetcher(settings.webhooks_to_loopback)),
        site_url=settings.site_url,
    )


def _throttle(settings: Settings) -> Throttle:
    limits = settings.limits
    first, longest, forget = (
        timedelta(seconds=seconds)
        for seconds in (
            limits.sign_in_first_seconds,
            limits.sign_in_longest_seconds,
            limits.sign_in_forget_seconds,
        )
    )
    place, account, address, letters = (
        Allowance(free, first, longest, forget)
        for free in (
            limits.sign_in_place_failures,
            limits.sign_in_account_failures,
            limits.sign_in_address_failures,
            limits.letters,
        )
    )
    return Throttle(settings.secret, place, account, address, letters)


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
