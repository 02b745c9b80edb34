"""Parts that are away for a while: what they were needed for waits, and is not lost."""

import os
import signal
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import psutil
import pytest

from contracts.deliveries import DeliveryState
from contracts.topics import JOBS
from deploy.demo.people import home
from deploy.local.parts import listens
from deploy.local.plan import SERVICES
from deploy.local.stack import READY_WITHIN, Stack
from deploy.local.waiting import until
from tests.chaos.books import unpublished
from tests.e2e import kafka
from tests.e2e.checker import Rules, faults
from tests.e2e.companies import Company
from tests.e2e.log import deliveries, emails, happened, settled, told
from tests.e2e.mailbox import mails_of, mails_to

SESSION_SECONDS = 10.0  # after which a broker gives up a member of a group; twice a lease, too
REJOINED_WITHIN = 60.0
PRODUCER_GIVES_UP_WITHIN = 60.0  # twice what the relay gives the broker to acknowledge
DRAINED_WITHIN = 30.0  # of the broker's return (fault 9)
USUAL, MUCH = 200, 2_000  # messages at once
MOST_GROWN = 64 * 2**20  # bytes: what is fetched and claimed ahead is bounded, whatever waits


def test_while_template_svc_is_away_messages_wait_and_are_sent_when_it_returns(company: Company, stack: Stack) -> None:
    customer = company.add(home("Eli Fox", "eli.fox@example.com", "303-555-0144", "2 Oak St", "80220"))
    told(company.dispatcher, company.booked(customer).id)

    stack.stop("template-svc")
    job = company.booked(customer)
    until(lambda: waits(company, job.id), "the delivery does not wait", seconds=30)
    assert len(mails_to(stack.plan, "eli.fox@example.com")) == 1
    stack.start("template-svc")

    [row] = told(company.dispatcher, job.id)
    assert row.is_sent
    assert len(mails_to(stack.plan, "eli.fox@example.com")) == 2


@pytest.mark.survives(9, 10)
def test_a_broker_that_goes_for_longer_than_a_producer_waits_is_missed_by_no_click(
    company: Company, stack: Stack, say: Callable[[str], None]
) -> None:
    address = "una.holt@example.com"
    customer = company.add(home("Una Holt", address, "303-555-0149", "6 Oak St", "80220"))
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    until(lambda: not unpublished(stack.plan), "the outboxes are not empty")
    read = log_size(stack, "status-svc")

    stack.stop("kafka")
    for status in ("on-the-way", "done"):
        job.set_status(status, by_tech=True)
    for name in SERVICES:
        until(lambda name=name: names_the_broker(stack, name), f"{name} does not miss the broker")  # type: ignore[misc]
    until(lambda: relay_gave_up(stack, read), "the first producer waits for ever", PRODUCER_GIVES_UP_WITHIN)
    waiting = unpublished(stack.plan)
    assert waiting
    job.send_invoice()
    job.pay_invoice()
    assert unpublished(stack.plan) > waiting

    stack.start("kafka")
    stack.wait_ready("kafka")
    back = time.monotonic()
    until(lambda: not unpublished(stack.plan), "the outboxes are not worked off", DRAINED_WITHIN)
    say(f"the broker was away: the outboxes were empty {time.monotonic() - back:.1f} s after its return")
    for name in SERVICES:
        stack.wait_ready(name)
    events = happened(company.dispatcher, job.id)
    rows = settled(company.dispatcher, events, job_id=job.id)
    assert faults(events, rows, mails_of(stack.plan, (row.id for row in rows)), Rules({address})) == []


def test_services_started_without_a_broker_work_off_what_came_in_once_it_is_there(
    company: Company, stack: Stack
) -> None:
    customer = company.add(home("Bo Lund", "bo.lund@example.com", "303-555-0145", "3 Oak St", "80220"))
    told(company.dispatcher, company.booked(customer).id)
    for name in (*SERVICES, "kafka"):
        stack.stop(name)

    for name in SERVICES:
        stack.start(name)
    for name in SERVICES:
        wait_until_live(stack, name)
        assert names_the_broker(stack, name)
    job = company.booked(customer)
    assert deliveries(company.dispatcher, job_id=job.id) == []

    stack.start("kafka")
    for name in ("kafka", *SERVICES):
        stack.wait_ready(name)
    [row] = told(company.dispatcher, job.id)
    assert row.is_sent
    assert len(mails_to(stack.plan, "bo.lund@example.com")) == 2


@pytest.mark.survives(15)
def test_while_the_database_is_away_requests_are_told_to_come_back_and_then_served(
    company: Company, stack: Stack
) -> None:
    customer = company.add(home("Ann Roe", "ann.roe@example.com", "303-555-0146", "4 Oak St", "80220"))
    stack.stop("postgresql")
    for service, path in (("status-svc", "/v1/jobs"), ("notifier-svc", "/v1/deliveries")):
        answer = company.dispatcher.once(service, "GET", path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    stack.start("postgresql")
    job = company.booked(customer)
    os.kill(pid(stack, "postgresql"), signal.SIGQUIT)  # its immediate shutdown; it is started again
    [row] = told(company.dispatcher, job.id)
    assert row.is_sent
    assert len(mails_to(stack.plan, "ann.roe@example.com")) == 1


@pytest.mark.survives(8, 13)
def test_a_notifier_that_stood_still_for_longer_than_lease_and_session_goes_on(company: Company, stack: Stack) -> None:
    address = "kim.vale@example.com"
    first = published(company, stack, address, USUAL)
    process = psutil.Process(pid(stack, "notifier-svc"))
    until(lambda: len(mails_to(stack.plan, address)) > 1, "nothing arrives", seconds=30)
    process.suspend()
    threading.Event().wait(1.2 * SESSION_SECONDS)  # the fault itself: its loop runs no more
    process.resume()
    again = published(company, stack, address, 1)
    rows = settled(company.dispatcher, first | again, REJOINED_WITHIN)
    assert faults(first | again, rows, mails_of(stack.plan, (row.id for row in rows)), Rules({address})) == []


@pytest.mark.survives(28)
def test_ten_times_the_load_is_worked_off_in_the_memory_of_a_tenth(company: Company, stack: Stack) -> None:
    address = "lee.park@example.com"
    settled(company.dispatcher, published(company, stack, address, USUAL))
    process = psutil.Process(pid(stack, "notifier-svc"))
    before, most = process.memory_info().rss, 0
    events = published(company, stack, address, MUCH)

    def read() -> bool:
        nonlocal most
        most = max(most, process.memory_info().rss)
        return all(kafka.has_read(stack.plan, group, JOBS) for group in JOBS.groups)

    until(read, "the notifier stays behind", seconds=120)
    rows = settled(company.dispatcher, events, seconds=120)
    assert most - before < MOST_GROWN
    assert len([row for row in rows if row.is_sent]) >= USUAL + MUCH


def published(company: Company, stack: Stack, address: str, count: int) -> set[UUID]:
    """A job of a customer with this address is booked so many times more; the events' ids."""
    customer = company.add(home("One Customer", address, "303-555-0147", "5 Oak St", "80220"))
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    record, ids = kafka.first_event(stack.plan, job.id), {uuid4() for _ in range(count)}
    assert record.key
    assert record.value
    kafka.publish(stack.plan, JOBS, record.key, record.value, *(kafka.renamed(record.headers, id) for id in ids))
    return ids


def log_size(stack: Stack, name: str) -> int:
    """How much a service has logged so far, in bytes."""
    return stack.plan.state.log(name).stat().st_size


def relay_gave_up(stack: Stack, read: int) -> bool:
    """Does status-svc's log, but for the first so many bytes, say that its relay begins anew?"""
    said = stack.plan.state.log("status-svc").read_bytes()[read:].splitlines()
    return any(b"background task interrupted" in line and b'"relay"' in line for line in said)


def pid(stack: Stack, name: str) -> int:
    return int(stack.supervisor.parts()[name]["pid"])


def waits(company: Company, job_id: str) -> bool:
    """Does the job's only delivery say what it waits for?"""
    rows = emails(company.dispatcher, job_id=job_id)
    states = [(row.state, row.detail) for row in rows]
    return states == [(DeliveryState.QUEUED, "The template service did not answer.")]


def wait_until_live(stack: Stack, name: str) -> None:
    """Return when the process answers that it lives."""
    until(lambda: listens(stack.plan.port(name)), f"{name} is not live", READY_WITHIN)
    assert httpx.get(f"{stack.plan.url(name)}/health/live", timeout=5).status_code == 200


def names_the_broker(stack: Stack, name: str) -> bool:
    """Is the service not ready, for want of a broker, with its database in order?"""
    answer = httpx.get(f"{stack.plan.url(name)}/health/ready", timeout=10)
    checks = answer.json()["checks"]
    return answer.status_code == 503 and checks["broker"].startswith("not in order") and checks["database"] == "ok"
