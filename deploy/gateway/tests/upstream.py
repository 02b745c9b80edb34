"""Stands for all services and the web app: says who was asked, and what came through."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAMES = ("status-svc", "customer-svc", "template-svc", "notifier-svc", "office-ui")


@dataclass
class Upstream:
    """What was asked so far; `break_off` is how many of the next requests get no answer."""

    urls: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    break_off: int = 0


@contextmanager
def running_upstream() -> Iterator[Upstream]:
    """A server a name, each on a free port."""
    upstream = Upstream()
    with ExitStack() as servers:
        for name in NAMES:
            upstream.urls[name] = servers.enter_context(_serving(name, upstream))
        yield upstream


@contextmanager
def _serving(name: str, upstream: Upstream) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            upstream.asked.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if upstream.break_off:
                upstream.break_off -= 1
                self.close_connection = True
                return
            self.tell({"service": name, "path": self.path, "headers": dict(self.headers), "bytes": len(body)})

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def tell(self, content: dict[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
