"""What a rule would have sent lately, by the planner and the schedule themselves. Writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from heapq import nlargest
from uuid import UUID

from contracts.jobs import Job
from notifier_svc import planning, scheduler
from notifier_svc.domain.course import Course, Subject
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.dryrun import Imagined
from notifier_svc.domain.hindsight import NEWS, Span, news_of, once_per_job, reminders, replaced
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry
from notifier_svc.domain.timing import first_zone
from notifier_svc.domain.trial import NOBODY
from notifier_svc.domain.window import opens
from notifier_svc.store import hindsight as store
from notifier_svc.store import schedule
from notifier_svc.store.schedule import Site
from servicekit.db import Tx
from servicekit.errors import Unavailable

MOST = 2_000
"""So many events or reminders are looked at, the newest."""
MOST_JOBS = 10_000
AT_ONCE = 200
JOBS_AT_ONCE = 500
_Waited = tuple[Entry, Subject, tzinfo]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have sent."""

    happened: int
    """How often what it waits for happened, whoever it was about."""
    rows: Sequence[Delivery]
    """The newest first."""
    left_off: bool
    """Whether more happened than was looked at."""
    some_jobs: bool
    """Whether the company has more jobs than were looked at."""


async def tried(
    tx: Tx, keys: Keys, rule: Rule, span: Span, window: timedelta, most: int = MOST, most_jobs: int = MOST_JOBS
) -> Tried:
    """The rule's rows about what happened within these days, each as it would have been planned then.

    Raises `Unavailable` where the company is not known here yet.
    """
    some_jobs = False
    if rule.trigger in NEWS:
        happened, left_off = await _news(tx, rule, span, window, most)
    else:
        happened, left_off, some_jobs = await _reminders(tx, keys, rule, span, most, most_jobs)
    rows: list[Delivery] = []
    for n in range(0, len(happened), AT_ONCE):
        rows += await _rows(tx, keys, rule, happened[n : n + AT_ONCE])
        await asyncio.sleep(0)  # others are answered meanwhile
    if rule.once_per_job:
        rows = once_per_job(rows)
    return Tried(len(happened), sorted(rows, key=lambda row: row.occurred_at, reverse=True), left_off, some_jobs)


async def _rows(tx: Tx, keys: Keys, rule: Rule, happened: Sequence[Imagined]) -> list[Delivery]:
    facts = await planning.gather(tx, keys, [each.occurrence for each in happened])
    if rule.company_id not in facts.companies:
        raise Unavailable("The company's profile has not arrived yet.")
    rules = {rule.company_id: replaced(facts.rules[rule.company_id], rule)}
    tried = replace(facts, rules=rules, paused=())
    rows = await planning.decided(tx, keys, [(each.occurrence, each.planned_at) for each in happened], tried)
    return [row for row in rows if row.rule_id == rule.id]


async def _news(tx: Tx, rule: Rule, span: Span, window: timedelta, most: int) -> tuple[list[Imagined], bool]:
    found = await store.happened(tx, news_of(rule), span.since, most + 1)
    happened = [Imagined(o, o.occurred_at + window if opens(o.data) else o.occurred_at) for o in found[:most]]
    return happened, len(found) > most


async def _reminders(
    tx: Tx, keys: Keys, rule: Rule, span: Span, most: int, most_jobs: int
) -> tuple[list[Imagined], bool, bool]:
    """What the schedule would have told, had the rule been there, by how the jobs go on today."""
    newest: list[_Waited] = []
    after: UUID | None = NOBODY
    looked = 0
    while after is not None and looked < most_jobs:
        courses, after = await store.courses(tx, after, JOBS_AT_ONCE)
        newest = nlargest(most + 1, newest + await _of_courses(tx, rule, courses, span), key=_due)
        looked += JOBS_AT_ONCE
    happened: list[Imagined] = []
    for n in range(0, len(newest[:most]), AT_ONCE):
        happened += await _told_of(tx, keys, rule, newest[:most][n : n + AT_ONCE])
        await asyncio.sleep(0)
    return happened, len(newest) > most, after is not None


async def _of_courses(tx: Tx, rule: Rule, courses: Sequence[tuple[UUID, Course]], span: Span) -> list[_Waited]:
    sites = [Site(c.job_id, rule.company_id, customer, c.service_address_id) for customer, c in courses if not c.zone]
    zones = await schedule.zones(tx, sites)
    found: list[_Waited] = []
    for _, course in courses:
        zone = first_zone(course.zone) if course.zone else zones.get(course.job_id, first_zone())
        found += [(entry, subject, zone) for entry, subject in reminders(rule, course, span, zone)]
        await asyncio.sleep(0)
    return found


async def _told_of(tx: Tx, keys: Keys, rule: Rule, waited: Sequence[_Waited]) -> list[Imagined]:
    told = await schedule.courses_to_tell(tx, {(rule.company_id, entry.job_id) for entry, *_ in waited})
    return [
        _told(keys, entry, rule, subject, told[entry.job_id], zone)
        for entry, subject, zone in waited
        if entry.job_id in told
    ]


def _due(waited: _Waited) -> datetime:
    entry, *_ = waited
    assert entry.due_at
    return entry.due_at


def _told(keys: Keys, entry: Entry, rule: Rule, subject: Subject, told: tuple[Course, Job], zone: tzinfo) -> Imagined:
    """As the schedule tells it when its time comes: too near where the job was booked after that."""
    assert entry.due_at
    booked = replace(entry, made_at=told[1].created_at)
    return Imagined(
        scheduler.message_of(keys, booked, rule, subject, told, zone, entry.due_at).occurrence, entry.due_at
    )
