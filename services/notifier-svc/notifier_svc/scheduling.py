"""The schedule follows the jobs, and the rules: what there is to remind of is noted, moved and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from contracts.events import EstimateSent, InvoiceIssued, JobCreated, JobEvent, JobSnapshot, JobUpdated, WOClosed
from contracts.jobs import Job
from notifier_svc.domain.course import Course, after, kept_until, subjects
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry, Owner, Place, followed, ruled
from notifier_svc.domain.timing import first_zone
from notifier_svc.store import schedule as store
from notifier_svc.store.schedule import CourseRow, JobKey, Site
from servicekit.cloudevents import Event
from servicekit.db import Tx

GROUP = "notifier-svc.schedule"
SOON = timedelta(minutes=1)
"""What is due this soon wakes the scheduler; it looks by itself more often than that."""
JOBS_AT_ONCE = 500
_NEWS = (JobCreated, JobUpdated, EstimateSent, InvoiceIssued, WOClosed)
"""What is heard of first by another event was there before, and is no news."""


@dataclass
class _Followed:
    """A job, event by event."""

    course: Course | None
    entries: dict[Place, Entry]
    customer_id: UUID
    kept: bool
    """Whether its course was written down before."""
    job: Job | None = None


async def follow(tx: Tx, events: Sequence[Event[JobEvent]], now: datetime) -> None:
    """Note what `events` make, move or end of what there is to remind of; in order, each job by its versions."""
    jobs = {(event.company_id, event.data.job.id): event.data.job.customer_id for event in events}
    if not jobs:
        return
    rules = await store.timed_rules(tx, {company_id for company_id, _ in jobs})
    courses, entries = await store.lock_courses(tx, jobs), await store.entries(tx, jobs)
    zones = await store.zones(tx, [_site(event) for event in events if not event.data.job.visits])
    known = {
        key: _Followed(courses.get(key[1]), entries[key[1]], owner, kept=key[1] in courses)
        for key, owner in jobs.items()
    }
    changed: dict[tuple[UUID, Place], Entry] = {}
    for event in events:
        job = known[event.company_id, event.data.job.id]
        for entry in _follow(job, event, rules[event.company_id], zones, now):
            job.entries[entry.place] = changed[entry.job_id, entry.place] = entry
    await store.put_courses(tx, [row for key, job in known.items() if (row := _row(key, job, now))])
    await store.put_entries(tx, changed.values(), now + SOON)


def _follow(
    job: _Followed, event: Event[JobEvent], rules: Sequence[Rule], zones: dict[UUID, tzinfo], now: datetime
) -> list[Entry]:
    before, told = job.course, event.data.job
    job.course = after(before, event.data, event.time)
    job.job = told if job.course.version == told.version else job.job
    owner = Owner(event.company_id, told.id, _zone(job.course, zones))
    is_news = isinstance(event.data, _NEWS if before is None else JobEvent) and not isinstance(event.data, JobSnapshot)
    at = min(event.time, now) if is_news else None
    return followed(before, job.course, rules, job.entries, owner, now, news_at=at)


def _zone(course: Course, zones: dict[UUID, tzinfo]) -> tzinfo:
    return first_zone(course.zone) if course.zone else zones.get(course.job_id, first_zone())


def _site(event: Event[JobEvent]) -> Site:
    job = event.data.job
    return Site(job.id, event.company_id, job.customer_id, job.service_address_id)


def _row(key: JobKey, job: _Followed, now: datetime) -> CourseRow | None:
    """What to keep of a job; nothing of one that there is nothing to say about, and never was.

    What was kept of it is brought up to date in any case: a rule that is made later goes by it.
    """
    course = job.course
    assert course
    if not (job.kept or job.entries or course.estimate or course.bills or any(subjects(course))):
        return None
    return CourseRow(*key, job.customer_id, course, job.job, kept_until(course, now))


async def follow_rules(tx: Tx, now: datetime) -> bool:
    """Let a slice of a company's jobs follow what was made, or goes at other times now; whether there was any."""
    changes = await store.take_rule_changes(tx)
    if not changes:
        return False
    company_id, changed = changes[0].company_id, {change.rule_id for change in changes}
    rules = [rule for rule in (await store.timed_rules(tx, [company_id]))[company_id] if rule.id in changed]
    found = await store.courses_after(tx, changes[0], JOBS_AT_ONCE) if rules else []
    # Most have followed, or have nothing to do with it: only the others are locked, and looked at again.
    touched = {entry.job_id for entry in await _ruled(tx, company_id, rules, found, now)}
    if touched:
        customers = {(company_id, job): customer for job, customer, _ in found if job in touched}
        courses = await store.lock_courses(tx, customers)
        held = [(job, customers[company_id, job], course) for job, course in courses.items()]
        await store.put_entries(tx, await _ruled(tx, company_id, rules, held, now), now + SOON)
    await store.rule_changes_reached(tx, changes, found[-1][0] if len(found) == JOBS_AT_ONCE else None)
    return True


async def _ruled(
    tx: Tx, company: UUID, rules: Sequence[Rule], found: Sequence[tuple[UUID, UUID, Course]], now: datetime
) -> list[Entry]:
    if not found:
        return []
    sites = [Site(job, company, customer, c.service_address_id) for job, customer, c in found if c.zone is None]
    zones, entries = await store.zones(tx, sites), await store.entries(tx, [(company, job) for job, *_ in found])
    return [
        entry
        for job, _, course in found
        for rule in rules
        for entry in ruled(course, rule, entries[job], Owner(company, job, _zone(course, zones)), now)
    ]
