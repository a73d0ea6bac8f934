"""How carriers are spoken to: a few methods that every adapter has, and the one over HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson

from app.carriers.rules.messages import Outcome, Reply, reason_of, reply_of
from app.webhooks.client import Caller
from app.webhooks.models import AttemptOutcome
from app.webhooks.operations.concluding import Called
from app.webhooks.rules.signing import signed

_AGENT = {"user-agent": "Tributary-Carriers/1"}
_TRY_AGAIN = frozenset({408, 409, 423, 425, 429})
_REFUSALS = range(400, 500)
_KNOWS_NOTHING = frozenset({404, 410})
_PROBLEMS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.TIMED_OUT: "it did not answer in time",
    AttemptOutcome.NOT_CONNECTED: "it could not be reached",
    AttemptOutcome.BROKEN_ANSWER: "its answer broke off",
    AttemptOutcome.REFUSED_ADDRESS: "its address may not be called",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a carrier is told of goods; `key` makes of a repeated question the same one."""

    key: UUID
    service: str
    reference: str | None
    goods: Mapping[str, Any]


class Adapter(Protocol):
    """A way to speak to a carrier; each question may be repeated under its key."""

    async def book(self, asked: Asked) -> Reply:
        """Ask it to take goods."""
        ...

    async def cancel(self, asked: Asked) -> Reply:
        """Ask it to take them no more, also where it never said that it would."""
        ...


@dataclass(frozen=True, slots=True)
class HttpAdapter:
    """Posts signed JSON to an address of the carrier's, and never waits longer than its caller.

    A yes is 2xx with a `reference`; a no is 4xx with a `reason`; all else is asked again.
    """

    caller: Caller
    url: str
    keys: Sequence[bytes]
    at: datetime

    async def book(self, asked: Asked) -> Reply:
        """Ask it to take goods."""
        called = await self._post("BOOK", asked)
        reply = _refusal(called)
        return reply or reply_of(called.answer)

    async def cancel(self, asked: Asked) -> Reply:
        """Ask it to take them no more; a carrier that knows nothing of them says 404."""
        called = await self._post("CANCEL", asked)
        if called.status_code in _KNOWS_NOTHING:
            return Reply(Outcome.DONE)
        return _refusal(called) or Reply(Outcome.DONE)

    async def _post(self, what: str, asked: Asked) -> Called:
        key = f"{what.lower()}_{asked.key}"
        message = {
            "type": what,
            "key": str(asked.key),
            "service": asked.service,
            "reference": asked.reference,
            **asked.goods,
        }
        body = orjson.dumps(message)
        headers = {**_AGENT, "idempotency-key": key, **signed(self.keys, key, self.at, body)}
        return await self.caller.call(self.url, headers, body, [headers["webhook-signature"]])


def _refusal(called: Called) -> Reply | None:
    """Return what stands against a yes, or none."""
    if called.outcome is AttemptOutcome.DELIVERED:
        return None
    status = called.status_code or 0
    if status in _REFUSALS and status not in _TRY_AGAIN:
        return Reply(Outcome.REFUSED, problem=reason_of(called.answer))
    return Reply(
        Outcome.UNKNOWN, problem=_PROBLEMS.get(called.outcome, f"it answered with status {status}")
    )
