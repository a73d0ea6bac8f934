"""The worker as the laboratory runs it: every job is handed to its broker twice."""

from typing import Any

import dramatiq

_once = dramatiq.Actor[Any, Any].send


def _twice(actor: "dramatiq.Actor[Any, Any]", *arguments: Any, **named: Any) -> Any:
    """Send a message, and a second one that says the same under a number of its own."""
    _once(actor, *arguments, **named)
    return _once(actor, *arguments, **named)


dramatiq.Actor.send = _twice  # pyright: ignore[reportAttributeAccessIssue]  # what this is for

from workers import main as product  # noqa: E402  # its actors are to be those

broker = dramatiq.get_broker()
__all__ = ["broker", "product"]
