"""Booking a job and changing it: totals, changes, visits that move."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.events import Change, JobCreated, JobUpdated
from contracts.jobs import Job
from status_svc.domain import booking, moves
from status_svc.domain.booking import AnotherCustomer, JobDraft, JobEdit, NotAStart, TotalOutOfRange
from status_svc.domain.customers import CustomerArchived, CustomerBlocked, KnownCustomer, NotTheirAddress
from status_svc.domain.moves import JobIsCancelled
from status_svc.domain.visits import UnknownVisit
from status_svc.tests.factories import (
    ALEX,
    CABIN,
    COMPANY,
    DONE,
    HOME,
    SAM,
    SCHEDULED,
    a_booked,
    a_command,
    a_customer,
    a_draft,
    a_line,
    a_visit,
)


@pytest.fixture
def customer() -> KnownCustomer:
    return a_customer()


@pytest.fixture
def job(customer: KnownCustomer) -> Job:
    return a_booked(customer)


def changes(job: Job, customer: KnownCustomer, **edit: object) -> tuple[Change, ...]:
    (event,) = booking.update(a_command(), job, JobEdit.model_validate(edit), customer).events
    assert isinstance(event, JobUpdated)
    return event.changes


def test_a_booked_job_says_all_of_itself_in_one_created_event(customer: KnownCustomer) -> None:
    command = a_command(notify=False)
    outcome = booking.book(command, a_draft(customer), number=7, start=SCHEDULED, company=COMPANY, customer=customer)
    (event,) = outcome.events  # creating publishes no StatusChanged
    assert isinstance(event, JobCreated)
    assert (event.job, event.command_id, event.notify, event.actor) == (outcome.job, command.id, False, command.actor)
    assert (outcome.job.version, outcome.job.number, outcome.job.currency) == (1, 7, "USD")
    assert outcome.job.visits[0].zone == "America/Denver"  # D10
    assert outcome.job.total == outcome.job.balance == Decimal("480.00")


@pytest.mark.parametrize(("flag", "refusal"), [("blocked", CustomerBlocked), ("archived", CustomerArchived)])
def test_who_is_blocked_or_archived_gets_no_new_job(flag: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):  # D11, S4.15
        a_booked(a_customer(**{flag: True}))


def test_a_job_is_at_an_address_of_its_customer(customer: KnownCustomer) -> None:
    with pytest.raises(NotTheirAddress):
        a_booked(customer, service_address_id=uuid4())


@pytest.mark.parametrize("start", [DONE, SCHEDULED.model_copy(update={"active": False})])
def test_a_job_does_not_start_closed_or_in_a_retired_status(start: object) -> None:
    with pytest.raises(NotAStart):
        a_booked(start=start)  # type: ignore[arg-type]


def test_each_line_is_rounded_to_the_cent_before_they_are_added(customer: KnownCustomer) -> None:
    lines = (a_line("0.33", "1.5"), a_line("0.33", "1.5"))  # 0.495 each
    assert a_booked(customer, lines=lines).total == Decimal("1.00")


def test_a_quantity_is_told_in_plain_digits(customer: KnownCustomer) -> None:
    (line,) = a_booked(customer, lines=(a_line("1", "1e2"),)).lines
    assert line.model_dump(mode="json")["quantity"] == "100"


def test_a_discount_line_lowers_the_total_but_not_below_nothing(customer: KnownCustomer) -> None:
    assert a_booked(customer, lines=(a_line("100", "1"), a_line("-30", "1"))).total == Decimal("70.00")
    with pytest.raises(TotalOutOfRange):
        a_booked(customer, lines=(a_line("-1", "1"),))


def test_an_edit_that_changes_nothing_publishes_nothing(job: Job, customer: KnownCustomer) -> None:
    same = JobEdit(title=job.title, lines=(a_line(),), visits=(a_visit(id=job.visits[0].id),))
    outcome = booking.update(a_command(), job, same, customer)
    assert (outcome.job, outcome.events) == (job, ())


def test_a_new_title_is_an_update_no_customer_is_told_about(job: Job, customer: KnownCustomer) -> None:
    assert changes(job, customer, title="Water heater and tank") == ()  # D9


def test_new_lines_change_lines_total_and_balance(job: Job, customer: KnownCustomer) -> None:
    assert changes(job, customer, lines=(a_line("100.00", "1"),)) == (Change.LINES, Change.TOTAL)


def test_a_moved_visit_keeps_its_id_and_raises_its_schedule_version(job: Job, customer: KnownCustomer) -> None:
    edit = JobEdit(visits=(a_visit(3, id=job.visits[0].id),))
    after = booking.update(a_command(), job, edit, customer).job
    assert after.version == job.version + 1
    assert (after.visits[0].id, after.visits[0].schedule_version) == (job.visits[0].id, 2)  # G6
    assert booking.changes_between(job, after) == (Change.VISIT,)


def test_another_technician_changes_the_crew_and_not_the_schedule_version(job: Job, customer: KnownCustomer) -> None:
    edit = JobEdit(visits=(a_visit(id=job.visits[0].id, technicians=(ALEX,)),))
    after = booking.update(a_command(), job, edit, customer).job
    assert after.visits[0].schedule_version == 1
    assert booking.changes_between(job, after) == (Change.TECHNICIAN,)


@pytest.mark.parametrize(
    "edit",
    [
        JobEdit(service_address_id=CABIN.id),
        JobEdit(lines=(a_line("100.00", "1"),)),
        "another time",
        "another technician",
    ],
)
def test_a_change_that_is_taken_back_ends_with_the_marks_of_the_beginning(
    job: Job, customer: KnownCustomer, edit: Any
) -> None:  # D9
    id = job.visits[0].id
    visits = {"another time": a_visit(3, id=id), "another technician": a_visit(id=id, technicians=(ALEX,))}
    there = edit if isinstance(edit, JobEdit) else JobEdit(visits=(visits[edit],))
    back = JobEdit(service_address_id=HOME.id, lines=(a_line(),), visits=(a_visit(id=id),))
    changed = booking.update(a_command(), job, there, customer)
    restored = booking.update(a_command(), changed.job, back, customer)
    first, last = changed.events[0], restored.events[0]
    assert isinstance(first, JobUpdated)
    assert isinstance(last, JobUpdated)
    assert [mark.change for mark in first.marks] == list(first.changes) == list(last.changes)
    assert [mark.before for mark in first.marks] == [mark.after for mark in last.marks]
    assert all(mark.before != mark.after for mark in first.marks)


def test_a_cancelled_visit_is_a_change_and_not_a_move(job: Job, customer: KnownCustomer) -> None:
    visit = a_visit(id=job.visits[0].id).model_copy(update={"cancelled": True})
    after = booking.update(a_command(), job, JobEdit(visits=(visit,)), customer).job
    assert (after.visits[0].cancelled, after.visits[0].schedule_version) == (True, 1)
    assert booking.changes_between(job, after) == (Change.VISIT,)


def test_a_second_visit_is_new_and_visits_stand_in_order_of_time(job: Job, customer: KnownCustomer) -> None:
    first = job.visits[0].id
    edit = JobEdit(visits=(a_visit(5, id=first), a_visit(2, technicians=(SAM, ALEX))))  # G21
    visits = booking.update(a_command(), job, edit, customer).job.visits
    assert [visit.id == first for visit in visits] == [False, True]


def test_another_address_tells_the_visits_in_its_zone(job: Job, customer: KnownCustomer) -> None:
    after = booking.update(a_command(), job, JobEdit(service_address_id=CABIN.id), customer).job
    assert after.visits[0].zone == "America/Los_Angeles"  # D10
    assert after.visits[0].schedule_version == 1
    assert booking.changes_between(job, after) == (Change.ADDRESS,)


def test_a_visit_that_the_job_does_not_have_is_refused(job: Job, customer: KnownCustomer) -> None:
    with pytest.raises(UnknownVisit):
        booking.update(a_command(), job, JobEdit(visits=(a_visit(id=uuid4()),)), customer)


def test_the_same_visit_named_twice_is_refused(job: Job, customer: KnownCustomer) -> None:
    twice = (a_visit(id=job.visits[0].id), a_visit(1, id=job.visits[0].id))
    with pytest.raises(UnknownVisit):
        booking.update(a_command(), job, JobEdit(visits=twice), customer)


def test_a_cancelled_job_can_not_be_changed(job: Job, customer: KnownCustomer) -> None:
    cancelled = moves.cancel(a_command(), job).job
    with pytest.raises(JobIsCancelled):
        booking.update(a_command(), cancelled, JobEdit(title="Boiler"), customer)


def test_an_edit_keeps_what_was_paid(job: Job, customer: KnownCustomer) -> None:
    paid = job.model_copy(update={"balance": job.total - 100})
    after = booking.update(a_command(), paid, JobEdit(lines=(a_line("300", "1"),)), customer).job
    assert (after.total, after.balance) == (Decimal("300.00"), Decimal("200.00"))


def test_a_draft_that_comes_again_from_another_system_changes_nothing(customer: KnownCustomer) -> None:
    draft = a_draft(customer, visits=(a_visit(4), a_visit(1)), external_id="crm-1")  # G18
    job = booking.book(a_command(), draft, number=1, start=SCHEDULED, company=COMPANY, customer=customer).job
    assert booking.update(a_command(), job, booking.edit_of(draft, job), customer).events == ()


def test_a_draft_for_another_customer_is_refused(job: Job) -> None:
    with pytest.raises(AnotherCustomer):
        booking.edit_of(a_draft(a_customer()), job)


@pytest.mark.parametrize("title", ["", "  ", "two\r\nlines", "nul\x00", "x" * 201])
@pytest.mark.survives(46)
def test_a_title_is_one_printable_line(customer: KnownCustomer, title: str) -> None:
    with pytest.raises(ValidationError):
        a_draft(customer, title=title)


def test_a_visit_ends_after_it_starts() -> None:
    with pytest.raises(ValidationError, match="ends after it starts"):
        a_visit(hours=0)


@given(st.lists(st.decimals("0", "9999.99", places=2), max_size=5), st.integers(-30, 30))
def test_only_a_change_of_time_raises_the_schedule_version(prices: list[Decimal], minutes: int) -> None:
    customer = a_customer()
    job = a_booked(customer)
    visit = a_visit(id=job.visits[0].id)
    moved = visit.model_copy(update={"starts_at": visit.starts_at + timedelta(minutes=minutes)})
    edit = JobEdit(visits=(moved,), lines=tuple(a_line(str(price), "1") for price in prices))
    after = booking.update(a_command(), job, edit, customer).job
    assert after.visits[0].schedule_version == (2 if minutes else 1)
    assert after.total == after.balance == sum(prices, Decimal(0))


def test_a_draft_names_its_unknown_fields(customer: KnownCustomer) -> None:
    with pytest.raises(ValidationError, match="tittle"):
        JobDraft.model_validate(a_draft(customer).model_dump() | {"tittle": "x"})
