"""From the queue to messages that can go: claims its part (T1), asks again, has them rendered, a few batches on."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from contracts import topics
from contracts.deliveries import DeliveryState, Lane, Reason
from contracts.rendering import Rendered
from notifier_svc.channels.templates import BatchRefused, RendererAway
from notifier_svc.domain import outcome
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.recheck import Due
from notifier_svc.domain.report import Wanted
from notifier_svc.reports import Report
from notifier_svc.send import observing
from notifier_svc.send.attaching import Attaching, busy
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.claims import Claims
from notifier_svc.send.hands import Hands
from notifier_svc.send.hosts import MailHosts
from notifier_svc.send.how import Sending
from notifier_svc.send.journal import Journal
from notifier_svc.send.line import Line
from notifier_svc.send.message import Ready, ready
from notifier_svc.send.present import Cleared, Facts, gather, sift, unreadable
from notifier_svc.send.rendering import Renderer
from notifier_svc.send.seats import seated
from notifier_svc.store import currency
from notifier_svc.store import sending as store
from notifier_svc.store.sending import LANES, End, Later
from servicekit import clock
from servicekit.db import TROUBLE, Tx
from servicekit.failpoints import Point, reach

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 5  # of a batch, between two looks at what else is to be done
NOT_NOW = Outcome(DeliveryState.QUEUED, delay=0.0)  # back to the queue, where the next claim says until when
BEHIND_SECONDS = 1.0  # between two claims of which all must wait for news of customers: they are as many as there are
BUSY_SECONDS = 0.05  # before asking again for what is due but locked by another sender
DATABASE_RETRY_SECONDS = 0.5


class Counter:
    """Messages that wait for a connection, the urgent ones first; each lane has room of its own."""

    def __init__(self, size: int) -> None:
        # (lane, number, message): the urgent lane first, and in it who came first
        self._places: asyncio.PriorityQueue[tuple[int, int, Ready | None]] = asyncio.PriorityQueue()
        self._room = {lane: asyncio.Semaphore(size) for lane in LANES}
        self._numbers = itertools.count()
        self._choosing = asyncio.Lock()
        self._closed = asyncio.Event()

    async def put(self, message: Ready) -> None:
        """Wait for room, then line up."""
        lane = message.due.lane
        await self._room[lane].acquire()
        self._places.put_nowait((LANES[lane], next(self._numbers), message))

    async def get(self, turn: Callable[[], float], pick_up: Callable[[Due], bool]) -> Ready | None:
        """The first message, chosen when a turn has come; `None` when the counter has closed.

        `turn` takes one and tells how long until it comes; `pick_up` whether a message is still ours.
        """
        async with self._choosing:
            self._places.put_nowait(await self._places.get())  # no turn is taken while nobody waits
            if seconds := turn():
                await self._comes(seconds)
            while (message := await self._first()) and not pick_up(message.due):
                pass
            return message

    async def _comes(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return

    async def _first(self) -> Ready | None:
        *_, message = await self._places.get()
        if message:
            self._room[message.due.lane].release()
        return message

    def close(self, takers: int) -> None:
        """Drop what waits and send each of `takers` home."""
        self._closed.set()
        while not self._places.empty():
            self._places.get_nowait()
        for number in range(takers):
            self._places.put_nowait((-1, number, None))


class Intake:
    """Claims and prepares what is due; runs until cancelled."""

    def __init__(
        self,
        claims: Claims,
        *,
        line: Line,
        keys: Keys,
        hands: Hands,
        journal: Journal,
        renderer: Renderer,
        attaching: Attaching,
        rendering: Breaker,
        delivering: Breaker | MailHosts,
        counter: Counter,
        how: Sending,
    ) -> None:
        self._wake = asyncio.Event()
        self._claims = claims
        self._line = line
        self._keys = keys
        self._hands = hands
        self._journal = journal
        self._renderer = renderer
        self._attaching = attaching
        self._rendering = rendering
        self._delivering = delivering
        self._counter = counter
        self._how = how
        self._batches: asyncio.Queue[list[Cleared]] = asyncio.Queue(1)

    def hear(self, part: str | None) -> None:
        """Something was queued in this part of the queue, or in some part: look, where it is one of ours."""
        if not part or part in self._claims.parts:
            self._wake.set()

    async def run(self) -> None:
        """Claim in one task, prepare in another: while one batch is rendered the next is claimed."""
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._claim_for_ever())
            self._tasks.create_task(self._prepare_for_ever())

    async def _claim_for_ever(self) -> None:
        while True:
            await self._rendering.closed()
            await self._delivering.closed()
            self._wake.clear()
            try:
                cleared, rest = await self._claim()
                seconds = await self._seconds_to_next() if rest is None else rest
            except TROUBLE as error:
                log.warning("nothing can be claimed", extra={"error": type(error).__name__})
                await asyncio.sleep(DATABASE_RETRY_SECONDS)
                continue
            if cleared:
                await self._batches.put(cleared)
            if seconds:
                await self._sleep(seconds)

    async def _claim(self) -> tuple[list[Cleared], float | None]:
        """T1: claim, and settle at once what must wait or not go any more.

        Also how many seconds to rest then: none mostly; `None` where nothing was due.
        """
        async with self._line.transaction() as tx:
            claim = await self._claims.take(tx)
            if not (claim.dues or claim.unreadable):
                return [], None
            facts = await self._facts(tx, claim.dues)
            cleared, ends, later = await _sifted(claim.dues, facts, claim.at)
            cleared, late = await seated(tx, cleared, facts, claim.at)
            ends += map(unreadable, claim.unreadable)
            settled = await store.finish(tx, ends, claim.at)
            await store.postpone(tx, later + late)
        reach(Point.CLAIMED)
        self._hands.take(each.due for each in cleared)
        if settled:
            observing.ended(ends, claim.at)
            self._journal.ring()
        return cleared, BEHIND_SECONDS if facts.behind and not cleared else 0.0

    async def _facts(self, tx: Tx, dues: Sequence[Due]) -> Facts:
        may_wait = any(due.lane is not Lane.URGENT for due in dues)
        behind = may_wait and await currency.is_behind(tx, topics.CUSTOMERS)
        return replace(await gather(tx, self._keys, dues), behind=behind)

    async def _seconds_to_next(self) -> float:
        """How long to sleep when nothing is due: until something is, or until it is time to look again."""
        async with self._line.use() as tx:
            seconds = await self._claims.seconds(tx)
        return POLL_SECONDS if seconds is None else min(POLL_SECONDS, max(BUSY_SECONDS, seconds))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _prepare_for_ever(self) -> None:
        while True:
            for cleared, result in await self._rendered(await self._batches.get()):
                await self._line_up(cleared, result)
                await asyncio.sleep(0)

    async def _rendered(self, batch: list[Cleared]) -> Sequence[tuple[Cleared, Rendered | Outcome]]:
        """The batch rendered, in halves where it is refused; when template-svc is away, all goes back to the queue."""
        try:
            results = await self._renderer.render(batch)
        except BatchRefused as error:
            log.error("template-svc refused a batch", extra={"count": len(batch), "error": str(error)})
            if len(batch) == 1:
                return [(batch[0], outcome.failed(Reason.TEMPLATE_UNUSABLE, "Its values were refused."))]
            middle = len(batch) // 2
            return [*await self._rendered(batch[:middle]), *await self._rendered(batch[middle:])]
        except RendererAway as error:
            delay = self._rendering.failed()
            log.warning("template-svc is away", extra={"count": len(batch), "error": str(error)})
            away = outcome.again("The template service did not answer.", delay=delay)
            return [(cleared, away) for cleared in batch]
        self._rendering.answered()
        return results

    async def _line_up(self, cleared: Cleared, result: Rendered | Outcome) -> None:
        if cleared.report and not cleared.attachment and isinstance(result, Rendered):
            if self._attaching.take_place():
                self._tasks.create_task(self._attach(cleared, cleared.report, result))
                return
            result = busy()
        if isinstance(result, Rendered):
            message = ready(cleared, result, self._how, clock.now())
            if isinstance(message, Ready):
                await self._counter.put(message)
                return
            result = message
        self._journal.end(End(cleared.due, result, tried=False))

    async def _attach(self, cleared: Cleared, want: Wanted, rendered: Rendered) -> None:
        """Have the report made meanwhile: nobody waits for it but its own email."""
        report = await self._attaching.report(want)
        ended = report if isinstance(report, Outcome) else await self._refused_meanwhile(cleared)
        if isinstance(report, Report) and ended is None:
            await self._line_up(replace(cleared, attachment=report), rendered)
        elif ended:
            self._journal.end(End(cleared.due, ended, tried=False))

    async def _refused_meanwhile(self, cleared: Cleared) -> Outcome | None:
        """A report takes its time: the domain is asked once more whether its email may still go."""
        try:
            async with self._line.transaction() as tx:
                facts, now = await self._facts(tx, [cleared.due]), await tx.fetchval("select now()")
        except TROUBLE as error:
            log.warning("an email can't be asked about again", extra={"error": type(error).__name__})
            return outcome.again("The database did not answer.", delay=DATABASE_RETRY_SECONDS)
        _, ends, later = sift([cleared.due], facts, now)
        if later:
            return NOT_NOW
        return ends[0].outcome if ends else None


async def _sifted(dues: Sequence[Due], facts: Facts, now: datetime) -> tuple[list[Cleared], list[End], list[Later]]:
    """A few at a time: between two what is more urgent goes on."""
    cleared, ends, later = list[Cleared](), list[End](), list[Later]()
    for first in range(0, len(dues), AT_ONCE):
        may_go, end, must_wait = sift(dues[first : first + AT_ONCE], facts, now)
        cleared += may_go
        ends += end
        later += must_wait
        await asyncio.sleep(0)
    return cleared, ends, later
