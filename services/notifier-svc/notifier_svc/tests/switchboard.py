"""Twilio as the sender sees it: two resources over HTTP on one socket, written by hand, with a script of answers."""

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson


@dataclass(frozen=True)
class Asked:
    """A request that was made in full."""

    path: str
    account: str
    token: str
    form: dict[str, list[str]]

    def __getitem__(self, name: str) -> str:
        [value] = self.form[name]
        return value


@dataclass(frozen=True)
class Answer:
    """What it meets; without a status it is never answered, and without patience the line is cut."""

    status: int | None
    body: bytes = b"{}"
    cut: bool = False


NEVER = Answer(None)
CUT = Answer(None, cut=True)


def refuses(status: int, code: int, message: str = "no") -> Answer:
    """Twilio's error body."""
    return Answer(status, orjson.dumps({"code": code, "message": message, "status": status}))


@dataclass
class Switchboard:
    """What was asked, and what to answer; what the script does not cover is taken."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    script: deque[Answer] = field(default_factory=deque)
    always: Callable[[Asked], Answer | None] = lambda _: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.endswith("/Messages.json")]

    @property
    def calls(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.endswith("/Calls.json")]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Answer as long as the block runs."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked = await _read(head, reader)
                self.asked.append(asked)
                answer = self.script.popleft() if self.script else self.always(asked) or _taken(len(self.asked))
                if answer.cut:
                    return
                if answer.status is None:
                    await reader.read()  # until the client gives up
                    return
                size = len(answer.body)
                writer.write(b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%s" % (answer.status, size, answer.body))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def _taken(number: int) -> Answer:
    return Answer(201, orjson.dumps({"sid": f"SM{number:032x}", "status": "queued"}))


async def _read(head: bytes, reader: asyncio.StreamReader) -> Asked:
    request, *lines = head.decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    form = parse_qs((await reader.readexactly(int(headers.get("content-length", "0")))).decode())
    account, _, token = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode().partition(":")
    return Asked(request.split()[1], account, token, form)
