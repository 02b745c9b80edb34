"""An OpenTelemetry collector: takes traces over OTLP/HTTP and keeps their spans."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan


@dataclass(frozen=True)
class Span:
    """What a test asks of a span."""

    trace_id: str
    service: str
    kind: str
    name: str


class Collector:
    """The spans that have arrived."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._spans: list[Span] = []
        self._exports: list[str] = []

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Keep the spans of one export."""
        self._exports.append(str(request))
        for resource in request.resource_spans:
            names = (pair for pair in resource.resource.attributes if pair.key == "service.name")
            service = next(names).value.string_value
            for scope in resource.scope_spans:
                self._spans += [_span(service, span) for span in scope.spans]

    def trace(self, trace_id: str) -> set[Span]:
        """The spans of one trace so far."""
        return {span for span in tuple(self._spans) if span.trace_id == trace_id}

    def everything(self, service: str = "") -> str:
        """All that was ever exported, by one service or by all, as text."""
        return "".join(text for text in self._exports if not service or f'string_value: "{service}"' in text)


def new_trace() -> tuple[str, dict[str, str]]:
    """The id of a trace, and the header that makes a request part of it (W3C Trace Context)."""
    trace_id = secrets.token_hex(16)
    return trace_id, {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}


@contextmanager
def running_collector() -> Iterator[Collector]:
    """A collector on a free port until the block ends; metrics are taken and forgotten."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = b"".join(self.pieces())
            if self.path == "/v1/traces":
                collector.take(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def pieces(self) -> Iterator[bytes]:
            """The body: whole from the services, in chunks from the gateway (RFC 9112 7.1)."""
            if "content-length" in self.headers:
                yield self.rfile.read(int(self.headers["content-length"]))
                return
            while size := int(self.rfile.readline(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _span(service: str, span: ProtoSpan) -> Span:
    kind = ProtoSpan.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower()
    return Span(span.trace_id.hex(), service, kind, span.name)
