"""The sender, put together: intakes, workers, journal and housekeeping, and a graceful end."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from typing import Any

from contracts.deliveries import Lane
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import normalise
from notifier_svc.domain.recheck import Due
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.hands import Hands
from notifier_svc.send.housekeeping import Housekeeping
from notifier_svc.send.how import Sending
from notifier_svc.send.intake import Counter, Intake
from notifier_svc.send.journal import Journal
from notifier_svc.send.line import Line
from notifier_svc.send.rendering import Renderer
from notifier_svc.send.worker import Worker
from notifier_svc.store import sending as store
from servicekit.db import TROUBLE, Database

log = logging.getLogger(__name__)

DRAIN_SECONDS = 8.0
WRITE_SECONDS = 2.0
LANES = ((Lane.URGENT,), (Lane.NORMAL, Lane.BULK))  # the urgent lane has an intake of its own, so that none is ahead


class Sender:
    """Sends what is due until cancelled."""

    def __init__(self, database: Database, renderer: Renderer, keys: Keys, how: Sending) -> None:
        self._keys = keys
        self._hands = Hands()
        self._journal = Journal(database, self._hands, how, self._wake)
        self._counter = Counter(2 * how.connections)
        self._lines = [Line(database) for _ in range(3)]
        rendering, delivering = Breaker(first=how.breaker_seconds), Breaker(first=how.breaker_seconds)
        self._intakes = [
            Intake(
                lanes,
                line=line,
                keys=keys,
                hands=self._hands,
                journal=self._journal,
                renderer=renderer,
                rendering=rendering,
                delivering=delivering,
                counter=self._counter,
                how=how,
            )
            for lanes, line in zip(LANES, self._lines, strict=False)
        ]
        self._housekeeping = Housekeeping(database, self._lines[-1], self._hands, self._journal, self._wake, how.lease)
        self._workers = [
            Worker(self._counter, self._journal, delivering, how, self._bounced) for _ in range(how.connections)
        ]

    async def run(self) -> None:
        """Send; on the way out finish what is on the wire, write it down, and give back the rest."""
        journal = asyncio.create_task(self._journal.run())
        intake = [asyncio.create_task(part.run()) for part in self._intakes]
        intake.append(asyncio.create_task(self._housekeeping.run()))
        workers = [asyncio.create_task(worker.run()) for worker in self._workers]
        everyone = [journal, *intake, *workers]
        try:
            done, _ = await asyncio.wait(everyone, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await self._end(intake, workers, journal)

    def _wake(self) -> None:
        for intake in self._intakes:
            intake.wake.set()

    def _bounced(self, due: Due) -> bytes:
        return self._keys.address(due.company_id, due.channel, normalise(due.address or ""))

    async def _end(
        self,
        intake: Collection["asyncio.Task[Any]"],
        workers: Collection["asyncio.Task[Any]"],
        journal: "asyncio.Task[Any]",
    ) -> None:
        await _cancelled(intake)
        self._counter.close(len(workers))
        await asyncio.wait(workers, timeout=DRAIN_SECONDS)
        await _cancelled(workers)
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._journal.drained()
                async with self._lines[-1].use() as tx:
                    await store.give_back(tx, self._hands.not_begun())
        except TROUBLE as error:
            log.warning("leases will run out by themselves", extra={"error": type(error).__name__})
        finally:
            await _cancelled([journal])
            await self._journal.close()
            for line in self._lines:
                await line.close()


async def _cancelled(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancel and wait; what they were about to raise was raised or logged before."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
