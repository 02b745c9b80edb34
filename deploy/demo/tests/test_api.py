"""The demo waits for a part that restarts, and repeats what a service says when it refuses."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.demo.api import Api
from deploy.local.errors import StackError
from deploy.local.plan import Plan
from deploy.local.ports import HOST, Ports
from deploy.local.state import State

Reply = tuple[int, dict[str, object], dict[str, str]]

AWAY: Reply = (503, {"title": "A part is away.", "status": 503}, {"Retry-After": "1"})
DONE: Reply = (200, {"id": "1"}, {})
REFUSED: Reply = (
    422,
    {"title": "The request can't be understood.", "errors": [{"field": "body.name", "problem": "Field required"}]},
    {},
)

Serve = Callable[..., tuple[Api, list[tuple[str, str | None]]]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """`serve(reply, ...)` gives an Api whose status-svc answers like this, and the keys of the requests it saw."""
    servers: list[ThreadingHTTPServer] = []

    def start(*replies: Reply) -> tuple[Api, list[tuple[str, str | None]]]:
        coming, seen = iter(replies), []

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                seen.append((self.path, self.headers.get("idempotency-key")))
                status, body, headers = next(coming)
                self.send_response(status)
                self.send_header("content-type", "application/problem+json" if status >= 400 else "application/json")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quietly."""

        server = ThreadingHTTPServer((HOST, 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Api(Plan(State(tmp_path), Ports(status=server.server_port)), "token"), seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_request_is_repeated_under_one_key_until_the_part_is_back(serve: Serve) -> None:
    api, seen = serve(AWAY, AWAY, DONE)
    assert api.post("status-svc", "/v1/jobs") == {"id": "1"}
    assert len(seen) == 3
    assert len({key for _, key in seen}) == 1


def test_a_refusal_is_told_in_the_words_of_the_service(serve: Serve, tmp_path: Path) -> None:
    api, _ = serve(REFUSED)
    with pytest.raises(
        StackError, match=r"status-svc did not do POST /v1/jobs: .*body\.name: Field required"
    ) as caught:
        api.post("status-svc", "/v1/jobs")
    assert str(tmp_path / "logs" / "status-svc.log") in str(caught.value)


def test_what_is_not_there_is_found_to_be_none(serve: Serve) -> None:
    api, _ = serve((404, {"title": "There is no such thing here."}, {}))
    assert api.find("status-svc", "/v1/jobs/1") is None


def test_a_list_is_read_to_its_end(serve: Serve) -> None:
    pages: list[Reply] = [
        (200, {"items": [{"id": 1}], "next_cursor": "abc"}, {}),
        (200, {"items": [{"id": 2}], "next_cursor": None}, {}),
    ]
    api, seen = serve(*pages)
    assert [item["id"] for item in api.every("status-svc", "/v1/jobs", text="tap")] == [1, 2]
    assert [path for path, _ in seen] == ["/v1/jobs?limit=200&text=tap", "/v1/jobs?limit=200&cursor=abc&text=tap"]
