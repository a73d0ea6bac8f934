"""Traces for OpenTelemetry, by switch: a span for the request, its operation and each statement.

Off, nothing of it is loaded. Spans carry names and numbers; parameters and documents never.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel.footprint import FOOTPRINT

_SERVICE = "tributary"
_SPAN = "tributary span"
_LONGEST_STATEMENT = 2_000
_SERVER_ERROR = 500


class Tracing:
    """The spans of this process, sent to a collector by a thread beside the event loop."""

    def __init__(self, processor: SpanProcessor) -> None:
        """Send spans by a processor."""
        self._provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(_SERVICE)

    @classmethod
    def to(cls, url: str) -> "Tracing":
        """Send spans to the OTLP address of a collector, such as `http://host:4318/v1/traces`."""
        exporter: SpanExporter = OTLPSpanExporter(endpoint=url)
        return cls(BatchSpanProcessor(exporter))

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application, so that each HTTP request has a span."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            carrier = {
                name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
            }
            with self._tracer.start_as_current_span(
                scope["method"],
                context=extract({"traceparent": carrier.get("traceparent", "")}),
                kind=SpanKind.SERVER,
                record_exception=False,
            ) as span:

                async def sending(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        _conclude(span, message["status"])
                    await send(message)

                await app(scope, receive, sending)

        return traced

    @contextmanager
    def operation(self, name: str) -> Generator[None]:
        """Wrap the run of one operation in a span of its name."""
        with self._tracer.start_as_current_span(f"operation {name}", record_exception=False):
            yield

    def watch_statements(self) -> None:
        """Make a span of each SQL statement of this process from now on."""
        event.listen(Engine, "before_cursor_execute", self._begin)
        event.listen(Engine, "after_cursor_execute", self._end)
        event.listen(Engine, "handle_error", self._fail)

    def close(self) -> None:
        """Send what waits, and stop watching."""
        for name, listener in (
            ("before_cursor_execute", self._begin),
            ("after_cursor_execute", self._end),
            ("handle_error", self._fail),
        ):
            if event.contains(Engine, name, listener):
                event.remove(Engine, name, listener)
        self._provider.shutdown()

    def _begin(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        verb = statement.lstrip().partition(" ")[0].strip(";").upper()[:16]
        span = self._tracer.start_span(verb or "SQL", kind=SpanKind.CLIENT)
        span.set_attribute("db.system.name", "postgresql")
        span.set_attribute("db.query.text", statement[:_LONGEST_STATEMENT])
        connection.info[_SPAN] = span

    def _end(self, connection: Any, *_: Any) -> None:
        span: Span | None = connection.info.pop(_SPAN, None)
        if span is not None:
            span.end()

    def _fail(self, context: Any) -> None:
        connection = context.connection
        span: Span | None = connection and connection.info.pop(_SPAN, None)
        if span:
            span.set_status(Status(StatusCode.ERROR, type(context.original_exception).__name__))
            span.end()


def _conclude(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        span.set_status(Status(StatusCode.ERROR))
    footprint = FOOTPRINT.get()
    if footprint is None:
        return
    span.set_attribute("request.id", footprint.request_id)
    if footprint.operation:
        span.update_name(footprint.operation)
    for name in ("requested", "spent", "statements"):
        span.set_attribute(f"tributary.{name}", getattr(footprint, name))
    for name in ("tenant_id", "membership_id"):
        if value := getattr(footprint, name):
            span.set_attribute(f"tributary.{name}", str(value))
