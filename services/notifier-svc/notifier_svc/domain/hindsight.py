"""What a rule would have sent lately: the news it is about, retold, and when its reminders would have gone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from contracts import events
from contracts.deliveries import DeliveryState, Reason
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, Subject, subjects
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.series import due_at, first_since
from notifier_svc.domain.triggers import Occurrence

Part = dict[str, Any]
"""What an event has in it, as JSON."""
NEWS: dict[Trigger, tuple[tuple[str, Part], ...]] = {
    Trigger.ESTIMATE_CREATED: (("JobCreated", {"job": {"kind": "estimate"}}),),
    Trigger.JOB_CREATED: (("JobCreated", {"job": {"kind": "job"}}), ("EstimateDecided", {"decision": "accepted"})),
    Trigger.JOB_UPDATED: (("JobUpdated", {}),),
    Trigger.JOB_CANCELLED: (("JobCancelled", {}),),
    Trigger.STATUS_SET: (("StatusChanged", {}),),
    Trigger.WORK_ORDER_CLOSED: (("WOClosed", {}),),
    Trigger.PAYMENT_RECEIVED: (("PaymentReceived", {}),),
    Trigger.INVOICE_ISSUED: (("InvoiceIssued", {}),),
    Trigger.REQUEST_RECEIVED: (("ServiceRequestReceived", {}),),
    Trigger.REQUEST_ACCEPTED: (("ServiceRequestAccepted", {}),),
    Trigger.REQUEST_REJECTED: (("ServiceRequestRejected", {}),),
    Trigger.ACCOUNT_INVITED: (("InvitationRequested", {"purpose": "confirm"}),),
    Trigger.ACCOUNT_RESET: (("InvitationRequested", {"purpose": "reset"}),),
}
"""The events that a trigger comes from, by type; reminders and follow-ups come from none."""
_NO_WORDS = {"title": "", "lines": (), "visits": (), "external_id": None}

AS_OF_TODAY = (
    "People, addresses, preferences, blocks, regions and other rules are taken as they are today; how they were then"
    " is not kept."
)
NOT_REPLAYED = (
    "Pauses, the cap per day and what changed before a message left are not replayed, and no message is filled in;"
    " quiet hours are heeded."
)
BY_TODAYS_JOBS = (
    "Reminders go by how the jobs stand today: what was moved, cancelled, decided or paid since is not counted at its"
    " former time."
)
ONCE = "What was told once per job before these days is not counted as told."
ONLY_SOME_JOBS = "The company has more jobs than are looked at: only a part of them was."
ONLY_THE_NEWEST = "More happened than is looked at: only the newest was."


class Ending(StrEnum):
    """What would have become of a line."""

    WOULD_GO = "would_go"
    """At once, or when its hold was over."""
    WOULD_WAIT = "would_wait"
    WOULD_NOT_GO = "would_not_go"


@dataclass(frozen=True, slots=True)
class Span:
    """Some days."""

    since: datetime
    until: datetime


def news_of(rule: Rule) -> list[tuple[str, Part]]:
    """The events that the rule waits for, whoever they are about."""
    status = {"job": {"status": {"id": str(rule.status_id)}}} if rule.status_id else {}
    return [(type, part | status) for type, part in NEWS[rule.trigger]]


def without_words(occurrence: Occurrence) -> Occurrence:
    """As much of it as a rule and the planner ask for: nothing that people wrote."""
    data, silent = occurrence.data, dict[str, Any]()
    if isinstance(data, events.JobEvent):
        silent["job"] = data.job.model_copy(update=_NO_WORDS)
    if isinstance(data, events.PaymentReceived):
        silent["payment"] = data.payment.model_copy(update={"method": ""})
    if isinstance(data, events.ServiceRequestEvent):
        silent["request"] = data.request.model_copy(update={"summary": ""})
    if isinstance(data, events.ServiceRequestRejected):
        silent["reason"] = None
    return replace(occurrence, data=data.model_copy(update=silent))


def reminders(rule: Rule, course: Course, span: Span, zone: tzinfo) -> Iterator[tuple[Entry, Subject]]:
    """The rule's messages about a job whose time came within these days; when it was booked the job itself knows."""
    for subject in _subjects(rule.trigger, course):
        number = first_since(rule.timing, subject.anchor, span.since, zone) if rule.timing else 1
        while rule.timing and (due := due_at(rule.timing, subject.anchor, number, zone)) and due < span.until:
            if due >= span.since and _told_then(rule.trigger, course, due):
                key = subject.key
                entry = Entry(rule.company_id, course.job_id, key.id, rule.id, key.version, number - 1, span.since, due)
                yield entry, subject
            number += 1


def _subjects(trigger: Trigger, course: Course) -> Iterator[Subject]:
    """Those of today, and the visits of a job that was closed since."""
    seen = course.model_copy(update={"closed_at": None}) if trigger is Trigger.VISIT_REMINDER else course
    return (subject for subject in subjects(seen) if subject.key.trigger is trigger)


def _told_then(trigger: Trigger, course: Course, at: datetime) -> bool:
    return trigger is not Trigger.VISIT_REMINDER or course.closed_at is None or course.closed_at > at


def once_per_job(rows: Iterable[Delivery]) -> list[Delivery]:
    """The rows, the oldest first, of a rule that tells of each job once: what it had told already would be skipped."""
    told: dict[object, object] = {}
    found = []
    for row in sorted(rows, key=lambda row: row.occurred_at):
        if row.state is DeliveryState.QUEUED and row.job_id:
            first = told.setdefault(row.job_id, row.occurrence_id)
            if first != row.occurrence_id:
                row = replace(row, state=DeliveryState.SKIPPED, reason=Reason.ALREADY_TOLD, waits_for=None)
        found.append(row)
    return found


def ending(row: Delivery) -> Ending:
    """What would have become of this row."""
    if row.state is not DeliveryState.QUEUED:
        return Ending.WOULD_NOT_GO
    return Ending.WOULD_WAIT if row.waits_for else Ending.WOULD_GO


def unknowable(rule: Rule, *, left_off: bool, some_jobs: bool = False) -> list[str]:
    """What the answer can't know, in plain words."""
    said = [AS_OF_TODAY, NOT_REPLAYED]
    said += [BY_TODAYS_JOBS] if rule.trigger not in NEWS else []
    said += [ONCE] if rule.once_per_job else []
    said += [ONLY_SOME_JOBS] if some_jobs else []
    return said + ([ONLY_THE_NEWEST] if left_off else [])


def replaced(rules: Sequence[Rule], rule: Rule) -> list[Rule]:
    """The company's rules with this one in place of what it was."""
    return [each for each in rules if each.id != rule.id] + [rule]


def is_noted(occurrence: Occurrence) -> bool:
    """Whether a rule could be tried on it later: on news; what a schedule makes comes from a rule."""
    return occurrence.trigger is not None and not isinstance(occurrence.data, Scheduled)
