"""An append-only file of JSON lines that is on the disk before anybody is told so."""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from deploy.sandbox.errors import CannotStart

Record = dict[str, Any]


class StateInUse(CannotStart):
    """Another sandbox is using this state folder."""


class TruthLogDamaged(CannotStart):
    """A whole line of the truth log is not JSON."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line lies in the file, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    line: bytes
    record: Record
    written: asyncio.Future[None]


class TruthLog:
    """What the outside world has accepted. One process per file; appends that wait together share one fsync.

    `seen` hears of every kept record in order: those already in the file during construction, each later one once it is
    durable, also when the caller of `append` is gone by then. Raises StateInUse, TruthLogDamaged.
    """

    def __init__(self, path: Path, seen: Callable[[Place, Record], None]) -> None:
        self._seen = seen
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        _lock(self._fd, path)
        self._end = 0
        for place, record in _whole_lines(path):
            self._seen(place, record)
            self._end = place.offset + place.length
        os.ftruncate(self._fd, self._end)  # a torn last line was never answered for
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def append(self, record: Record) -> None:
        """Return once the record is on the disk. Raises OSError when it could not be kept."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(orjson.dumps(record) + b"\n", record, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        await written

    async def read(self, place: Place) -> Record:
        """The record at a place that `seen` was told."""
        line = await asyncio.to_thread(os.pread, self._fd, place.length, place.offset)
        record: Record = orjson.loads(line)
        return record

    async def close(self) -> None:
        """Finish what waits, then let go of the file."""
        if self._writer is not None:
            await self._writer
        os.close(self._fd)

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            start = self._end
            try:
                await asyncio.to_thread(self._write, b"".join(waiting.line for waiting in batch))
            except OSError as error:
                _refuse(batch, error)
            else:
                self._acknowledge(batch, start)

    def _write(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
            os.fsync(self._fd)
        except OSError:
            os.ftruncate(self._fd, self._end)  # no half line in the middle of the file
            raise
        self._end += len(data)

    def _acknowledge(self, batch: list[_Waiting], offset: int) -> None:
        for waiting in batch:
            self._seen(Place(offset, len(waiting.line)), waiting.record)
            offset += len(waiting.line)
            if not waiting.written.done():  # a client that hung up has cancelled it
                waiting.written.set_result(None)


def _refuse(batch: list[_Waiting], error: OSError) -> None:
    for waiting in batch:
        if not waiting.written.done():
            waiting.written.set_exception(error)


def _lock(fd: int, path: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StateInUse(f"Another sandbox is using {path.parent}; stop it or set SANDBOX_STATE.") from None


def _whole_lines(path: Path) -> Iterator[tuple[Place, Record]]:
    offset = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                raise TruthLogDamaged(f"Line {number} of {path} is not JSON.") from None
            yield Place(offset, len(line)), record
            offset += len(line)
