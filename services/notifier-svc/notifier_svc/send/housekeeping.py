"""Around the sending: hears that something is due, keeps leases alive, settles those of senders that are gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from notifier_svc.domain.usage import month_at
from notifier_svc.send import observing
from notifier_svc.send.hands import Hands
from notifier_svc.send.how import Sending
from notifier_svc.send.journal import Journal
from notifier_svc.send.line import Line
from notifier_svc.store import erasure, hindsight, once, pauses, places, usage, volume
from notifier_svc.store import sending as store
from servicekit import clock
from servicekit.db import TROUBLE, Connection, Database

log = logging.getLogger(__name__)

SWEEP_AT_ONCE = 500
RECONNECT_SECONDS = 1.0
BACKLOG_SECONDS = 15.0
FORGET_SECONDS = 3600.0
RELEASE_SECONDS = 1.0


class Housekeeping:
    """Runs until cancelled; trouble of the database is waited out."""

    def __init__(
        self,
        database: Database,
        line: Line,
        hands: Hands,
        journal: Journal,
        wake: Callable[[str | None], None],
        how: Sending,
    ) -> None:
        self._database = database
        self._line = line
        self._hands = hands
        self._journal = journal
        self._wake = wake
        self._lease = how.lease
        self._release_per_second = how.release_per_second

    async def run(self) -> None:
        """Listen, renew, sweep, release, count and forget."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen_for_ever())
            tasks.create_task(self._every(self._lease.total_seconds() / 6, self._renew))
            tasks.create_task(self._every(min(4.0, self._lease.total_seconds() / 6), self._sweep))
            tasks.create_task(self._every(RELEASE_SECONDS, self._release))
            tasks.create_task(self._every(BACKLOG_SECONDS, self._count))
            tasks.create_task(self._every(FORGET_SECONDS, self._forget))

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except TROUBLE as error:
                log.warning("housekeeping has to wait", extra={"error": type(error).__name__})
            except Exception:  # what can't be kept in order must not keep everything else from being sent
                log.exception("housekeeping failed, and will be tried again")
            await asyncio.sleep(seconds)

    async def _renew(self) -> None:
        """Lengthen the leases of what is carried for long; what has waited half a lease for a connection is given back.

        The answer of the re-check must not grow old: whoever claims it next asks again (G4, G7).
        """
        seconds = self._lease.total_seconds()
        old, stale = self._hands.carried_before(seconds / 3), self._hands.waiting_since(seconds / 2)
        if not (old or stale):
            return
        self._hands.drop(stale)
        async with self._line.transaction() as tx:
            self._hands.renewed(await store.renew(tx, old, self._lease))
            await store.give_back(tx, stale)
        if stale:
            self._wake(None)

    async def _sweep(self) -> None:
        now = clock.now()
        async with self._line.transaction() as tx:
            lost = await store.sweep(tx, self._hands.ids(), SWEEP_AT_ONCE, now)
        if lost:
            log.warning("deliveries are in doubt: their sender ended", extra={"count": len(lost)})
            observing.ended(lost, now)
            self._journal.ring()
        self._wake(None)

    async def _release(self) -> None:
        """What waited for the end of a pause goes bit by bit: not all that has gathered falls on people at once."""
        async with self._line.transaction() as tx:
            released = await pauses.release(tx, self._release_per_second)
        if released:
            self._wake(None)

    async def _count(self) -> None:
        async with self._line.use() as tx:
            observing.waiting(*await store.backlog(tx), await store.retrying(tx))
            observing.pauses(*await pauses.counts(tx))
            observing.caps(*await usage.in_sight(tx, month_at(clock.now())))

    async def _forget(self) -> None:
        async with self._line.transaction() as tx:
            await erasure.forget_old_tests(tx)
            await volume.forget(tx)
            await places.forget(tx)
            await hindsight.forget(tx)
        while await self._forget_told() == once.FORGET_AT_ONCE:
            pass

    async def _forget_told(self) -> int:
        async with self._line.transaction() as tx:
            return await once.forget(tx)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen(await self._database.worker_connection())
            except TROUBLE as error:
                log.warning("not listening", extra={"error": type(error).__name__})
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, connection: Connection) -> None:
        """Wake the intakes whenever the planner queued something, until the connection ends."""
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener("due", lambda *said: self._wake(str(said[-1])))
            self._wake(None)
            await ended.wait()
        finally:
            await connection.close(timeout=2)
