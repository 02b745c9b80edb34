"""A reminder or follow-up whose time has come, as an occurrence that can be planned."""

from datetime import date, datetime, tzinfo
from typing import Self
from uuid import UUID

from contracts.deliveries import Reason
from contracts.events import Invoice, JobEvent
from contracts.jobs import Actor, Job, Role, Visit
from contracts.model import Instant
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, Key, Subject, bill_of, subject_of
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry, next_due
from notifier_svc.domain.series import local_day
from notifier_svc.domain.timing import first_zone

SCHEDULER = Actor(id="notifier-svc", role=Role.SERVICE)

_OVER: dict[Trigger, Reason] = {
    Trigger.VISIT_REMINDER: Reason.VISIT_MOVED,
    Trigger.ESTIMATE_REMINDER: Reason.ESTIMATE_DECIDED,
    Trigger.INVOICE_REMINDER: Reason.INVOICE_PAID,
    Trigger.FOLLOW_UP: Reason.STATUS_MOVED_ON,
}


class Scheduled(JobEvent):
    """What is told, with the job as it was when its time came. No event of Kafka's: the schedule makes it."""

    trigger: Trigger
    rule_id: UUID
    subject_id: UUID
    version: int
    number: int
    """Which one it is, from 1 on."""
    due_at: Instant
    days: int
    """Until the visit, or since what it follows; by the calendar where the work is, on the day it was planned."""
    day: date | None = None
    """Of the visit, or of what it follows; none where an older release planned it."""
    zone: str | None = None
    """Where the work is."""
    invoice: Invoice | None = None
    stale: Reason | None = None
    """Why its time is no good: it had passed when it was made, or the next one's has come, too."""

    @property
    def key(self) -> Key:
        """What it is about."""
        return Key(self.trigger, self.subject_id, self.version)

    def told_at(self, now: datetime) -> Self:
        """The same with the days that it is at `now`: it may have waited since it was planned."""
        if self.day is None or self.zone is None:
            return self
        return self.model_copy(update={"days": _days(self.day, now, first_zone(self.zone))})

    @property
    def visit(self) -> Visit | None:
        """The visit it is about."""
        return next((visit for visit in self.job.visits if visit.id == self.subject_id), None)

    @property
    def good_until(self) -> Instant | None:
        """Nobody is reminded of a visit that has begun."""
        visit = self.visit if self.trigger is Trigger.VISIT_REMINDER else None
        return visit.starts_at if visit else None


def scheduled(
    entry: Entry, rule: Rule, subject: Subject, told: tuple[Course, Job], id: UUID, zone: tzinfo, now: datetime
) -> Scheduled:
    """The message that `entry` waited for, whose time has come."""
    course, job = told
    due, following = (next_due(entry, rule, subject, zone, n) for n in (1, 2))
    assert due
    overtaken = following is not None and following <= now
    day = local_day(subject.anchor, zone)
    return Scheduled(
        job=job,
        command_id=id,
        actor=SCHEDULER,
        trigger=rule.trigger,
        rule_id=rule.id,
        subject_id=entry.subject_id,
        version=entry.version,
        number=entry.told + 1,
        due_at=due,
        days=_days(day, now, zone),
        day=day,
        zone=str(zone),
        invoice=bill_of(course, entry.subject_id),
        stale=Reason.TOO_NEAR if due <= entry.made_at else Reason.TOO_OLD if overtaken else None,
    )


def _days(day: date, now: datetime, zone: tzinfo) -> int:
    return abs((day - local_day(now, zone)).days)


def over(told: Scheduled, course: Course | None) -> Reason | None:
    """Why there is nothing to remind of any more, where that is so."""
    if course is not None and subject_of(course, told.key):
        return None
    return _OVER[told.trigger]


def as_if(trigger: Trigger, told: JobEvent, visit: Visit | None, now: datetime) -> Scheduled | None:
    """What the first message would be about this job if its time were now; `None` where it has no visit or invoice."""
    invoice = getattr(told, "invoice", None) if trigger is Trigger.INVOICE_REMINDER else None
    subject = {Trigger.VISIT_REMINDER: visit, Trigger.INVOICE_REMINDER: invoice}.get(trigger, told.job)
    if subject is None:
        return None
    return Scheduled(
        job=told.job,
        command_id=subject.id,
        actor=SCHEDULER,
        trigger=trigger,
        rule_id=subject.id,
        subject_id=subject.id,
        version=1,
        number=1,
        due_at=now,
        days=1 if trigger is Trigger.VISIT_REMINDER else 3,
        invoice=invoice,
    )
