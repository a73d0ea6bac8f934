"""Call a receiver: at the address that was checked, within a time, and for a little answer only.

What receivers say is never trusted: no redirect is followed, no cookie kept, nothing unpacked, and
no more read than a look needs.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import httpcore2

from app.outbound.addresses import AddressRefused, target_of
from app.outbound.connecting import Checked
from app.webhooks.models import AttemptOutcome
from app.webhooks.operations.concluding import Called
from app.webhooks.rules.signing import PREFIX

MOST_ANSWER_BYTES = 16 * 1024
MOST_SHOWN = 1_000
_LONGEST_RETRY_AFTER = 64
_GOOD = range(200, 300)
_HEADERS = {
    "content-type": "application/json",
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": "Tributary-Webhooks/1",
}
_HIDDEN = "[…]"


@dataclass(frozen=True, slots=True)
class Caller:
    """How receivers are called: `seconds` from looking up the name to the end of the answer.

    `allows_loopback` is for development: this machine itself may be called, without TLS too.
    """

    allows_loopback: bool = False
    connect_seconds: float = 5.0
    seconds: float = 15.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    async def call(
        self, url: str, headers: Mapping[str, str], body: bytes, hidden: Sequence[str]
    ) -> Called:
        """Post a body and return what came of it, whatever that is; `hidden` shows in no answer."""
        began = monotonic()
        heard = _Heard()
        try:
            async with asyncio.timeout(self.seconds):
                await self._exchange(url, headers, body, heard)
            outcome = _outcome(heard)
        except AddressRefused:
            outcome = AttemptOutcome.REFUSED_ADDRESS
        except (TimeoutError, httpcore2.TimeoutException):
            outcome = AttemptOutcome.TIMED_OUT
        except (httpcore2.ConnectError, OSError):
            outcome = AttemptOutcome.NOT_CONNECTED
        except (httpcore2.NetworkError, httpcore2.ProtocolError):
            outcome = AttemptOutcome.BROKEN_ANSWER
        milliseconds = int((monotonic() - began) * 1_000)
        answer = _shown(heard.body, hidden)
        return Called(outcome, heard.status, milliseconds, answer, heard.retry_after)

    async def _exchange(
        self, url: str, headers: Mapping[str, str], body: bytes, heard: "_Heard"
    ) -> None:
        target = target_of(url, allows_loopback=self.allows_loopback)
        given = {"host": target.authority, **_HEADERS, **headers, "content-length": str(len(body))}
        address = httpcore2.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.target.encode(),
        )
        async with httpcore2.AsyncHTTPConnection(
            address.origin,
            ssl_context=self.tls,
            network_backend=Checked(target, allows_loopback=self.allows_loopback),
        ) as connection:
            timeouts = dict.fromkeys(("read", "write"), self.seconds)
            async with connection.stream(
                "POST",
                address,
                headers=list(given.items()),
                content=body,
                extensions={"timeout": {"connect": self.connect_seconds, **timeouts}},
            ) as response:
                heard.status, heard.retry_after = response.status, _retry_after(response)
                async for part in response.aiter_stream():
                    heard.body += part
                    if len(heard.body) >= MOST_ANSWER_BYTES:
                        break


@dataclass(slots=True)
class _Heard:
    """What has come of an answer so far."""

    status: int | None = None
    retry_after: str = ""
    body: bytes = b""


def _outcome(heard: _Heard) -> AttemptOutcome:
    return AttemptOutcome.DELIVERED if heard.status in _GOOD else AttemptOutcome.BAD_STATUS


def _retry_after(response: httpcore2.Response) -> str:
    """Return the header as it was sent; what is too long to be one is none."""
    if response.status in _GOOD:
        return ""
    sent = (value for name, value in response.headers if name.lower() == b"retry-after")
    value = next(sent, b"")
    return value.decode("ascii", "replace") if len(value) <= _LONGEST_RETRY_AFTER else ""


def _shown(body: bytes, hidden: Sequence[str]) -> str:
    """Return the first of an answer as one piece of plain text, without what must stay hidden."""
    text = body[:MOST_ANSWER_BYTES].decode("utf-8", "replace")
    for secret in hidden:
        text = text.replace(secret, _HIDDEN).replace(secret.removeprefix(PREFIX), _HIDDEN)
    return "".join(each if each.isprintable() else " " for each in text[:MOST_SHOWN])
