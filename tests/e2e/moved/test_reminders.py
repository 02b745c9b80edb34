"""Reminders and follow-ups on the whole stack, while days and weeks pass."""

from datetime import date, time, timedelta

from deploy.demo.api import Json
from deploy.local.stack import Stack
from tests.e2e.companies import Company
from tests.e2e.mailbox import newest_to
from tests.e2e.moved.agenda import Bell, customer_of, reminders, sent, visit_at
from tests.e2e.moved.clock import BusinessTime, local

TEN = time(10)


def test_a_closed_job_is_followed_up_after_a_week_and_one_opened_again_is_not(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # S3.7, S0.9
    bell, customer = Bell(company, clock), customer_of(company, "ida.follow@example.com")
    closed, opened = company.booked(customer, title="Leaking faucet"), company.booked(customer)
    for job in (closed, opened):
        company.dispatcher.post("status-svc", f"/v1/jobs/{job.id}/close", {"notify": False})
    opened.set_status("in-progress")

    due = clock.at(7, TEN)
    bell.ring(due - timedelta(minutes=1))
    assert reminders(company, closed.id) == []
    clock.move_to(due)
    assert sent(company, closed.id, 1) == [due]
    assert "Leaking faucet" in str(newest_to(stack.plan, "ida.follow@example.com"))
    bell.ring(clock.at(30, TEN))
    assert len(reminders(company, closed.id)) == 1
    assert reminders(company, opened.id) == []


def test_a_visit_that_moved_is_reminded_of_at_its_new_time_and_a_cancelled_one_never(
    company: Company, clock: BusinessTime
) -> None:
    # S0.22, G6, G21
    bell, customer = Bell(company, clock), customer_of(company, "ida.visit@example.com")
    visit = visit_at(clock.at(3, time(14)))
    moved, called_off = company.booked(customer, visits=(visit,)), company.booked(customer, visits=(visit,))
    later = visit_at(clock.at(5, time(14))) | {"id": moved.now["visits"][0]["id"]}
    change(company, moved.id, {"visits": [later], "notify": False})
    company.dispatcher.post("status-svc", f"/v1/jobs/{called_off.id}/cancel", {"notify": False})

    due = clock.at(4, TEN)  # the day before
    bell.ring(due - timedelta(minutes=1))
    assert reminders(company, moved.id) == []
    clock.move_to(due)
    assert sent(company, moved.id, 1) == [due]
    assert reminders(company, called_off.id) == []


def test_an_estimate_is_reminded_of_three_times_until_it_is_decided(company: Company, clock: BusinessTime) -> None:
    # S0.22
    bell, customer = Bell(company, clock), customer_of(company, "ida.estimate@example.com")
    accepted, silent = estimate(company, customer), estimate(company, customer)
    times = [clock.at(days, TEN) for days in (3, 10, 17)]

    clock.move_to(times[0])
    assert sent(company, accepted, 1) == sent(company, silent, 1) == times[:1]
    company.dispatcher.post("status-svc", f"/v1/jobs/{accepted}/estimate/decision", {"decision": "accepted"})
    bell.ring(times[1])
    assert sent(company, silent, 2) == times[:2]  # before it is too old to be sent
    clock.move_to(times[2])
    assert sent(company, silent, 3) == times
    bell.ring(clock.at(14, TEN))
    assert (len(reminders(company, accepted)), len(reminders(company, silent))) == (1, 3)


def test_an_invoice_is_reminded_of_every_week_until_it_is_paid(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # S0.24
    bell, customer = Bell(company, clock), customer_of(company, "ida.invoice@example.com")
    job = company.booked(customer)
    job.send_invoice()
    due_on = date.fromisoformat(job.invoice["due_on"])
    times = [local(due_on + timedelta(days=days), TEN) for days in (3, 10, 17)]

    for count, at in enumerate(times, start=1):
        clock.move_to(at)
        assert sent(company, job.id, count) == times[:count]
    assert "95.00" in str(newest_to(stack.plan, "ida.invoice@example.com"))
    job.pay_invoice()
    bell.ring(clock.at(30, TEN))
    assert len(reminders(company, job.id)) == 3


def estimate(company: Company, customer: Json) -> str:
    """One that was sent just now; its id."""
    job = company.booked(customer, kind="estimate")
    company.dispatcher.post("status-svc", f"/v1/jobs/{job.id}/estimate/send", {"notify": False})
    return job.id


def change(company: Company, job_id: str, changes: Json) -> None:
    """An edit by the office."""
    version = company.dispatcher.get("status-svc", f"/v1/jobs/{job_id}")["version"]
    company.dispatcher.patch("status-svc", f"/v1/jobs/{job_id}", changes, version=version)
