"""A mail host that accepts everything, as fast as Python can, and writes down when it accepted what.

`python -m tests.bench.sink PORT FOLDER`: accepted.log holds 44 bytes a message (36 of its Message-ID, a double: seconds
since the epoch), first.eml the first message as it came.
"""

import asyncio
import struct
import sys
import time
from pathlib import Path
from typing import cast

import uvloop

ENTRY = struct.Struct("36sd")
FLUSH_SECONDS = 0.05
MESSAGE_ID = b"\r\nMessage-ID: <"
END = b"\r\n.\r\n"
OK, GO_ON = b"250 OK\r\n", b"354 Go on\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
ANSWERS = {b"EHLO": HELLO, b"HELO": OK, b"MAIL": OK, b"RCPT": OK, b"RSET": OK, b"NOOP": OK}


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, book: "Book") -> None:
        self._book = book
        self._buffer = bytearray()
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        return self._message() if self._in_data else self._command()

    def _message(self) -> bool:
        end = self._buffer.find(END)
        if end < 0:
            return False
        self._book.accept(bytes(self._buffer[: end + 2]))
        del self._buffer[: end + len(END)]
        self._in_data = False
        self._transport.write(OK)
        return True

    def _command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 2]
        if verb == b"DATA":
            self._in_data = True
            self._transport.write(GO_ON)
        elif verb == b"QUIT":
            self._transport.write(b"221 Bye\r\n")
            self._transport.close()
        else:
            self._transport.write(ANSWERS.get(verb, b"502 What?\r\n"))
        return True


class Book:
    """What was accepted."""

    def __init__(self, folder: Path) -> None:
        self._first: Path | None = folder / "first.eml"
        self._log = (folder / "accepted.log").open("ab")

    def accept(self, message: bytes) -> None:
        """Write it down; it is flushed a moment later."""
        start = message.find(MESSAGE_ID) + len(MESSAGE_ID)
        self._log.write(ENTRY.pack(message[start : start + 36], time.time()))
        if self._first:
            self._first.write_bytes(message)
            self._first = None

    def close(self) -> None:
        """Flush, and write no more."""
        self._log.close()

    async def flush_for_ever(self) -> None:
        """Let others see what was written."""
        while True:
            self._log.flush()
            await asyncio.sleep(FLUSH_SECONDS)


async def serve(port: int, folder: Path) -> None:
    """Accept until the process ends."""
    book = Book(folder)
    await asyncio.get_running_loop().create_server(lambda: Sink(book), "127.0.0.1", port, backlog=512)
    await book.flush_for_ever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
