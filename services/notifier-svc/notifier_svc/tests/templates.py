"""Template-svc and the identity as the sender sees them: two answers over HTTP on one socket, written by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from contracts.deliveries import Channel
from contracts.rendering import RefusalCode, Refused, Rendered, RenderItem, RenderRequest, RenderResponse


@dataclass
class Templates:
    """What was asked, and what to answer."""

    port: int = 0
    status: int = 200
    refusal: tuple[RefusalCode, str] | None = None
    subject: str = "About job {number}"
    padding: str = ""
    channels: dict[UUID, Channel] = field(default_factory=dict)
    """By template; the others are emails."""
    words: str = "Hi {name}\n.\nBye"
    write: Callable[[RenderItem], str] | None = None
    """In place of `words`."""
    unreadable: str | None = None
    """A batch with a recipient of this name is refused as a whole."""
    asked: list[RenderItem] = field(default_factory=list)
    calls: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    looked: list[dict[str, Any]] = field(default_factory=list)
    """The previews that were asked for."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, body: bytes) -> bytes:
        request = RenderRequest.model_validate_json(body)
        self.asked.extend(request.items)
        items = tuple(self._one(item) for item in request.items)
        return RenderResponse(items=items).model_dump_json().encode()

    def _one(self, item: RenderItem) -> Rendered | Refused:
        if self.refusal:
            return Refused(ref=item.ref, code=self.refusal[0], detail=self.refusal[1])
        number = item.context.job.number if item.context.job else ""
        channel = self.channels.get(item.template_id, Channel.EMAIL)
        text = self.write(item) if self.write else self.words.format(name=item.context.recipient.first_name)
        text += self.padding
        if channel is not Channel.EMAIL:
            return Rendered(
                ref=item.ref,
                template_version=item.template_version or 3,
                channel=channel,
                locale=item.locale,
                text=text,
            )
        return Rendered(
            ref=item.ref,
            template_version=item.template_version or 3,
            channel=Channel.EMAIL,
            locale=item.locale,
            subject=self.subject.format(number=number),
            html=f"<p>Hi {item.context.recipient.first_name}</p>",
            text=text,
        )


@asynccontextmanager
async def templates_at(fake: Templates) -> AsyncIterator[None]:
    """Answer as long as the block runs."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path, headers = _parse(head)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status, answer = _respond(fake, path, headers, body)
                writer.write(b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%s" % (status, len(answer), answer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", fake.port)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


def _parse(head: bytes) -> tuple[str, dict[str, str]]:
    request, *lines = head.decode().strip().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return request.split()[1], {name.lower(): value for name, value in pairs}


def _respond(fake: Templates, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    if path == "/token":
        return 200, orjson.dumps({"access_token": "a token", "expires_in": 600})
    fake.calls += 1
    fake.headers.append(headers)
    if path.endswith("/preview"):
        return _look(fake, orjson.loads(body))
    if fake.unreadable and fake.unreadable.encode() in body:
        return 422, b"{}"
    if fake.status != 200:
        return fake.status, b"{}"
    return 200, fake.answer(body)


def _look(fake: Templates, asked: dict[str, Any]) -> tuple[int, bytes]:
    """Words are given back as they are, those with a tag are refused."""
    fake.looked.append(asked)
    words = asked["words"]
    text = words.get("text") or ""
    if "{{" in text:
        flaw = {"part": "text", "line": 1, "column": 1, "message": "there is no such tag"}
        return 422, orjson.dumps({"status": 422, "title": "no", "detail": "text, line 1", "flaws": [flaw]})
    return 200, orjson.dumps({"subject": words.get("subject"), "html": words.get("html"), "text": text, "size": None})
