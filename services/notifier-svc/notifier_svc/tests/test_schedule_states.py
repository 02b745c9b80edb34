"""A job through any life: each reminder that should have gone is in the log once, and none that should not."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts import events
from contracts.events import Decision, Invoice
from contracts.jobs import JobKind, Visit
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.series import Timing
from notifier_svc.tests.agenda import Agenda
from notifier_svc.tests.factories import NOW, a_rule, a_visit, an_invoice

T = TypeVar("T")

ZONE = ZoneInfo("America/Denver")
TEN = time(10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VISIT, ESTIMATE, INVOICE, FOLLOW_UP = (
    Trigger.VISIT_REMINDER,
    Trigger.ESTIMATE_REMINDER,
    Trigger.INVOICE_REMINDER,
    Trigger.FOLLOW_UP,
)
TIMINGS = {
    VISIT: Timing(hours_before=24),
    ESTIMATE: Timing(days_after=3, at=TEN, every_days=7, at_most=2),
    INVOICE: Timing(days_after=2, at=TEN, every_days=5),
    FOLLOW_UP: Timing(days_after=7, at=TEN),
}
MAX_AGE = 7 * DAY


def at_ten(day: date, days: int) -> datetime:
    return datetime.combine(day + timedelta(days=days), TEN, ZONE).astimezone(UTC)


@dataclass
class Expected:
    """A reminder to come: its times, the next first."""

    times: list[datetime]
    made_at: datetime
    useless_from: datetime | None = None

    @classmethod
    def counted(cls, trigger: Trigger, since: datetime | date, made_at: datetime) -> "Expected":
        """Of an estimate, an invoice, or a closing."""
        day = since.astimezone(ZONE).date() if isinstance(since, datetime) else since
        days = {ESTIMATE: [3, 10], INVOICE: list(range(2, 400, 5)), FOLLOW_UP: [7]}[trigger]
        return cls([at_ten(day, each) for each in days], made_at)


class Life(RuleBasedStateMachine):
    """One job, what its rules say, and a model of what is to come."""

    def __init__(self, agenda: Agenda, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.agenda = agenda
        self._loop = loop
        self.ruled: dict[Trigger, Rule] = {t: a_rule(t, id=uuid4(), timing=timing) for t, timing in TIMINGS.items()}
        self.hours = 24
        self.expected: dict[Trigger, Expected] = {}
        self.log: list[tuple[str, str]] = []
        self.kind = JobKind.JOB
        self.visit: Visit | None = None
        self.invoice: Invoice | None = None
        self.closed_at: datetime | None = None
        self.made: set[tuple[UUID, int]] = set()
        self.told: set[tuple[UUID, int]] = set()
        self.sent = 0
        self.cancelled = self.undecided = False
        self.wait(self._begin())

    async def _begin(self) -> None:
        self.agenda.now, self.agenda.versions = NOW, {}
        async with self.agenda.db.worker() as tx:
            for table in ("course", "queue", "delivery", "occurrence", "rule", "rule_change", "outbox"):
                await tx.execute(f"delete from {table}")  # noqa: S608  (tables of ours)
        await self.agenda.rule(*self.ruled.values())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, done on the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def happens(self, kind: type[events.JobEvent], late: bool, **more: Any) -> None:
        """The event arrives; perhaps late, after one that came later, and perhaps twice."""
        now = self.agenda.now
        job = {
            "kind": self.kind,
            "visits": (self.visit,) if self.visit else (),
            "closed_at": self.closed_at,
            "cancelled_at": now if self.cancelled else None,
        }
        event = self.agenda.event(kind, job, **more)
        if late:
            self.wait(self.agenda.hear(self.agenda.event(events.JobUpdated, job)))
        self.wait(self.agenda.hear(event))
        self.wait(self.agenda.hear(event))
        self.tell()

    def expect_visit(self) -> None:
        """The visit takes place, as far as is known now."""
        self.expected.pop(VISIT, None)
        if self.visit is None or self.visit.cancelled or self.closed_at or self.cancelled:
            return
        due, known = self.visit.starts_at - self.hours * HOUR, (self.visit.id, self.visit.schedule_version)
        if known not in self.made or (known not in self.told and due > self.agenda.now):
            self.expected[VISIT] = Expected([due], self.agenda.now, self.visit.starts_at)
        self.made.add(known)

    def tell(self) -> None:
        """Let the scheduler work; the model says what it should have written."""
        now = self.agenda.now
        for trigger, expected in self.expected.items():
            while expected.times and expected.times[0] <= now:
                due = expected.times.pop(0)
                if trigger is VISIT and self.visit:
                    self.told.add((self.visit.id, self.visit.schedule_version))
                self.log.append((trigger, self.outcome(trigger, expected, due)))
        self.expected = {trigger: expected for trigger, expected in self.expected.items() if expected.times}
        self.wait(self.agenda.tell())

    def outcome(self, trigger: Trigger, expected: Expected, due: datetime) -> str:
        """What is written of a reminder whose time came at `due`."""
        now = self.agenda.now
        if not self.ruled[trigger].active:
            return "rule_inactive"
        if due <= expected.made_at:
            return "too_near"
        overtaken = bool(expected.times) and expected.times[0] <= now
        useless = expected.useless_from is not None and expected.useless_from <= now
        return "too_old" if overtaken or useless or now - due > MAX_AGE else "queued"

    @initialize(kind=st.sampled_from(JobKind))
    def booked(self, kind: JobKind) -> None:
        self.kind = kind
        self.happens(events.JobCreated, late=False)

    @precondition(lambda self: not self.cancelled and not self.closed_at and self.visit is None)
    @rule(hours=st.integers(1, 60), late=st.booleans())
    def book_a_visit(self, hours: int, late: bool) -> None:
        starts = self.agenda.now + hours * HOUR
        self.visit = a_visit(id=uuid4(), starts_at=starts, ends_at=starts + 2 * HOUR)
        self.expect_visit()
        self.happens(events.JobUpdated, late)

    @precondition(lambda self: self.visit and not self.visit.cancelled and not self.cancelled)
    @rule(hours=st.integers(1, 60), late=st.booleans())
    def move_the_visit(self, hours: int, late: bool) -> None:
        assert self.visit
        starts = self.agenda.now + hours * HOUR
        times = {"starts_at": starts, "ends_at": starts + 2 * HOUR, "schedule_version": self.visit.schedule_version + 1}
        self.visit = self.visit.model_copy(update=times)
        self.expect_visit()
        self.happens(events.JobUpdated, late)

    @precondition(lambda self: self.visit and not self.visit.cancelled and not self.cancelled)
    @rule(late=st.booleans())
    def cancel_the_visit(self, late: bool) -> None:
        assert self.visit
        self.visit = self.visit.model_copy(update={"cancelled": True})
        self.expect_visit()
        self.happens(events.JobUpdated, late)

    @precondition(lambda self: not self.cancelled and not self.closed_at)
    @rule(late=st.booleans())
    def cancel(self, late: bool) -> None:
        self.cancelled, self.expected = True, {}
        self.happens(events.JobCancelled, late)

    @precondition(lambda self: self.kind is JobKind.ESTIMATE and not self.cancelled)
    @rule(late=st.booleans())
    def send_the_estimate(self, late: bool) -> None:
        self.sent, self.undecided = self.sent + 1, True
        self.expected[ESTIMATE] = Expected.counted(ESTIMATE, self.agenda.now, self.agenda.now)
        self.happens(events.EstimateSent, late, schedule_version=self.sent)

    @precondition(lambda self: self.undecided and self.kind is JobKind.ESTIMATE and not self.cancelled)
    @rule(decision=st.sampled_from(Decision), late=st.booleans())
    def decide(self, decision: Decision, late: bool) -> None:
        self.undecided = False
        self.kind = JobKind.JOB if decision is Decision.ACCEPTED else JobKind.ESTIMATE
        self.expected.pop(ESTIMATE, None)
        self.happens(events.EstimateDecided, late, decision=decision)

    @precondition(lambda self: self.kind is JobKind.JOB and not self.cancelled and self.invoice is None)
    @rule(days=st.integers(-10, 10), late=st.booleans())
    def issue_an_invoice(self, days: int, late: bool) -> None:
        due_on = self.agenda.now.astimezone(ZONE).date() + timedelta(days=days)
        self.invoice = an_invoice(due_on=due_on)
        self.expected[INVOICE] = Expected.counted(INVOICE, due_on, self.agenda.now)
        self.happens(events.InvoiceIssued, late, invoice=self.invoice)

    @precondition(lambda self: self.invoice and not self.cancelled)
    @rule(late=st.booleans())
    def pass_the_due_date(self, late: bool) -> None:
        self.happens(events.InvoiceOverdue, late, invoice=self.invoice)

    @precondition(lambda self: self.invoice)
    @rule(late=st.booleans())
    def pay(self, late: bool) -> None:
        invoice, self.invoice = self.invoice, None
        self.expected.pop(INVOICE, None)
        self.happens(events.InvoicePaid, late, invoice=invoice)

    @precondition(lambda self: self.kind is JobKind.JOB and not self.cancelled and not self.closed_at)
    @rule(late=st.booleans())
    def close(self, late: bool) -> None:
        self.closed_at = self.agenda.now
        self.expect_visit()
        self.expected[FOLLOW_UP] = Expected.counted(FOLLOW_UP, self.closed_at, self.agenda.now)
        self.happens(events.WOClosed, late)

    @precondition(lambda self: self.closed_at)
    @rule(late=st.booleans())
    def open_again(self, late: bool) -> None:
        self.closed_at = None
        self.expected.pop(FOLLOW_UP, None)
        self.expect_visit()
        self.happens(events.WOReopened, late)

    @rule(trigger=st.sampled_from(list(TIMINGS)))
    def switch_a_rule(self, trigger: Trigger) -> None:
        before = self.ruled[trigger]
        self.ruled[trigger] = replace(before, active=not before.active)
        self.wait(self.agenda.change(self.ruled[trigger], before))

    @rule(hours=st.sampled_from([2, 6, 24]))
    def change_the_times(self, hours: int) -> None:
        before = self.ruled[VISIT]
        self.ruled[VISIT] = replace(before, timing=Timing(hours_before=hours))
        self.wait(self.agenda.change(self.ruled[VISIT], before))
        if hours != self.hours:
            self.hours = hours
            self.expect_visit()
        self.tell()

    @rule(hours=st.integers(1, 72))
    def time_passes(self, hours: int) -> None:
        end = self.agenda.now + hours * HOUR
        moments = {due for expected in self.expected.values() for due in expected.times if due <= end}
        for moment in sorted(moments | {end}):
            self.agenda.now = moment
            self.tell()

    @rule(days=st.integers(1, 20))
    def nothing_works_for_days(self, days: int) -> None:
        self.agenda.now += days * DAY
        self.tell()

    @invariant()
    def the_log_and_what_waits_are_as_expected(self) -> None:
        assert sorted(self.wait(self.agenda.log())) == sorted(self.log)
        assert self.wait(self.agenda.waiting()) == sorted(expected.times[0] for expected in self.expected.values())


async def test_each_reminder_that_should_go_goes_once_and_none_after_its_end(agenda: Agenda) -> None:  # G6, G8
    loop = asyncio.get_running_loop()
    limits = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    make = cast("type[Life]", lambda: Life(agenda, loop))
    await asyncio.to_thread(run_state_machine_as_test, make, settings=limits)
