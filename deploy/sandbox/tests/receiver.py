"""Fieldbell's side of the phone: takes webhooks, checks nothing, answers as told."""

import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

WAIT_SECONDS = 20


@dataclass(frozen=True)
class Posted:
    """One request as it came in."""

    url: str
    method: str
    form: dict[str, str]
    signature: str


class Receiver:
    """Collects requests; `answers` holds (status, body) for a path, the last one stays."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.answers: defaultdict[str, deque[tuple[int, str]]] = defaultdict(lambda: deque([(204, "")]))
        self._posted: list[Posted] = []
        self._changed = threading.Condition()

    def answer(self, path: str, *answers: tuple[int, str]) -> None:
        self.answers[path] = deque(answers)

    def wait_for(self, count: int, path: str = "") -> list[Posted]:
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.posted(path)) >= count, WAIT_SECONDS)
        assert enough, self.posted(path)
        return self.posted(path)

    def posted(self, path: str = "") -> list[Posted]:
        return [posted for posted in self._posted if posted.url.startswith(self.base + path)]

    def take(self, posted: Posted, path: str) -> tuple[int, str]:
        with self._changed:
            self._posted.append(posted)
            self._changed.notify_all()
            answers = self.answers[path]
            return answers.popleft() if len(answers) > 1 else answers[0]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            posted = Posted(receiver.base + self.path, self.command, form, self.headers["X-Twilio-Signature"])
            status, answer = receiver.take(posted, self.path.partition("?")[0])
            self.send_response(status)
            if answer:
                self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer.encode())))
            self.end_headers()
            self.wfile.write(answer.encode())

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()
