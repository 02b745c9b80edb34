"""Parts that are away for a while: what they were needed for waits, and is not lost."""

import httpx

from contracts.deliveries import DeliveryState
from deploy.demo.people import home
from deploy.local.parts import listens
from deploy.local.plan import SERVICES
from deploy.local.stack import READY_WITHIN, Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import deliveries, emails, told
from tests.e2e.mailbox import mails_to


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


def test_services_started_without_a_broker_work_off_what_came_in_once_it_is_there(
    company: Company, stack: Stack
) -> None:
    # fault 9, fault 10
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
