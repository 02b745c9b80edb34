"""The mail hosts: the first that works is used, each within its limits; one that fails is left alone for a while."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from notifier_svc.channels.smtp import Connection, Host, HostAway
from notifier_svc.send.breaker import Breaker

log = logging.getLogger(__name__)

ENGAGED_SECONDS = 0.5
ROOM_SECONDS = 1.0


class Pace:
    """A token bucket of one second's worth, one message at least; who finds it empty waits for its turn."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = monotonic) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._saved = max(0.0, 1.0 - self._gap)
        self._clock = clock
        self._next = 0.0

    def wait(self) -> float:
        """Take a turn; returns how long until it comes."""
        if not self._gap:
            return 0.0
        now = self._clock()
        turn = max(self._next, now - self._saved)
        self._next = turn + self._gap
        return max(0.0, turn - now)


class NoRoom(HostAway):
    """It works, and as many messages as it allows are on their way to it."""


class Way:
    """One mail host, whose connections are lent by the message: it never has more than it allows."""

    def __init__(self, host: Host, first_pause: float) -> None:
        self.host = host
        self.breaker = Breaker(f"{host.name}:{host.port}", first=first_pause)
        self._pace = Pace(host.per_second)
        self._room = asyncio.Semaphore(host.connections)
        self._idle: list[Connection] = []
        self._shaky = False
        self._tried = 0

    @property
    def engaged(self) -> bool:
        """Whether somebody is finding out if it works again: others need not wait for that, too."""
        return self._shaky and self._tried > 0

    @property
    def idle(self) -> bool:
        """Whether a connection waits for its next message."""
        return any(connection.idle for connection in self._idle)

    async def borrow(self) -> Connection:
        """A connection, used last or new. Raises `HostAway`, and `NoRoom`: a message's re-check must not grow old."""
        try:
            async with asyncio.timeout(ROOM_SECONDS if self._room.locked() else None):
                await self._room.acquire()
        except TimeoutError:
            raise NoRoom("all connections to it are in use") from None
        try:
            while self._idle:
                if (connection := self._idle.pop()).idle:
                    return connection
                connection.close()
            if self.breaker.seconds:  # it failed while there was no room
                raise HostAway("another connection failed a moment ago")
            return await self.open()
        except BaseException:
            self._room.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """For whoever comes next; unless it is closed, or of no use any more."""
        if connection.idle:
            self._idle.append(connection)
        else:
            connection.close()
        self._room.release()

    async def part(self) -> None:
        """Say goodbye on all that lie idle."""
        while self._idle:
            await self._idle.pop().quit()

    def hang_up(self) -> None:
        """End all that lie idle, at once."""
        while self._idle:
            self._idle.pop().close()

    async def open(self) -> Connection:
        """Connect. Raises `HostAway`; then it is left alone for a while."""
        self._tried += 1
        try:
            connection = await Connection.open(self.host)
        except HostAway:
            self.failed()
            raise
        finally:
            self._tried -= 1
        self.answered()
        return connection

    def answered(self) -> None:
        """It works."""
        self._shaky = False
        self.breaker.answered()

    def failed(self) -> None:
        """It is of no use now."""
        self._shaky = True
        self.breaker.failed()

    def turn(self) -> float:
        """Take a turn to give it one more message; returns how long until it comes."""
        return self._pace.wait()


class MailHosts:
    """The first one, and another in its place. What is in doubt at one never goes to the other: it is not repeated."""

    def __init__(self, hosts: Sequence[Host], first_pause: float) -> None:
        self._ways = [Way(host, first_pause) for host in hosts]
        self.several = len(hosts) > 1

    @property
    def seconds(self) -> float:
        """How long until one of them may be asked."""
        return min(map(self._wait, self._ways))

    @property
    def per_second(self) -> float | None:
        """How many messages the one that would be asked now takes; `None`: as many as there are."""
        way = next(self._in_turn(), None)
        return way.host.per_second if way else None

    def turn(self) -> tuple[float, Way | None]:
        """A turn at the one that would be asked now: how long until it comes, and whose it is."""
        way = next(self._in_turn(), None)
        return (way.turn(), way) if way else (0.0, None)

    async def closed(self) -> None:
        """Wait until one may be asked."""
        while seconds := self.seconds:
            await asyncio.sleep(seconds)

    async def goodbye(self) -> None:
        """Part with all of them."""
        for way in self._ways:
            await way.part()

    def hang_up(self) -> None:
        """End what lies idle, at once."""
        for way in self._ways:
            way.hang_up()

    async def connect(self) -> tuple[Connection, Way]:
        """A connection to the best one that can be reached, to be given back to it. Raises `HostAway`."""
        away = HostAway("another connection failed a moment ago")
        for way in self._in_turn():
            try:
                connection = await way.borrow()
            except NoRoom as error:
                away = error
            except HostAway as error:
                log.warning("a mail host is away", extra={"number": self._ways.index(way), "code": error.code})
                away = error
            else:
                self._leave_all_but(way)
                return connection, way
        raise away

    def _leave_all_but(self, way: Way) -> None:
        for other in self._ways:
            if other is not way:
                other.hang_up()

    def _in_turn(self) -> Iterator[Way]:
        """Those that may be asked now, the best first."""
        return (way for way in self._ways if not self._wait(way) or (not self.several and way.idle))

    def _wait(self, way: Way) -> float:
        """How long this one is left alone: it failed, or somebody finds out whether it works again."""
        return max(way.breaker.seconds, ENGAGED_SECONDS if self.several and way.engaged else 0.0)
