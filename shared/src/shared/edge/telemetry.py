"""Logs, traces and metrics: one set-up for every process.

Traces run from the POST to the projected row: the trace context travels in the event's metadata and in
the record's ``traceparent`` header. No name, address or free text about a person enters any of them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .tracebacks import Wordless, as_dicts, last_words

_W3C = TraceContextTextMapPropagator()

tracer = trace.get_tracer("send")
meter = metrics.get_meter("send")


def configure_logging(service: str, level: str = "INFO") -> None:
    """JSON lines on standard error: one canonical line per command, message and batch."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(as_dicts),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(Wordless("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[libraries])
    sys.excepthook = last_words


def configure_tracing(service: str, exporter: str) -> TracerProvider | None:
    """Export spans as asked (``none``, ``console``, ``otlp``); call ``shutdown()`` on what is returned."""
    if exporter == "none":
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if exporter == "console":
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr)))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def current_traceparent() -> str | None:
    """The W3C trace context of the running span, for an event's metadata; None outside a trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def traced() -> bool:
    """Whether spans go anywhere; where they do not, none are made."""
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def context_of(traceparent: str | None) -> Context | None:
    """The context to continue a trace from."""
    return _W3C.extract({"traceparent": traceparent}) if traceparent else None


@contextmanager
def spanning(name: str, **options: Any) -> Iterator[trace.Span]:
    """A current span. One that ends with an exception says that it failed, and not the exception's text."""
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False, **options) as span:
        try:
            yield span
        except BaseException as exc:
            span.set_status(trace.StatusCode.ERROR, type(exc).__name__)
            raise


def attributes(**values: Any) -> dict[str, Any]:
    return {f"send.{name}": value for name, value in values.items() if value is not None}
