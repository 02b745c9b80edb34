"""The press: a few processes that set reports, so that the slowest page slows no message.

A report that takes more CPU seconds or memory than one may ends with its process and is refused. Where a process ends
for another reason, a fresh one tries once more; after that, and on a machine too busy for it, it may come later.
"""

import asyncio
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import orjson

from contracts.reports import ReportContext
from servicekit.errors import Unavailable, Unprocessable
from template_svc.reports.setter import DONE, LIMIT, REFUSED
from template_svc.turns import Turns

log = logging.getLogger(__name__)

CPU_SECONDS = 10.0
WALL_SECONDS = 20.0  # on a machine that is busy with something else
START_SECONDS = 30.0
MEMORY = 1024 * 1024 * 1024
MOST_WAITING = 100
MOST_OF_ONE = 40  # of one company
RUNS = 500  # then a process makes place for a fresh one
LIMITS = frozenset({-signal.SIGPROF, -signal.SIGABRT})  # out of CPU seconds; out of memory where that can't be caught


class TooMuch(Unprocessable):
    """This report takes more time or memory than one may."""

    slug = "report-too-much"


class Busy(Unavailable):
    """Too many reports wait to be made."""

    slug = "reports-busy"


class Interrupted(Unavailable):
    """The report could not be made at the moment."""

    slug = "report-interrupted"


class Refused(Unprocessable):
    """This report can't be made."""

    slug = "report-refused"


class Broken(Exception):
    """A mistake of our own: what kind of error it was."""


class _Ended(Exception):
    """The process has ended, for no fault of the report."""


class _Setter:
    """One of the processes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.runs = 0

    @classmethod
    async def start(cls, memory: int, seconds: float) -> "_Setter":
        """A new one, ready, without anything of this one's environment. Raises `_Ended`, `TimeoutError`."""
        command = (sys.executable, "-m", "template_svc.reports.setter", str(memory), str(seconds))
        setter = cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}))
        try:
            async with asyncio.timeout(START_SECONDS):
                await setter._answer()
        except BaseException:
            await setter.end()
            raise
        return setter

    async def ask(self, request: bytes) -> bytes:
        """Its answer. Raises `TooMuch` or `_Ended` where it ends instead."""
        asked = self._process.stdin
        assert asked is not None
        self.runs += 1
        try:
            asked.write(len(request).to_bytes(4, "big") + request)
            await asked.drain()
            return await self._answer()
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            code = await self._process.wait()
            log.warning("a process that sets reports has ended", extra={"code": code, "bytes": len(request)})
            raise TooMuch if code in LIMITS else _Ended from error

    async def _answer(self) -> bytes:
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
    """Makes PDFs, a few at a time, and one at a time for a company."""

    def __init__(
        self, processes: int = 2, seconds: float = CPU_SECONDS, memory: int = MEMORY, wall: float = WALL_SECONDS
    ) -> None:
        self._seconds = seconds
        self._wall = wall
        self._memory = memory
        self._idle: list[_Setter] = []
        self._free = asyncio.Semaphore(processes)
        self._turns = Turns(MOST_OF_ONE, Busy)
        self._waiting = 0

    async def pdf(self, context: ReportContext) -> bytes:
        """The report as a PDF: the same context, the same bytes. Raises `Busy`, `Interrupted`, `TooMuch`, `Refused`."""
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turns.turn(context.record.job.company_id), self._free:
                answer = await self._asked(context.model_dump_json().encode())
        finally:
            self._waiting -= 1
        kind, content = answer[:1], answer[1:]
        if kind == LIMIT:
            raise TooMuch
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
        """Its answer; by a fresh process where the first one ended on the way."""
        try:
            try:
                return await self._answer(self._idle.pop() if self._idle else await self._start(), request)
            except _Ended:
                return await self._answer(await self._start(), request)
        except (_Ended, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            log.warning("a report was interrupted", extra={"error": type(error).__name__, "bytes": len(request)})
            raise Interrupted from None

    async def _start(self) -> _Setter:
        return await _Setter.start(self._memory, self._seconds)

    async def _answer(self, setter: _Setter, request: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._wall):
                answer = await setter.ask(request)
        except BaseException:
            await setter.end()
            raise
        if setter.runs < RUNS:
            self._idle.append(setter)
        else:
            await setter.end()
        return answer
