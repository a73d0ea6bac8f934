"""The worker as the laboratory runs it: every job is delivered twice, and its clock is wrong.

The relay has no clock to be wrong: it asks the database for the time.
"""

from typing import Any

import dramatiq

_once = dramatiq.Actor[Any, Any].send


def _twice(actor: "dramatiq.Actor[Any, Any]", *arguments: Any, **named: Any) -> Any:
    """Send a message, and a second one that says the same under a number of its own."""
    _once(actor, *arguments, **named)
    return _once(actor, *arguments, **named)


dramatiq.Actor.send = _twice  # pyright: ignore[reportAttributeAccessIssue]  # what this is for

from app.db import work  # noqa: E402  # its actors are to be those, here as below
from chaos.clocks import own_offset, skew  # noqa: E402
from workers import clock, webhooks  # noqa: E402
from workers import main as product  # noqa: E402

skew((work, clock, webhooks), own_offset())
broker = dramatiq.get_broker()
__all__ = ["broker", "product"]
