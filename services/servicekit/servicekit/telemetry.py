"""Traces and metrics (OpenTelemetry: OTLP out, Prometheus at /metrics) and JSON logs that carry the trace id."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import ValidationError
from pythonjsonlogger.json import JsonFormatter

tracer = trace.get_tracer("fieldbell")
meter = metrics.get_meter("fieldbell")

HAND_OVER_SECONDS = 5.0  # at the end of a process, which is given 20

_propagator = TraceContextTextMapPropagator()


def setup(service: str, *, otlp_endpoint: str | None, log_level: str) -> None:
    """Configure logs, traces and metrics of this process.

    Without an endpoint nothing is exported, only scraped; trace ids are still handed on, and stand in the logs.
    """
    setup_logs(log_level)
    resource = Resource.create({"service.name": service, "service.namespace": "fieldbell"})
    sampler = ALWAYS_ON if otlp_endpoint else ALWAYS_OFF
    traces = TracerProvider(sampler, resource, shutdown_on_exit=False)
    readers: list[MetricReader] = [PrometheusMetricReader()]
    if otlp_endpoint:
        base = otlp_endpoint.rstrip("/")
        traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{base}/v1/traces", timeout=5)))
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(f"{base}/v1/metrics", timeout=5)))
    trace.set_tracer_provider(traces)
    metrics.set_meter_provider(MeterProvider(readers, resource, shutdown_on_exit=False))


def shutdown() -> None:
    """Hand over what is still buffered, waiting a few seconds at most: a collector may take it and never answer."""
    handing_over = threading.Thread(target=_hand_over, daemon=True)
    handing_over.start()
    handing_over.join(HAND_OVER_SECONDS)


def _hand_over() -> None:
    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
        if isinstance(provider, (TracerProvider, MeterProvider)):
            provider.shutdown()


class _TraceFormatter(JsonFormatter):
    """JSON lines with the trace and span they belong to."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        super().add_fields(log_data, record, message_dict)
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            log_data["trace_id"] = f"{context.trace_id:032x}"
            log_data["span_id"] = f"{context.span_id:016x}"

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Where it happened and what it was, but not the words of errors that repeat data."""
        error: BaseException | None = ei[1]
        lines = []
        while error is not None:
            lines += traceback.format_tb(error.__traceback__)
            said = "" if isinstance(error, (asyncpg.PostgresError, ValidationError)) else f": {error}"
            lines.append(f"{type(error).__name__}{said}\n")
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def setup_logs(level: str) -> None:
    """Log JSON lines to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        _TraceFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            datefmt="%Y-%m-%dT%H:%M:%S%z",
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("aiokafka", "httpx", "httpcore", "uvicorn.access", "faststream"):
        logging.getLogger(noisy).setLevel("WARNING")


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the current span, if there is one."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def _off() -> bool:
    provider = trace.get_tracer_provider()
    return isinstance(provider, TracerProvider) and provider.sampler is ALWAYS_OFF


@contextmanager
def continued(
    name: str, traceparent: str | None, kind: SpanKind = SpanKind.INTERNAL, **attributes: str
) -> Iterator[Span]:
    """A span that continues the trace of `traceparent`: a message's, or a stored row's.

    Where no spans are recorded it is that trace's last one, which costs half as much as one that says nothing.
    """
    context = _propagator.extract({"traceparent": traceparent} if traceparent else {})
    if _off():
        with trace.use_span(trace.get_current_span(context)) as span:
            yield span
        return
    with spanned(name, kind, context=context, attributes=attributes) as span:
        yield span


@contextmanager
def spanned(name: str, kind: SpanKind = SpanKind.INTERNAL, **options: Any) -> Iterator[Span]:
    """A span that says which kind of error ended it, but not the words: they may repeat what people typed."""
    with tracer.start_as_current_span(
        name, kind=kind, record_exception=False, set_status_on_exception=False, **options
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
