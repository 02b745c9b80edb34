"""The schedule in the database: how jobs go on, what waits, and which rules have changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta, tzinfo
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from contracts.jobs import Job
from notifier_svc.domain.course import Course
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry, Place
from notifier_svc.domain.timing import first_zone
from notifier_svc.store.planning import QUERIES, columns, rule_of
from notifier_svc.store.reading import readable
from servicekit.db import Tx

JobKey = tuple[UUID, UUID]
"""Company and job."""

_FIELDS = attrgetter(*(field.name for field in fields(Entry)))
AGAIN_AFTER = timedelta(minutes=2)  # longer than any transaction of planning


class CourseRow(NamedTuple):
    """How a job goes on, and the job itself where it is news."""

    company_id: UUID
    job_id: UUID
    customer_id: UUID
    course: Course
    job: Job | None
    kept_until: datetime


class Site(NamedTuple):
    """Where a job's work is, and whose it is."""

    job_id: UUID
    company_id: UUID
    customer_id: UUID
    service_address_id: UUID


class RuleChange(NamedTuple):
    """A rule that the jobs after this one do not follow yet."""

    seq: int
    company_id: UUID
    rule_id: UUID
    after_job: UUID


async def lock_courses(tx: Tx, jobs: Collection[JobKey]) -> dict[UUID, Course]:
    """How these jobs went on so far; nobody else changes that until the transaction ends."""
    keys = sorted(jobs)  # one order for all: no deadlocks
    rows = QUERIES.lock_courses(tx, [company for company, _ in keys], [job for _, job in keys])
    return {row["job_id"]: Course.model_validate_json(row["state"]) async for row in rows}


async def courses(tx: Tx, jobs: Collection[JobKey]) -> Mapping[UUID, str]:
    """How these jobs go on now, to be read as `Course`."""
    rows = QUERIES.courses(tx, [company for company, _ in jobs], [job for _, job in jobs]) if jobs else None
    return {row["job_id"]: row["state"] async for row in rows} if rows else {}


async def courses_to_tell(tx: Tx, jobs: Collection[JobKey]) -> dict[UUID, tuple[Course, Job]]:
    """How these jobs go on, and the jobs; as far as this release can read them."""
    rows = QUERIES.courses_to_tell(tx, [company for company, _ in jobs], [job for _, job in jobs])
    return readable("course", {row["job_id"]: row async for row in rows}, _to_tell)


def _to_tell(row: asyncpg.Record) -> tuple[Course, Job]:
    return Course.model_validate_json(row["state"]), Job.model_validate_json(row["job"])


async def entries(tx: Tx, jobs: Collection[JobKey]) -> dict[UUID, dict[Place, Entry]]:
    """What was scheduled of these jobs."""
    found: dict[UUID, dict[Place, Entry]] = {job: {} for _, job in jobs}
    async for row in QUERIES.entries(tx, [company for company, _ in jobs], [job for _, job in jobs]):
        entry = Entry(**row)
        found[entry.job_id][entry.place] = entry
    return found


async def waiting(tx: Tx, company_id: UUID, job_id: UUID) -> list[asyncpg.Record]:
    """What waits for its time of this job, the earliest first, each with its rule."""
    return [row async for row in QUERIES.waiting_of_job(tx, company_id, job_id)]


async def timed_rules(tx: Tx, company_ids: Collection[UUID]) -> dict[UUID, list[Rule]]:
    """The companies' rules for reminders and follow-ups, also those that are switched off."""
    rules: dict[UUID, list[Rule]] = {company_id: [] for company_id in company_ids}
    async for row in QUERIES.timed_rules(tx, list(rules)):
        rules[row["company_id"]].append(rule_of(row))
    return rules


async def zones(tx: Tx, sites: Sequence[Site]) -> dict[UUID, tzinfo]:
    """By job: the clock where the work is, else the company's."""
    rows = QUERIES.zones_of(tx, *columns(sites)) if sites else None
    return {row["job_id"]: first_zone(row["zone"]) async for row in rows} if rows else {}


async def put_courses(tx: Tx, rows: Sequence[CourseRow]) -> None:
    """Keep how these jobs go on; of customers who were deleted nothing."""
    if rows:
        await QUERIES.put_courses(tx, *columns([_course(row) for row in rows]))


def _course(row: CourseRow) -> tuple[object, ...]:
    state = orjson.Fragment(row.course.model_dump_json())
    job = orjson.Fragment(row.job.model_dump_json()) if row.job else None
    return row.company_id, row.job_id, row.customer_id, state, job, row.kept_until


async def put_entries(tx: Tx, changed: Iterable[Entry], soon: datetime) -> None:
    """Store these entries of jobs that are known; the scheduler is told of those that are due until `soon`."""
    rows = sorted((_FIELDS(entry) for entry in changed), key=lambda row: row[:4])
    if rows:
        await QUERIES.put_entries(tx, *columns(rows), soon)


async def take_due(tx: Tx, now: datetime, limit: int) -> list[Entry]:
    """The entries that are due, the earliest first; nobody else gets them until the transaction ends."""
    return [Entry(**row) async for row in QUERIES.take_due(tx, now, limit)]


async def advance(tx: Tx, taken: Sequence[Entry]) -> None:
    """Store how far these entries, which this transaction has taken, have come."""
    rows = [(e.company_id, e.job_id, e.subject_id, e.rule_id, e.told, e.due_at) for e in taken]
    if rows:
        await QUERIES.advance(tx, *columns(rows))


async def next_due(tx: Tx) -> datetime | None:
    """When the next entry is due; `None` when none waits."""
    due: datetime | None = await QUERIES.next_due(tx)
    return due


async def rules_changed(tx: Tx, rules: Sequence[Rule]) -> None:
    """Let the jobs that are known already follow these rules, too, soon."""
    if rules:
        await QUERIES.rule_changed(tx, [rule.company_id for rule in rules], [rule.id for rule in rules], AGAIN_AFTER)


async def take_rule_changes(tx: Tx) -> list[RuleChange]:
    """Rules of one company that its jobs follow equally far."""
    row = await QUERIES.take_rule_change(tx)
    if row is None:
        return []
    first = RuleChange(**row)
    beside = QUERIES.take_rule_changes_beside(tx, first.company_id, first.after_job, first.seq)
    return [first, *[RuleChange(**row) async for row in beside]]


async def courses_after(tx: Tx, change: RuleChange, limit: int) -> list[tuple[UUID, UUID, Course]]:
    """The next jobs that are to follow the rule: (job, customer, course)."""
    rows = QUERIES.courses_after(tx, change.company_id, change.after_job, limit)
    return [(r["job_id"], r["customer_id"], Course.model_validate_json(r["state"])) async for r in rows]


async def rule_changes_reached(tx: Tx, changes: Sequence[RuleChange], job_id: UUID | None) -> None:
    """Note how far these rules are followed; `None`: by all."""
    seqs = [change.seq for change in changes]
    if job_id:
        await QUERIES.rule_changes_reached(tx, seqs, job_id)
    else:
        await QUERIES.rule_changes_done(tx, seqs)


async def forget_over(tx: Tx, now: datetime, limit: int) -> int:
    """Forget up to `limit` jobs of which nothing is to come; returns how many."""
    return len([row async for row in QUERIES.forget_over(tx, now, limit)])
