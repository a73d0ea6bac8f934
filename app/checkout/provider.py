"""What a payment provider can be asked, and the adapter for those who speak signed JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

import orjson

from app.checkout.rules.merchants import Asked, Merchant
from app.checkout.rules.reports import Report, Unreadable, read_report
from app.webhooks.client import Caller
from app.webhooks.models import AttemptOutcome
from app.webhooks.rules.signing import signed

LONGEST_URL = 2_000


class ProviderSilent(Exception):
    """The provider was not reached, or answered nothing that can be read."""


class Provider(Protocol):
    """Takes payments of buyers for sellers, somewhere else; each call raises `ProviderSilent`."""

    async def begin(self, merchant: Merchant, asked: Asked, now: datetime) -> str:
        """Begin a payment, once for each reference; returns where the buyer pays."""
        ...

    async def find(self, merchant: Merchant, asked: Asked, now: datetime) -> Report:
        """Ask what became of a payment."""
        ...


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """Speaks to a provider by signed JSON, at addresses that are checked as those of webhooks."""

    caller: Caller

    async def begin(self, merchant: Merchant, asked: Asked, now: datetime) -> str:
        """Begin a payment at `/payments`."""
        answer = await self._told(merchant, "payments", asked, now)
        redirect = answer.get("redirect")
        if not isinstance(redirect, str) or not redirect.startswith(("https://", "http://")):
            raise ProviderSilent("it named no address to pay at")
        return redirect[:LONGEST_URL]

    async def find(self, merchant: Merchant, asked: Asked, now: datetime) -> Report:
        """Ask at `/payments/find`."""
        answer = await self._told(merchant, "payments/find", asked, now)
        try:
            return read_report(orjson.dumps(answer))
        except Unreadable as wrong:
            raise ProviderSilent("its answer cannot be read") from wrong

    async def _told(
        self, merchant: Merchant, path: str, asked: Asked, now: datetime
    ) -> Mapping[str, Any]:
        body = orjson.dumps(
            {
                "merchant": merchant.name,
                "reference": str(asked.reference),
                "amount": format(asked.amount, "f"),
                "currency": asked.currency,
            }
        )
        url = f"{merchant.address.rstrip('/')}/{path}"
        headers = signed([merchant.key], str(asked.reference), now, body)
        called = await self.caller.call(url, headers, body, ())
        if called.outcome is not AttemptOutcome.DELIVERED:
            raise ProviderSilent(f"it was not reached: {called.outcome}")
        try:
            answer = orjson.loads(called.answer)
        except orjson.JSONDecodeError as wrong:
            raise ProviderSilent("its answer cannot be read") from wrong
        if not isinstance(answer, dict):
            raise ProviderSilent("its answer cannot be read")
        return cast("Mapping[str, Any]", answer)
