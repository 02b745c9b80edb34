"""Where authors' words are checked, published and previewed: in processes of their own, beside the hot call's.

A call that takes more than its CPU seconds, or more memory than there is for it, ends with its process, and another
process takes its place. Each company has one call at a time, so that nobody waits for all that another one asks.
"""

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from contracts.rendering import RefusalCode
from servicekit.errors import Unavailable
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.refusals import CannotRender
from template_svc.turns import Turns

PROCESSES = 2
CPU_SECONDS = 1.0
WALL_SECONDS = 10.0  # on a machine that is busy with something else
MEMORY = 256 * 1024 * 1024  # bytes beyond what a process has at its start
MOST_WAITING = 20  # calls of one company

P = ParamSpec("P")
T = TypeVar("T")

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["template_svc.preview"])
_mine = threading.local()  # each thread has its process
_threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="aside")


class Busy(Unavailable):
    """Too many templates of this company are being looked at. Try again in a moment."""


class Crash(Exception):
    """A mistake of ours, with its place."""


class Aside:
    """The way to those processes."""

    def __init__(self) -> None:
        self._turns = Turns(MOST_WAITING, Busy)

    @asynccontextmanager
    async def place(self, company_id: UUID) -> AsyncIterator["Place"]:
        """For several calls, each of which waits its turn: other companies' come in between. Raises `Busy`."""
        async with self._turns.place(company_id) as turn:
            yield Place(turn)

    async def call(
        self, company_id: UUID, seconds: float, function: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> T:
        """One call. Raises `Busy`, and what `Place.call` raises."""
        async with self.place(company_id) as place:
            return await place.call(seconds, function, *args, **named)


class Place:
    """A place in a company's line."""

    def __init__(self, turn: asyncio.Lock) -> None:
        self._turn = turn

    async def call(self, seconds: float, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What a module's `function` returns. Raises its refusals, and `CannotRender` at a limit."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            done, found = await loop.run_in_executor(_threads, _ask, seconds, (function, args, named))
        if not done:
            raise found
        answer: T = found
        return answer


class _Process:
    """One process, for one call after the other."""

    def __init__(self) -> None:
        self._ours, theirs = _context.Pipe()
        self._process = _context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, seconds: float, call: Any) -> tuple[bool, Any]:
        """The answer. Raises `EOFError` where the process ends instead; then it is over."""
        try:
            self._ours.send((seconds, call))
            if self._ours.poll(WALL_SECONDS * max(1.0, seconds)):
                answer: tuple[bool, Any] = self._ours.recv()
                return answer
            raise EOFError
        except (EOFError, OSError):
            self._process.kill()
            self._process.join()
            self._ours.close()
            raise EOFError from None


def _ask(seconds: float, call: Any) -> tuple[bool, Any]:
    process: _Process | None = getattr(_mine, "process", None)
    _mine.process = process = process or _Process()
    try:
        return process.ask(seconds, call)
    except EOFError:
        _mine.process = None
        return False, CannotRender(RefusalCode.LIMIT_EXCEEDED, "this template takes more time or memory than there is")


def _serve(calls: Connection) -> None:
    """The process: after so many seconds of a call the kernel ends it, whatever it is at."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with its parent
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.nice(5)
    _limit_memory()
    while True:
        try:
            seconds, (function, args, named) = calls.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            answer = True, function(*args, **named)
        except (CannotRender, UnfitTemplate) as refusal:
            answer = False, refusal
        except MemoryError:
            return
        except Exception as error:
            answer = False, Crash("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__)
        signal.setitimer(signal.ITIMER_PROF, 0)
        calls.send(answer)


def _limit_memory() -> None:
    try:
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux: there the limits of templates have to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
