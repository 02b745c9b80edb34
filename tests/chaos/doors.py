"""Small TCP proxies in front of the servers: what passes them can be delayed, held up, cut off, and lied about."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from deploy.local.ports import HOST
from tests.chaos.lies import CUT, Answer, Lies, PostgresTalk, SmtpTalk, Talk, TwilioTalk

AT_ONCE = 65_536
Say = Callable[[bytes], Answer]
TALKS: dict[str, type[Talk]] = {"smtp": SmtpTalk, "twilio": TwilioTalk, "postgres": PostgresTalk}


class Door:
    """One proxy. Its methods may be called from any thread."""

    def __init__(self, name: str, target: int) -> None:
        self.name = name
        self.port = 0
        self.delay = 0.0
        """Seconds that everything takes longer, each way."""
        self.shut = False
        """Whether who comes is sent away."""
        self.lies = Lies()
        self._target = target
        self._talk = TALKS.get(name, Talk)
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> asyncio.Server:
        """Listen on a free port."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._meet, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def cut(self) -> None:
        """Break all connections."""
        self._do(self.end)

    def hold(self) -> None:
        """Let nothing pass, and break nothing."""
        self._do(self._flows.clear)

    def mend(self) -> None:
        """From now on all passes, at once; what it was asked to lie about is still lied about."""
        self.delay, self.shut = 0.0, False
        self._do(self._flows.set)

    def end(self) -> None:
        """Break all connections, from the door's own thread."""
        for writer in self._writers:
            writer.transport.abort()

    def _do(self, act: Callable[[], object]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(act)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            writer.transport.abort()
            return
        try:
            inner_reader, inner = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        talk, both = self._talk(self.lies), {writer, inner}
        self._writers |= both

        def ask(said: bytes) -> Answer:
            passed, answer = talk.asks(said)
            writer.write(answer)
            return passed

        try:
            await asyncio.gather(self._pass(reader, inner, ask), self._pass(inner_reader, writer, talk.answers))
        finally:
            for each in both:
                each.close()
                self._writers.discard(each)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, say: Say) -> None:
        """One way, until either side ends; then the other is told."""
        with contextlib.suppress(OSError):
            while said := await reader.read(AT_ONCE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._flows.wait()
                passed = say(said)
                if passed is CUT:
                    break
                writer.write(passed)
                await writer.drain()
        await self._flows.wait()
        writer.close()


@contextmanager
def standing(targets: Mapping[str, int]) -> Iterator[dict[str, Door]]:
    """A door in front of each of these ports, by name, until the block ends; they run in a thread of their own."""
    doors = {name: Door(name, port) for name, port in targets.items()}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        servers = [asyncio.run_coroutine_threadsafe(door.open(), loop).result() for door in doors.values()]
        yield doors
        for door in doors.values():
            door.mend()
            door.cut()
        for server in servers:
            loop.call_soon_threadsafe(server.close)
    finally:
        asyncio.run_coroutine_threadsafe(_end(doors.values()), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(doors: Iterable[Door]) -> None:
    """Wait until all that runs has ended, and all that was open is closed."""
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    if others:
        _, left = await asyncio.wait(others, timeout=5)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    for door in doors:
        door.end()
    await asyncio.sleep(0.01)  # a transport that is closed says so in the loop's next rounds
