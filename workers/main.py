"""The worker process, as `dramatiq workers.main` loads it; the workers' composition root."""

from collections.abc import Sequence

import dramatiq
from dramatiq import Broker
from dramatiq.middleware.asyncio import AsyncIO

from app.carriers.rules.signing import CarrierKeys
from app.config import Settings
from app.identities.one_time_tokens import OneTimeKeys
from app.notifications.mail import transport_of
from app.webhooks.client import Caller
from workers.announcements import announcement_listeners
from workers.arrivals import arrival_listeners
from workers.brokers import broker_of
from workers.carriers import carrier_listeners
from workers.checkout import checkout_listeners
from workers.clock import Clock
from workers.ending import Ending
from workers.events import DEFAULT_QUEUE, Listener, Listening
from workers.exchange import exchange_listeners
from workers.keeping import SCHEDULES, schedule_listeners
from workers.leading import Beside
from workers.letters import letter_listeners
from workers.notifications import notification_listeners
from workers.relay import Relay, Route
from workers.threads import OwnThreads
from workers.webhooks import CHOOSE, Sending, webhook_listeners

QUEUE_THREADS = 4


def build_broker(settings: Settings) -> Broker:
    """Make what carries jobs, with one actor for each listener, the relay, and the clock.

    The default queue has the threads that the command line says; each other has its own.
    """
    broker = broker_of(settings, [Ending(settings.worker_drain), AsyncIO()])
    routes: list[Route] = []
    by_queue: dict[str, list[Listener]] = {DEFAULT_QUEUE: []}
    for listener in _listeners(settings):
        by_queue.setdefault(listener.queue, []).append(listener)
    for queue, listeners in by_queue.items():
        if queue == DEFAULT_QUEUE:
            carrier, pool_size = broker, settings.pool_size
        else:
            carrier, pool_size = broker_of(settings, []), QUEUE_THREADS
            broker.add_middleware(OwnThreads(carrier, QUEUE_THREADS, settings.worker_drain))
        listening = Listening(settings.database_url, pool_size)
        routes += [_route(carrier, listening, listener) for listener in listeners]
    broker.add_middleware(Beside(Relay(settings.database_url, routes)))
    broker.add_middleware(Beside(Clock(settings.database_url, (*SCHEDULES, CHOOSE))))
    broker.add_middleware(Beside(Sending(settings)))
    return broker


def _listeners(settings: Settings) -> Sequence[Listener]:
    transport = transport_of(settings.smtp_url, settings.mail_folder)
    return (
        *notification_listeners(transport, settings.mail_from, CarrierKeys(settings.secret)),
        *letter_listeners(
            transport, settings.mail_from, settings.site_url, OneTimeKeys(settings.secret)
        ),
        *announcement_listeners(),
        *arrival_listeners(),
        *schedule_listeners(),
        *webhook_listeners(),
        *checkout_listeners(settings),
        *exchange_listeners(),
        *carrier_listeners(Caller(settings.webhooks_to_loopback), CarrierKeys(settings.secret)),
    )


def _route(carrier: Broker, listening: Listening, listener: Listener) -> Route:
    declare = dramatiq.actor(broker=carrier, actor_name=listener.name, queue_name=listener.queue)
    actor = declare(listening.job_of(listener))
    return Route(listener.name, listener.queue, listener.kinds, actor, listener.is_chosen)


dramatiq.set_broker(build_broker(Settings.from_environment()))
