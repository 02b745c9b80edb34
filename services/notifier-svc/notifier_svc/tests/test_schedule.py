"""What waits: made, moved, ended and resumed as a job goes on and its rules change."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import events
from contracts.deliveries import Reason
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, Subject, after
from notifier_svc.domain.model import Rule
from notifier_svc.domain.schedule import Entry, Owner, Place, advanced, followed, looked_at, ruled
from notifier_svc.domain.scheduled import Scheduled, scheduled
from notifier_svc.domain.series import Timing
from notifier_svc.tests.factories import COMPANY, NOW, a_job, a_rule, a_visit, an_event, an_invoice

DENVER = ZoneInfo("America/Denver")
OWNER = Owner(COMPANY, a_job().id, DENVER)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VISIT = a_visit(id=UUID(int=21), starts_at=NOW + 30 * HOUR, ends_at=NOW + 32 * HOUR)
A_DAY_BEFORE = a_rule(Trigger.VISIT_REMINDER, timing=Timing(hours_before=24))
WEEKLY = a_rule(Trigger.INVOICE_REMINDER, timing=Timing(days_after=3, every_days=7))


class Story:
    """One job and its entries, event by event."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        self.course: Course | None = None
        self.entries: dict[Place, Entry] = {}
        self.version = 0
        self.now = NOW

    def hear(self, kind: type[events.JobEvent], job: dict[str, Any] | None = None, **more: Any) -> list[Entry]:
        self.version += 1
        event = an_event(kind, job=a_job(version=self.version, **{"visits": ()} | (job or {})), **more)
        before, self.course = self.course, after(self.course, event, self.now)
        news_at = None if kind is events.JobSnapshot else self.now
        changed = followed(before, self.course, self.rules, self.entries, OWNER, self.now, news_at=news_at)
        self.entries |= {entry.place: entry for entry in changed}
        return changed

    def change(self, rule: Rule) -> None:
        assert self.course
        self.entries |= {e.place: e for e in ruled(self.course, rule, self.entries, OWNER, self.now)}
        assert ruled(self.course, rule, self.entries, OWNER, self.now) == []  # it is followed

    def tell(self) -> Scheduled:
        """What the one entry that is due says."""
        [entry] = [e for e in self.entries.values() if e.due_at and e.due_at <= self.now]
        [rule] = [rule for rule in self.rules if rule.id == entry.rule_id]
        assert self.course
        subject = looked_at(entry, rule, self.course, DENVER, self.now)
        assert isinstance(subject, Subject)
        self.entries[entry.place] = advanced(entry, rule, subject, DENVER)
        told = (self.course, a_job())
        return scheduled(entry, rule, subject, told, UUID(int=0), DENVER, self.now)

    @property
    def waiting(self) -> list[datetime]:
        return sorted(entry.due_at for entry in self.entries.values() if entry.due_at)


def visited(*visits: Any) -> dict[str, Any]:
    return {"visits": visits}


def moved(by: timedelta, version: int = 2) -> Any:
    return VISIT.model_copy(
        update={"starts_at": VISIT.starts_at + by, "ends_at": VISIT.ends_at + by, "schedule_version": version}
    )


def test_a_booked_visit_waits_for_its_reminder_and_nothing_else_changes_that() -> None:
    story = Story(A_DAY_BEFORE, WEEKLY)
    story.hear(events.JobCreated, visited(VISIT))
    assert story.waiting == [NOW + 6 * HOUR]
    assert story.hear(events.StatusChanged, visited(VISIT)) == []
    assert story.hear(events.JobUpdated, visited(VISIT)) == []


def test_a_move_replaces_the_reminder_and_a_cancellation_ends_it() -> None:  # G6
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.hear(events.JobUpdated, visited(moved(DAY)))
    assert story.waiting == [NOW + 30 * HOUR]
    story.hear(events.JobUpdated, visited(moved(DAY).model_copy(update={"cancelled": True})))
    assert story.waiting == []


def test_a_visit_moved_after_its_reminder_is_reminded_of_again() -> None:
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.now += 6 * HOUR
    assert story.tell().stale is None
    assert story.waiting == []
    story.hear(events.JobUpdated, visited(moved(DAY)))
    assert story.waiting == [NOW + 30 * HOUR]


def test_what_is_booked_too_near_says_so_once() -> None:
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(moved(-10 * HOUR, version=1)))
    assert story.tell().stale is Reason.TOO_NEAR
    assert story.hear(events.JobUpdated, visited(moved(-10 * HOUR, version=1))) == []


def test_an_import_is_reminded_of_only_what_is_still_to_come() -> None:  # D13
    story = Story(A_DAY_BEFORE)
    near, far = moved(-10 * HOUR, version=1), a_visit(starts_at=NOW + 5 * DAY, ends_at=NOW + 6 * DAY)
    story.hear(events.JobSnapshot, visited(near, far))
    assert story.waiting == [NOW + 4 * DAY]
    story.hear(events.JobUpdated, visited(near, far))
    assert story.waiting == [NOW + 4 * DAY]


def test_a_closed_job_has_no_visits_to_come_until_it_is_open_again() -> None:  # G6
    follow_up = a_rule(Trigger.FOLLOW_UP, timing=Timing(days_after=7, at=time(10)))
    story = Story(A_DAY_BEFORE, follow_up)
    story.hear(events.JobCreated, visited(VISIT))
    story.hear(events.WOClosed, visited(VISIT) | {"closed_at": NOW})
    assert story.waiting == [datetime(2026, 12, 1, 17, tzinfo=UTC)]
    story.hear(events.WOReopened, visited(VISIT))
    assert story.waiting == [NOW + 6 * HOUR]
    story.now += DAY
    story.hear(events.WOClosed, visited(VISIT) | {"closed_at": story.now})
    assert story.waiting == [datetime(2026, 12, 2, 17, tzinfo=UTC)]


def test_a_reminder_told_before_the_job_was_opened_again_is_not_told_twice() -> None:  # G8
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.now += 6 * HOUR
    story.tell()
    story.hear(events.WOClosed, visited(VISIT) | {"closed_at": story.now})
    story.hear(events.WOReopened, visited(VISIT))
    assert story.waiting == []


def overdue(story: Story, days: int) -> Any:
    return an_invoice(id=UUID(int=31), due_on=(story.now - days * DAY).date())


def test_an_invoice_is_reminded_of_until_it_is_paid() -> None:  # S0.24
    story = Story(WEEKLY)
    invoice = overdue(story, 0)
    story.hear(events.InvoiceIssued, invoice=invoice)
    numbers = []
    for _ in range(4):
        story.now = story.waiting[0]
        numbers.append((story.tell().number, (story.now.date() - NOW.date()).days))
    assert numbers == [(1, 3), (2, 10), (3, 17), (4, 24)]
    story.hear(events.InvoicePaid, invoice=invoice)
    assert story.waiting == []


def test_after_an_outage_only_the_newest_of_a_series_is_told() -> None:
    story = Story(WEEKLY)
    story.hear(events.InvoiceIssued, invoice=overdue(story, 0))
    story.now += 18 * DAY
    assert [story.tell().stale for _ in range(3)] == [Reason.TOO_OLD, Reason.TOO_OLD, None]
    assert story.waiting == [datetime(2026, 12, 18, 16, tzinfo=UTC)]


def test_a_new_rule_counts_for_what_is_still_to_come_of_jobs_known_already() -> None:
    story = Story()
    story.hear(events.JobCreated, visited(VISIT, moved(-10 * HOUR, version=1).model_copy(update={"id": UUID(int=22)})))
    story.hear(events.InvoiceIssued, visited(VISIT), invoice=overdue(story, 12))
    for rule in (A_DAY_BEFORE, WEEKLY):
        story.change(rule)
    assert story.waiting == [NOW + 6 * HOUR, datetime(2026, 11, 29, 16, tzinfo=UTC)]
    assert [entry.told for entry in story.entries.values() if entry.rule_id == WEEKLY.id] == [2]


def test_changed_times_move_what_waits_and_repeat_nothing() -> None:
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.change(replace(A_DAY_BEFORE, timing=Timing(hours_before=2)))
    assert story.waiting == [NOW + 28 * HOUR]
    story.change(A_DAY_BEFORE)
    story.now += 6 * HOUR
    story.tell()
    story.change(replace(A_DAY_BEFORE, timing=Timing(hours_before=2)))
    assert story.waiting == []


def looked(story: Story, rule: Rule | None) -> Subject | Entry:
    assert story.course
    [entry] = story.entries.values()
    return looked_at(entry, rule, story.course, DENVER, story.now)


def test_what_is_due_is_looked_at_by_the_rule_of_today() -> None:
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.now += 7 * HOUR
    later = looked(story, replace(A_DAY_BEFORE, timing=Timing(hours_before=2)))
    assert isinstance(later, Entry)
    assert later.due_at == NOW + 28 * HOUR
    gone = looked(story, None)
    assert isinstance(gone, Entry)
    assert gone.due_at is None


def test_a_reminder_knows_how_many_days_it_is() -> None:
    story = Story(A_DAY_BEFORE)
    story.hear(events.JobCreated, visited(VISIT))
    story.now += 6 * HOUR
    planned = story.tell()
    assert planned.days == 1
    assert planned.told_at(VISIT.starts_at).days == 0  # it waited for the morning
    of_older_release = planned.model_copy(update={"day": None, "zone": None})
    assert of_older_release.told_at(VISIT.starts_at).days == 1
