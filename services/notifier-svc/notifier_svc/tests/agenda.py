"""The schedule on a real database, told of events and of the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts import events
from contracts.topics import JOBS
from notifier_svc import planning, scheduler, scheduling
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Rule
from notifier_svc.events import consumers
from notifier_svc.store import rules as rules_store
from notifier_svc.tests.factories import NOW, a_company, a_customer, a_job, an_event
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Database


@dataclass
class Agenda:
    """A company's schedule; the jobs' versions are counted here."""

    db: Database
    keys: Keys
    now: datetime = NOW
    versions: dict[Any, int] = field(default_factory=dict)

    async def know(self, *profiles: Any) -> None:
        """Let profiles arrive."""
        async with self.db.worker() as tx:
            await copies.put(tx, "companies", [a_company()])
            await copies.put(tx, "customers", profiles or [a_customer()])

    async def rule(self, *made: Rule) -> None:
        """Make rules, and let the jobs follow them."""
        async with self.db.worker() as tx:
            await rules_store.add(tx, made)
        await self.follow_rules()

    async def change(self, rule: Rule, before: Rule) -> None:
        """Change a rule, and let the jobs follow it."""
        async with self.db.worker() as tx:
            await rules_store.replace(tx, rule, before, 1)
        await self.follow_rules()

    async def follow_rules(self) -> None:
        """All the slices there are, the second round for late ones too."""
        async with self.db.worker() as tx:
            await tx.execute("update rule_change set due_at = now()")
        again = True
        while again:
            async with self.db.worker() as tx:
                again = await scheduling.follow_rules(tx, self.now)

    def event(self, kind: type[events.JobEvent], job: dict[str, Any] | None = None, **more: Any) -> Any:
        """The next event of a job, at the time that it is."""
        about = a_job(**{"visits": ()} | (job or {}))
        self.versions[about.id] = self.versions.get(about.id, 0) + 1
        told = an_event(kind, job=about.model_copy(update={"version": self.versions[about.id]}), **more)
        return an_envelope(told, time=self.now)

    async def hear(self, *arriving: Any) -> None:
        """Handle a batch of events as the schedule does."""
        async with self.db.worker() as tx:
            await scheduling.follow(tx, arriving, self.now)

    async def plan(self, *arriving: Any) -> None:
        """Handle a batch of events as the planner does, before the schedule has heard of them."""
        [planner] = [consumer for consumer in consumers(self.keys) if consumer.group == planning.JOBS_GROUP]
        async with self.db.worker() as tx:
            await planner.handle(tx, arriving)

    async def consume(self, *arriving: Any) -> None:
        """Handle a batch of events as the whole service does."""
        for consumer in consumers(self.keys):
            if consumer.topic is JOBS:
                async with self.db.worker() as tx:
                    await consumer.handle(tx, arriving)

    async def tell(self) -> int:
        """Let the scheduler do what is due, and nothing more; returns how many entries it looked at."""
        looked = found = 0
        while found or not looked:
            async with self.db.worker() as tx:
                found = await scheduler.tell_due(tx, self.keys, self.now)
            looked += found
            if not found:
                break
        return looked

    async def log(self) -> list[tuple[str, str]]:
        """The deliveries of reminders: trigger, and what became of it."""
        rows = await self.fetch("select trigger, reason, state from delivery order by occurred_at, trigger")
        return [(row["trigger"], row["reason"] or row["state"]) for row in rows]

    async def waiting(self) -> list[datetime]:
        """When what waits is due."""
        return [row[0] for row in await self.fetch("select due_at from schedule where due_at is not null order by 1")]

    async def fetch(self, sql: str, *values: Any) -> Sequence[Any]:
        """Rows, as a worker sees them."""
        async with self.db.worker() as tx:
            return list(await tx.fetch(sql, *values))
