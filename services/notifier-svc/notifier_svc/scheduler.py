"""Tells what has waited for its time: takes what is due, has it planned, and notes what comes next, all at once."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from contracts.jobs import Job
from notifier_svc import planning, scheduling
from notifier_svc.domain.course import Course, Subject
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry, advanced, looked_at
from notifier_svc.domain.scheduled import scheduled
from notifier_svc.domain.timing import first_zone
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.domain.volume import Breaker
from notifier_svc.store import schedule as store
from notifier_svc.store.schedule import Site
from servicekit import clock
from servicekit.db import Connection, Tx
from servicekit.isolation import isolated
from servicekit.runtime import Runtime
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

AT_ONCE = 200
POLL_SECONDS = 15.0
CATCH_UP_SECONDS = 0.5
BUSY_SECONDS = 0.05  # before asking again for what is due but in another scheduler's hands
CUSTOMER_AGAIN = timedelta(minutes=1)
MISTAKE_AGAIN = timedelta(minutes=5)
FORGET_SECONDS = 3600.0
FORGET_AT_ONCE = 1_000

_behind = meter.create_gauge("fieldbell_schedule_behind_seconds", description="How late the next reminder is.")


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come, and what is noted once it is planned."""

    entry: Entry
    rule: Rule
    subject: Subject
    zone: tzinfo
    occurrence: Occurrence

    @property
    def next(self) -> Entry:
        """The entry as it waits on then."""
        return advanced(self.entry, self.rule, self.subject, self.zone)


async def keep_schedule(runtime: Runtime, keys: Keys, breaker: Breaker) -> None:
    """For ever: plan what is due, let jobs follow changed rules, forget what is over. Any number may run at once.

    First what happened to the jobs while nobody listened is taken in: a visit may be cancelled since, an invoice paid.
    """
    while not await runtime.has_read(scheduling.GROUP):
        await asyncio.sleep(CATCH_UP_SECONDS)
    wake = asyncio.Event()
    connection = await runtime.database.worker_connection()
    try:
        await connection.add_listener("schedule", lambda *_: wake.set())
        forgot = time.monotonic()
        while True:
            wake.clear()
            if not await _turn(runtime, keys, breaker):
                await _sleep(runtime, wake, connection)
            if time.monotonic() - forgot > FORGET_SECONDS:
                await _forget(runtime)
                forgot = time.monotonic()
    finally:
        await connection.close(timeout=2)


async def _turn(runtime: Runtime, keys: Keys, breaker: Breaker) -> bool:
    """Whether there was something to do."""
    async with runtime.database.worker() as tx:
        told = await tell_due(tx, keys, clock.now(), breaker)
    async with runtime.database.worker() as tx:
        return await scheduling.follow_rules(tx, clock.now()) or bool(told)


async def _sleep(runtime: Runtime, wake: asyncio.Event, connection: Connection) -> None:
    """Until the next is due, or something is scheduled; a lost notification costs one poll interval."""
    if connection.is_closed():
        raise ConnectionResetError
    async with runtime.database.worker() as tx:
        due = await store.next_due(tx)
    seconds = (due - clock.now()).total_seconds() if due else POLL_SECONDS
    _behind.set(max(0.0, -seconds))
    try:
        async with asyncio.timeout(min(POLL_SECONDS, max(BUSY_SECONDS, seconds))):
            await wake.wait()
    except TimeoutError:
        return


async def _forget(runtime: Runtime) -> None:
    gone = FORGET_AT_ONCE
    while gone == FORGET_AT_ONCE:
        async with runtime.database.worker() as tx:
            gone = await store.forget_over(tx, clock.now(), FORGET_AT_ONCE)


async def tell_due(tx: Tx, keys: Keys, now: datetime, breaker: Breaker = planning.BREAKER) -> int:
    """Plan what is due at `now`, the earliest first, up to a slice; returns how many entries were looked at.

    One that always fails is left for later and stops no other.
    """
    taken = await store.take_due(tx, now, AT_ONCE)

    async def work(some: Sequence[Entry]) -> None:
        await _tell(tx, keys, some, now, breaker)

    async def give_up(entry: Entry, error: Exception) -> None:
        log.error("a reminder can't be planned", extra={"job_id": str(entry.job_id), "error": type(error).__name__})
        await store.advance(tx, [replace(entry, due_at=now + MISTAKE_AGAIN)])

    await isolated(tx, taken, work, give_up)
    return len(taken)


async def _tell(tx: Tx, keys: Keys, taken: Sequence[Entry], now: datetime, breaker: Breaker) -> None:
    looked = await look(tx, keys, taken, now)
    if len(looked) < len(taken):
        raise LookupError("a course can't be read")
    due = [each for each in looked if isinstance(each, Due)]
    facts = await planning.gather(tx, keys, [each.occurrence for each in due])
    waiting = [each for each in due if not facts.cover(each.occurrence) and not _waited(each.occurrence, now)]
    ready = [each for each in due if each not in waiting]
    await planning.plan_all(tx, keys, [each.occurrence for each in ready], facts, now, breaker)
    settled = [each for each in looked if isinstance(each, Entry)]
    later = [replace(each.entry, due_at=now + CUSTOMER_AGAIN) for each in waiting]
    await store.advance(tx, settled + later + [each.next for each in ready])


def _waited(occurrence: Occurrence, now: datetime) -> bool:
    """Whether its customer's profile has had its time to arrive."""
    return now - occurrence.occurred_at > planning.WAIT_FOR_CUSTOMER


async def look(tx: Tx, keys: Keys, taken: Sequence[Entry], now: datetime) -> list[Due | Entry]:
    """Each entry as it is today: by its rule, its job and its clock; those whose job can't be read are absent."""
    told = await store.courses_to_tell(tx, {(entry.company_id, entry.job_id) for entry in taken})
    rules = await store.timed_rules(tx, {entry.company_id for entry in taken})
    by_id = {rule.id: rule for of_company in rules.values() for rule in of_company}
    sites = [
        Site(job.id, job.company_id, job.customer_id, job.service_address_id)
        for course, job in told.values()
        if course.zone is None
    ]
    zones = await store.zones(tx, sites)
    found: list[Due | Entry] = []
    for entry in taken:
        if entry.job_id not in told:
            continue
        course, job = told[entry.job_id]
        zone = first_zone(course.zone) if course.zone else zones[job.id]
        rule = by_id.get(entry.rule_id)
        seen = looked_at(entry, rule, course, zone, now)
        if rule and isinstance(seen, Subject):
            found.append(message_of(keys, entry, rule, seen, told[entry.job_id], zone, now))
        elif isinstance(seen, Entry):
            found.append(seen)
    return found


def message_of(
    keys: Keys, entry: Entry, rule: Rule, subject: Subject, told: tuple[Course, Job], zone: tzinfo, now: datetime
) -> Due:
    """The message that `entry` waited for, as it is told `now`."""
    number = entry.told + 1
    id = keys.occurrence(entry.company_id, entry.job_id, entry.subject_id, rule.id, entry.version, number)
    data = scheduled(entry, rule, subject, told, id, zone, now)
    return Due(entry, rule, subject, zone, Occurrence(id, entry.company_id, data.due_at, data))
