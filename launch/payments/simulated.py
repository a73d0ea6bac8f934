"""A provider over HTTP on this machine: keeps payments in memory, and reports what is decided.

It speaks as `app.checkout.provider` says, and checks signatures as a real one would. People decide
on the page of a payment; programs by `POST /payments/decide`.
"""

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import time
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

MOST_BYTES = 16 * 1024
_PAGE = """<!doctype html><title>Simulated payment</title>
<h1>{amount} {currency}</h1><p>{merchant}: {state}</p>
<form method="post" action="/payments/decide"><input type="hidden" name="reference"
value="{reference}"><button name="state" value="PAID">Pay</button>
<button name="state" value="FAILED">Refuse</button></form>"""


@dataclass(slots=True)
class SimulatedPayment:
    """A payment as the provider knows it."""

    reference: str
    merchant: str
    amount: str
    currency: str
    state: str = "PENDING"
    events: int = 0


@dataclass
class SimulatedProvider:
    """The server; `callback` is where it reports, `key` what both sides sign by."""

    key: bytes
    callback: str = ""
    port: int = 0
    payments: dict[str, SimulatedPayment] = field(default_factory=dict[str, SimulatedPayment])
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Take the port; nobody is answered before `start`."""
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self._server.server_address[1]

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer in a thread of its own."""
        Thread(target=self._server.serve_forever, daemon=True).start()

    def serve(self) -> None:
        """Answer until interrupted."""
        self._server.serve_forever()

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Keep a payment, once for each reference."""
        reference = str(asked["reference"])
        with self._lock:
            kept = self.payments.setdefault(
                reference,
                SimulatedPayment(
                    reference, str(asked["merchant"]), str(asked["amount"]), str(asked["currency"])
                ),
            )
        return {"reference": kept.reference, "redirect": f"{self.address}/pay/{reference}"}

    def report_of(self, reference: str, event: str) -> dict[str, Any]:
        """Say what is known of a payment, as a report says it."""
        found = self.payments.get(reference)
        known = found or SimulatedPayment(reference, "", "0", "XXX", "UNKNOWN")
        return {
            "event": event,
            "reference": reference,
            "state": known.state,
            "amount": known.amount,
            "currency": known.currency,
            "providerReference": f"SIM-{reference[-12:]}",
        }

    def decide(self, reference: str, state: str, *, reports: bool = True) -> str:
        """Let a payment be paid or fail, and report it; returns what the other side answered."""
        with self._lock:
            payment = self.payments[reference]
            payment.state = state
            payment.events += 1
            event = f"{reference}-{payment.events}"
        return self.send(self.report_of(reference, event)) if reports and self.callback else ""

    def send(self, report: dict[str, Any]) -> str:
        """Report something, signed; returns the answer's text, or its status where it refused."""
        body = json.dumps(report).encode()
        timestamp = str(int(time()))
        headers = {
            "content-type": "application/json",
            "webhook-id": str(report["event"]),
            "webhook-timestamp": timestamp,
            "webhook-signature": self.signature(str(report["event"]), timestamp, body),
        }
        request = Request(self.callback, body, headers, method="POST")  # noqa: S310  # told by whoever runs it
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310  # likewise
                return answer.read().decode()
        except HTTPError as refused:
            return f"{refused.code} {refused.read().decode()}"

    def signature(self, message_id: str, timestamp: str, body: bytes) -> str:
        """Sign a message as the Standard Webhooks specification 1.0 says."""
        content = b".".join((message_id.encode(), timestamp.encode(), body))
        return f"v1,{b64encode(hmac.new(self.key, content, sha256).digest()).decode()}"


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[SimulatedProvider]

    def do_GET(self) -> None:
        """Show the page of a payment."""
        found = self.provider.payments.get(self.path.removeprefix("/pay/"))
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, b"There is no such payment.", "text/plain")
            return
        shown = {name: getattr(found, name) for name in ("amount", "currency", "merchant")}
        page = _PAGE.format(state=found.state, reference=found.reference, **shown)
        self._answer(HTTPStatus.OK, page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Begin a payment, find one, or decide one."""
        length = int(self.headers.get("content-length", "0"))
        if length > MOST_BYTES:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain")
            return
        body = self.rfile.read(length)
        if self.path == "/payments/decide":
            asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            said = self.provider.decide(asked["reference"], asked["state"])
            self._answer(HTTPStatus.OK, said.encode(), "text/plain; charset=utf-8")
            return
        timestamp = self.headers.get("webhook-timestamp", "")
        expected = self.provider.signature(self.headers.get("webhook-id", ""), timestamp, body)
        if not hmac.compare_digest(expected, self.headers.get("webhook-signature", "")):
            self._answer(HTTPStatus.UNAUTHORIZED, b"{}", "application/json")
            return
        asked = json.loads(body)
        if self.path == "/payments":
            told = self.provider.begin(asked)
        else:
            told = self.provider.report_of(str(asked["reference"]), f"asked-{asked['reference']}")
        self._answer(HTTPStatus.OK, json.dumps(told).encode(), "application/json")

    def log_message(self, format: str, *args: object) -> None:  # the library's own name
        """Keep the console for those who decide."""

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
