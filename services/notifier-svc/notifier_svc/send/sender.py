"""The sender, put together: intakes, workers, journal and housekeeping, and a graceful end."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from contracts.deliveries import Lane
from notifier_svc.channels.twilio import Twilio
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import normalise
from notifier_svc.domain.recheck import Due
from notifier_svc.reports import Reports
from notifier_svc.sealing import Seal
from notifier_svc.send import observing
from notifier_svc.send.allowance import Allowance
from notifier_svc.send.attaching import Attaching
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.claims import Claims, EmailClaims, PhoneClaims
from notifier_svc.send.hands import Hands
from notifier_svc.send.hosts import MailHosts
from notifier_svc.send.housekeeping import Housekeeping
from notifier_svc.send.how import Sending
from notifier_svc.send.intake import Counter, Intake
from notifier_svc.send.journal import Journal
from notifier_svc.send.line import Line
from notifier_svc.send.mail import MailCourier
from notifier_svc.send.phone import PhoneCourier
from notifier_svc.send.rendering import Renderer
from notifier_svc.send.worker import Worker
from notifier_svc.store import sending as store
from servicekit.db import TROUBLE, Database

log = logging.getLogger(__name__)

DRAIN_SECONDS = 8.0
WRITE_SECONDS = 2.0
LANES = ((Lane.URGENT,), (Lane.NORMAL, Lane.BULK))  # urgent emails have an intake of their own, so that none is ahead


@dataclass(frozen=True, slots=True)
class _Way:
    """One way out of the house: those who wait for it, and whether its host answers."""

    counter: Counter
    breaker: Breaker | MailHosts


class Sender:
    """Sends what is due until cancelled."""

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        reports: Reports,
        twilio: Twilio,
        keys: Keys,
        seal: Seal,
        how: Sending,
    ) -> None:
        self._keys = keys
        self._seal = seal
        self._twilio = twilio
        self._how = how
        self._hands = Hands()
        self._journal = Journal(database, self._hands, how, self._wake)
        self._lines = [Line(database) for _ in range(4)]
        self._attaching = Attaching(reports, how.report_retry_seconds)
        self._rendering = Breaker("template-svc", first=how.breaker_seconds)
        self._hosts = MailHosts(how.hosts, how.breaker_seconds)
        self._away = Breaker("twilio", first=how.breaker_seconds)
        self._mail = _Way(Counter(2 * how.connections), self._hosts)
        self._phone = _Way(Counter(2 * how.twilio_connections), self._away)
        self._allowance = Allowance(first=how.breaker_seconds)
        self._intakes = [
            self._intake(EmailClaims(lanes, self._hosts, self._hands, how.lease), self._mail, renderer, line)
            for lanes, line in zip(LANES, self._lines, strict=False)
        ]
        self._intakes.append(
            self._intake(
                PhoneClaims(self._allowance, self._hands, max(1, how.twilio_connections // 2), how.lease),
                self._phone,
                renderer,
                self._lines[-2],
            )
        )
        self._housekeeping = Housekeeping(database, self._lines[-1], self._hands, self._journal, self._wake, how)

    def _intake(self, claims: Claims, way: "_Way", renderer: Renderer, line: Line) -> Intake:
        return Intake(
            claims,
            line=line,
            keys=self._keys,
            hands=self._hands,
            journal=self._journal,
            renderer=renderer,
            attaching=self._attaching,
            rendering=self._rendering,
            delivering=way.breaker,
            counter=way.counter,
            how=self._how,
        )

    async def run(self) -> None:
        """Send; on the way out finish what is on the wire, write it down, and give back the rest."""
        observing.from_zero()
        journal = asyncio.create_task(self._journal.run())
        intake = [asyncio.create_task(part.run()) for part in self._intakes]
        intake.append(asyncio.create_task(self._housekeeping.run()))
        workers = [asyncio.create_task(worker.run()) for worker in self._workers()]
        everyone = [journal, *intake, *workers]
        try:
            done, _ = await asyncio.wait(everyone, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await self._end(intake, workers, journal)

    def _workers(self) -> list[Worker]:
        phone = PhoneCourier(self._twilio, self._seal, self._allowance, self._away)
        mail = [MailCourier(self._hosts) for _ in range(self._how.connections)]
        return [
            *(Worker(self._mail.counter, self._journal, courier, self._hash_of) for courier in mail),
            *(
                Worker(self._phone.counter, self._journal, phone, self._hash_of)
                for _ in range(self._how.twilio_connections)
            ),
        ]

    def _wake(self, part: str | None = None) -> None:
        for intake in self._intakes:
            intake.hear(part)

    def _hash_of(self, due: Due) -> bytes:
        return self._keys.address(due.company_id, due.channel, normalise(due.address or ""))

    async def _end(
        self,
        intake: Collection["asyncio.Task[Any]"],
        workers: Collection["asyncio.Task[Any]"],
        journal: "asyncio.Task[Any]",
    ) -> None:
        await _cancelled(intake)
        self._mail.counter.close(self._how.connections)
        self._phone.counter.close(self._how.twilio_connections)
        await asyncio.wait(workers, timeout=DRAIN_SECONDS)
        await _cancelled(workers)
        self._hosts.hang_up()
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
