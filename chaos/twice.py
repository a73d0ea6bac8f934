"""The worker as the laboratory runs it: every job is put into the queue twice."""

from dataclasses import replace

import dramatiq
from dramatiq.message import generate_unique_id

from workers import main as product

_TWIN = "chaos_twin"


class Twice(dramatiq.Middleware):
    """Sends a twin after every message, under a number of its own."""

    def after_enqueue(
        self, broker: dramatiq.Broker, message: "dramatiq.Message[object]", delay: int | None
    ) -> None:
        """Send the twin, which has none itself; retries and delays are the message's own affair."""
        known = {**message.options, _TWIN: True}
        if delay is None and not message.options.get(_TWIN) and not message.options.get("retries"):
            twin = replace(message, message_id=generate_unique_id(), options=known)
            broker.enqueue(twin)  # pyright: ignore[reportUnknownMemberType]


broker = dramatiq.get_broker()
broker.add_middleware(Twice())
__all__ = ["broker", "product"]
