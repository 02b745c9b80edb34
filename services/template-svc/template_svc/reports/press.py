"""The press: a few processes that set reports, so that the slowest page slows no message."""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import orjson

from contracts.reports import ReportContext
from servicekit.errors import Unavailable, Unprocessable
from template_svc.reports.setter import DONE, REFUSED

log = logging.getLogger(__name__)

SECONDS = 10.0
START_SECONDS = 30.0
MEMORY = 1024 * 1024 * 1024
MOST_WAITING = 100
RUNS = 500  # then a process makes place for a fresh one


class TooMuch(Unprocessable):
    """This report takes more time or memory than one may."""

    slug = "report-too-much"


class Busy(Unavailable):
    """Too many reports wait to be made."""

    slug = "reports-busy"


class Refused(Unprocessable):
    """This report can't be made."""

    slug = "report-refused"


class Broken(Exception):
    """A mistake of our own: what kind of error it was."""


class _Setter:
    """One of the processes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.runs = 0

    @classmethod
    async def start(cls, memory: int) -> "_Setter":
        """A new one, ready, without anything of this one's environment."""
        command = (sys.executable, "-m", "template_svc.reports.setter", str(memory))
        setter = cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}))
        try:
            async with asyncio.timeout(START_SECONDS):
                await setter.answer()
        except BaseException:
            await setter.end()
            raise
        return setter

    async def ask(self, request: bytes) -> bytes:
        """Its answer. Raises `IncompleteReadError` or `OSError` where it ends instead."""
        asked = self._process.stdin
        assert asked is not None
        self.runs += 1
        asked.write(len(request).to_bytes(4, "big") + request)
        await asked.drain()
        return await self.answer()

    async def answer(self) -> bytes:
        """The next that it says."""
        answers = self._process.stdout
        assert answers is not None
        length = int.from_bytes(await answers.readexactly(4), "big")
        return await answers.readexactly(length)

    async def end(self) -> None:
        """Kill it, whatever it does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


class Press:
    """Makes PDFs, a few at a time."""

    def __init__(self, processes: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._idle: list[_Setter] = []
        self._free = asyncio.Semaphore(processes)
        self._waiting = 0

    async def pdf(self, context: ReportContext) -> bytes:
        """The report as a PDF: the same context, the same bytes. Raises `Busy`, `TooMuch`, `Refused`."""
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._free:
                answer = await self._asked(context.model_dump_json().encode())
        finally:
            self._waiting -= 1
        kind, content = answer[:1], answer[1:]
        if kind == REFUSED:
            raise Refused(**orjson.loads(content))
        if kind != DONE:
            raise Broken(content.decode())
        return content

    async def run(self) -> None:
        """Keep the processes until cancelled, then end them."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """End the processes that are idle."""
        while self._idle:
            await self._idle.pop().end()

    async def _asked(self, request: bytes) -> bytes:
        setter = self._idle.pop() if self._idle else await _Setter.start(self._memory)
        try:
            async with asyncio.timeout(self._seconds):
                answer = await setter.ask(request)
        except (TimeoutError, asyncio.IncompleteReadError, OSError) as error:
            await setter.end()
            log.warning("a report was given up", extra={"error": type(error).__name__, "bytes": len(request)})
            raise TooMuch from None
        except BaseException:
            await setter.end()
            raise
        if setter.runs < RUNS:
            self._idle.append(setter)
        else:
            await setter.end()
        return answer
