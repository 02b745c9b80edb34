"""What sending writes down: that a message is about to go on the wire (T2), and how it ended (T3)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from notifier_svc.domain.outcome import gave_up
from notifier_svc.domain.recheck import Due
from notifier_svc.send import observing
from notifier_svc.send.breaker import backoff
from notifier_svc.send.coalescer import Coalescer
from notifier_svc.send.hands import Hands
from notifier_svc.send.how import Sending
from notifier_svc.send.line import Line
from notifier_svc.store import sending as store
from notifier_svc.store.sending import End, Start
from servicekit import clock
from servicekit.db import TROUBLE, Database
from servicekit.failpoints import Point, reach

log = logging.getLogger(__name__)

MOST_RETRY_SECONDS = 900.0
DATABASE_RETRY_SECONDS = 0.2
BELL_SECONDS = 0.02  # at most 50 times a second: each NOTIFY is a commit of its own


class Late(Exception):
    """T2 was written so long ago that somebody else may have the message by now."""


class Journal:
    """Coalesced writes of T2 and T3 on connections of their own; `run` writes until cancelled."""

    def __init__(self, database: Database, hands: Hands, how: Sending, requeued: Callable[[], None]) -> None:
        self._hands = hands
        self._requeued = requeued
        self._margin = how.lease / 3
        self._clock = how.clock
        self._retry_seconds = how.retry_seconds
        self._start_line, self._end_line, self._bell_line = Line(database), Line(database), Line(database)
        self._starts = Coalescer(self._write_starts, lambda start: start.due.id)
        self._ends = Coalescer(self._write_ends, lambda end: end.due.id)
        self._bell = asyncio.Event()

    async def run(self) -> None:
        """Write what is handed in until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._starts.run())
            tasks.create_task(self._ends.run())
            tasks.create_task(self._ring())

    async def close(self) -> None:
        """Hang up."""
        for line in (self._start_line, self._end_line, self._bell_line):
            await line.close()

    def pick_up(self, due: Due) -> bool:
        """Whether it is still ours: what waited too long for a connection was given back, to be asked about again."""
        return self._hands.pick_up(due)

    async def begin(self, start: Start) -> bool:
        """T2: whether the message may go on the wire now. Raises `Late`, or trouble of the database: then it must not.

        How long the answer may take is measured from the question on: for so long its lease lasts at least.
        """
        asked_at = self._clock()
        begun = self._hands.begin(start.due) and await self._starts.add(start)
        if begun and self._clock() - asked_at > self._margin.total_seconds():
            raise Late
        return begun

    def end(self, end: End) -> None:
        """T3: how it ended. Nobody waits for it: it is tried until it is written."""
        self._ends.add(end)

    def ring(self) -> None:
        """Wake the relay: something is to be published."""
        self._bell.set()

    async def drained(self) -> None:
        """Return when all outcomes are written."""
        await self._ends.idle()

    async def _write_starts(self, starts: list[Start]) -> set[UUID]:
        async with self._start_line.use() as tx:
            begun = await store.begin(tx, starts, self._margin)
        reach(Point.BEGUN)
        self._hands.drop(start.due for start in starts if start.due.id not in begun)
        return begun

    async def _write_ends(self, ends: list[End]) -> set[UUID]:
        """Write, through any outage of the database; an end that can't be written doesn't stop its neighbours."""
        while True:
            try:
                return await self._try_ends(ends)
            except TROUBLE as error:
                log.warning("outcomes can't be written yet", extra={"count": len(ends), "error": type(error).__name__})
                await asyncio.sleep(DATABASE_RETRY_SECONDS)
            except Exception:
                log.exception("outcomes can't be written", extra={"deliveries": [str(end.due.id) for end in ends]})
                if len(ends) == 1:
                    self._hands.drop([ends[0].due])  # its lease runs out, and the sweep settles it
                    return set()
                return {id for end in ends for id in await self._write_ends([end])}

    async def _try_ends(self, ends: list[End]) -> set[UUID]:
        now = clock.now()
        settled = [self._settled(end, now) for end in ends]
        final = [end for end, delay in settled if delay is None]
        later = [(end, delay) for end, delay in settled if delay is not None]
        async with self._end_line.transaction() as tx:
            written = await store.finish(tx, final, now) | await store.put_back(tx, later)
            reach(Point.ENDING)
        reach(Point.ENDED)
        self._told(final, written, now)
        self._hands.drop(end.due for end in ends)
        if later:
            self._requeued()
        return written

    def _told(self, ends: Sequence[End], written: set[UUID], now: datetime) -> None:
        observing.ended([end for end in ends if end.due.id in written], now)
        if written:
            self.ring()

    def _settled(self, end: End, now: datetime) -> tuple[End, timedelta | None]:
        """The end as it will be written, with the delay of its next try; past its expiry there is none."""
        if not end.outcome.temporary:
            return end, None
        delay = timedelta(seconds=self._delay(end))
        if end.due.expires_at <= now + delay:
            return replace(end, outcome=gave_up(end.outcome)), None
        return end, delay

    def _delay(self, end: End) -> float:
        if end.outcome.delay is not None:
            return end.outcome.delay
        return backoff(self._retry_seconds, end.due.attempts, MOST_RETRY_SECONDS)

    async def _ring(self) -> None:
        """Notify the relay, outside T3 and once for many: a NOTIFY serialises commits. The relay polls, too."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                async with self._bell_line.use() as tx:
                    await store.wake_relay(tx)
            except TROUBLE as error:
                log.warning("the relay could not be woken", extra={"error": type(error).__name__})
                await asyncio.sleep(DATABASE_RETRY_SECONDS)
            await asyncio.sleep(BELL_SECONDS)
