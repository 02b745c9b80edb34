"""The bytes of an SMTP conversation: lines out, replies in."""

import asyncio
from collections import deque

from notifier_svc.channels.replies import Reply

MAX_REPLY = 32_768
# A control character in a reply is no word of it, and the log could not even store a NUL.
_NO_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "?")


class Dropped(Exception):
    """The host hung up, said nothing in time, or stopped speaking SMTP."""


class Wire(asyncio.Protocol):
    """Takes over an open transport. Replies come in the order of what was asked, so commands can be pipelined."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._lost: str | None = None
        transport.set_write_buffer_limits(high=0)
        transport.set_protocol(self)

    @property
    def quiet(self) -> bool:
        """Whether it is open and nothing was said that nobody asked for."""
        return self._lost is None and not self._replies and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Send `data`. Raises `Dropped`."""
        if self._lost is not None or self._transport.is_closing():
            raise Dropped(self._lost or "The connection is closed.")
        self._transport.write(data)

    async def flushed(self, seconds: float) -> None:
        """Wait until what was written has left this process. Raises `Dropped`."""
        await self._wait(self._room, seconds)
        if self._lost is not None:
            raise Dropped(self._lost)

    async def reply(self, seconds: float) -> Reply:
        """The next reply. A reply that came before the connection ended still counts."""
        while not self._replies:
            if self._lost is not None:
                raise Dropped(self._lost)
            self._news.clear()
            await self._wait(self._news, seconds)
        return self._replies.popleft()

    def close(self) -> None:
        """Hang up at once, whatever is still to be sent."""
        self._transport.abort()

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        """Until `event` is set: by what was waited for, or by the end."""
        alarm = self._loop.call_later(seconds, self._give_up, f"The host was silent for {seconds:g} seconds.")
        try:
            await event.wait()
        finally:
            alarm.cancel()

    def _give_up(self, why: str) -> None:
        self._end(why)
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take apart what came: a reply ends with the line that has no hyphen after its code."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._buffer) + sum(map(len, self._lines)) > MAX_REPLY:
            self._give_up("The host's reply has no end.")

    def _line(self, raw: bytes) -> None:
        line = raw.rstrip(b"\r").decode("utf-8", "replace").translate(_NO_CONTROLS)
        if not (line[:3].isascii() and line[:3].isdigit()):
            self._give_up("The host does not speak SMTP.")
            return
        self._lines.append(line[4:])
        if line[3:4] != "-":
            self._replies.append(Reply(int(line[:3]), " ".join(self._lines)))
            self._lines.clear()
            self._news.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        """The end, from either side."""
        self._end("The host hung up.")

    def pause_writing(self) -> None:
        """Something is still to be sent."""
        self._room.clear()

    def resume_writing(self) -> None:
        """All of it has been sent."""
        self._room.set()

    def _end(self, why: str) -> None:
        if self._lost is None:
            self._lost = why
        self._news.set()
        self._room.set()
