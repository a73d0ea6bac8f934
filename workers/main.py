"""The worker process, as `dramatiq workers.main` loads it; the workers' composition root."""

from collections.abc import Sequence

import dramatiq
from dramatiq.middleware.asyncio import AsyncIO
from dramatiq_postgres import PostgresBroker

from app.config import Settings
from app.notifications.mail import transport_of
from workers.clock import Clock
from workers.events import FIRST_PAUSE_MS, LONGEST_PAUSE_MS, Listener, Listening
from workers.leading import Beside
from workers.notifications import notification_listeners
from workers.relay import Relay, Routes
from workers.webhooks import Sending, webhook_listeners

HEARTBEAT_SECONDS, HEARTBEAT_TTL_SECONDS, MAINTENANCE_SECONDS = 5, 20, 10


def build_broker(settings: Settings) -> PostgresBroker:
    """Make the queue with one actor for each listener, the relay that feeds it, and the clock."""
    broker = PostgresBroker(
        url=settings.database_url,
        results=False,
        heartbeat_interval=HEARTBEAT_SECONDS,
        heartbeat_ttl=HEARTBEAT_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    broker.add_middleware(AsyncIO())
    routes = _routes(broker, settings, _listeners(settings))
    broker.add_middleware(Beside(Relay(settings.database_url, routes)))
    broker.add_middleware(Beside(Clock(settings.database_url)))
    broker.add_middleware(Beside(Sending(settings)))
    return broker


def _listeners(settings: Settings) -> Sequence[Listener]:
    transport = transport_of(settings.smtp_url, settings.mail_folder)
    return (*notification_listeners(transport, settings.mail_from), *webhook_listeners())


def _routes(broker: PostgresBroker, settings: Settings, listeners: Sequence[Listener]) -> Routes:
    listening = Listening(settings.database_url, settings.pool_size)
    routes: dict[str, list[dramatiq.Actor[[str, str], None]]] = {}
    for listener in listeners:
        declare = dramatiq.actor(
            broker=broker,
            actor_name=listener.name,
            min_backoff=FIRST_PAUSE_MS,
            max_backoff=LONGEST_PAUSE_MS,
            retry_when=listener.is_worth_retrying,
        )
        actor = declare(listening.job_of(listener))
        for kind in listener.kinds:
            routes.setdefault(kind, []).append(actor)
    return routes


dramatiq.set_broker(build_broker(Settings.from_environment()))
