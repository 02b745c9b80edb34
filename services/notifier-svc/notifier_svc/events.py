"""Kafka in: job events are planned and move the schedule, other services' snapshots are copied, companies get rules."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts import topics
from contracts.events import JobEvent
from contracts.profiles import CustomerDeleted
from notifier_svc import planning, scheduling, windows
from notifier_svc.domain.changes import STARTERS, of_rule
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.starters import starter_rules
from notifier_svc.domain.timing import unknown_zones
from notifier_svc.domain.volume import Breaker
from notifier_svc.store import changes, currency, jobs, rules, statuses, templates
from notifier_svc.store import windows as windows_store
from notifier_svc.store.erasure import erase, repeat
from servicekit import clock, copies
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.failpoints import Point, reach
from servicekit.kafka import Consumer
from servicekit.runtime import Runtime

log = logging.getLogger(__name__)

CUSTOMERS_GROUP = "notifier-svc.customers"
NOTE_SECONDS = 2.0
ASKED_SECONDS = 10.0
RELEASE_SECONDS = 1.0
SCHEDULE_REST_SECONDS = 0.2


def consumers(keys: Keys, breaker: Breaker = planning.BREAKER, window: timedelta = windows.LENGTH) -> list[Consumer]:
    """What the notifier listens to."""

    async def on_job_events(tx: Tx, events: Sequence[Event[Any]]) -> None:
        logged = await planning.plan_events(tx, keys, await windows.told_now(tx, events, window), breaker)
        await jobs.keep(tx, _of_jobs(events), logged)
        reach(Point.PLANNED)

    async def follow_jobs(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await scheduling.follow(tx, _of_jobs(events), clock.now())

    async def on_customer_requests(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await planning.plan_events(tx, keys, events)

    async def on_customers(tx: Tx, events: Sequence[Event[Any]]) -> None:
        _tell_of_unknown_zones(events)
        deleted = [event for event in events if isinstance(event.data, CustomerDeleted)]
        await copies.apply(tx, "customers", [e for e in events if not isinstance(e.data, CustomerDeleted)])
        for event in deleted:
            await erase(tx, keys, event.company_id, event.data.id, clock.now())
        await copies.apply(tx, "customers", deleted)

    async def on_companies(tx: Tx, events: Sequence[Event[Any]]) -> None:
        _tell_of_unknown_zones(events)
        await copies.apply(tx, "companies", events)
        for company_id in {event.company_id for event in events}:
            begun = await rules.has_any(tx, company_id)  # starters that came later are for its office to switch on
            starters = starter_rules(company_id, clock.now())
            offered = [replace(rule, active=rule.active and not begun) for rule in starters]
            added = await rules.add(tx, offered)
            made = [of_rule(rule, 1) for rule in offered if rule.id in added]
            await changes.add(tx, STARTERS, *made)

    async def on_statuses(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await copies.apply(tx, statuses.KIND, events)

    async def on_templates(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await copies.apply(tx, templates.KIND, events)

    return [
        Consumer(topics.JOBS, planning.JOBS_GROUP, on_job_events),
        # By itself and in no hurry: what goes at once does not wait for it.
        Consumer(topics.JOBS, scheduling.GROUP, follow_jobs, rest=SCHEDULE_REST_SECONDS),
        Consumer(topics.CUSTOMER_REQUESTS, planning.REQUESTS_GROUP, on_customer_requests),
        Consumer(topics.CUSTOMERS, CUSTOMERS_GROUP, on_customers),
        Consumer(topics.COMPANIES, "notifier-svc.companies", on_companies),
        Consumer(topics.STATUSES, "notifier-svc.statuses", on_statuses),
        Consumer(topics.TEMPLATES, "notifier-svc.templates", on_templates),
    ]


def _of_jobs(events: Sequence[Event[Any]]) -> list[Event[JobEvent]]:
    return [event for event in events if isinstance(event.data, JobEvent)]


def _tell_of_unknown_zones(events: Sequence[Event[Any]]) -> None:
    """customer-svc takes only zones that there are: what is none here is missing in an older list of this machine."""
    for event in events:
        unknown = set() if isinstance(event.data, CustomerDeleted) else unknown_zones(event.data)
        if unknown:
            told = {"company_id": str(event.company_id), "id": str(event.data.id), "zones": sorted(unknown)}
            log.error("a time zone is not known here: another is used; update tzdata", extra=told)


async def note_currency(runtime: Runtime) -> None:
    """For ever: note until when it is known what customers wish."""
    while True:
        ages: Mapping[int, float | None] = {}
        with suppress(TimeoutError):  # of consumers that ended meanwhile nothing comes
            async with asyncio.timeout(ASKED_SECONDS):
                ages = await runtime.ages(CUSTOMERS_GROUP)
        if ages:
            async with runtime.database.worker() as tx:
                await currency.note(tx, topics.CUSTOMERS, ages)
        await asyncio.sleep(NOTE_SECONDS)


async def release_parked(runtime: Runtime, keys: Keys, breaker: Breaker) -> None:
    """For ever: plan what was parked as soon as its customer is known, and changes when their window ends; forget once
    more who was deleted."""
    while True:
        async with runtime.database.worker() as tx:
            await windows_store.close(tx)
            released = await planning.release(tx, keys, breaker)
        async with runtime.database.worker() as tx:
            await repeat(tx, keys, clock.now())
        if not released:
            await asyncio.sleep(RELEASE_SECONDS)
