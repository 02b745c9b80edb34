"""What people tell us stays out of logs and traces, whatever goes wrong around it."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from contracts.topics import CUSTOMERS, JOBS, Topic
from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.plan import SERVICES
from deploy.local.stack import Stack
from deploy.local.waiting import until
from servicekit.cloudevents import headers_of
from tests.e2e import kafka
from tests.e2e.collector import Collector, new_trace
from tests.e2e.companies import Company
from tests.e2e.log import told
from tests.e2e.mailbox import count_to, newest_to, truth

ADDRESS, PHONE = "zebedee.quillfeather@example.com", "303-555-0177"
PHRASE = "Calm the heliotrope boiler"
SECRETS = {"email": "quillfeather@example.com", "phone": "3035550177", "dashed phone": PHONE, "words": "heliotrope"}


@pytest.mark.survives(63)
def test_no_log_and_no_trace_holds_an_address_a_phone_a_token_or_the_words_of_a_mail(
    company: Company, stack: Stack, collector: Collector
) -> None:
    customer = company.add(home("Zebedee Quillfeather", ADDRESS, PHONE, "5 Oak St", "80220"))
    job = company.booked(customer, title=PHRASE)
    assert all(row.is_sent for row in told(company.dispatcher, job.id))
    make_trouble(company, stack, customer["id"])
    links = opened_links(company, stack, customer)
    wait_until_exported(company, collector)

    held = SECRETS | {"token": company.dispatcher.token, "secret": stack.plan.state.secret("service")} | links
    texts = {file.name: file.read_text() for file in stack.plan.state.logs.iterdir()} | {
        "traces": collector.everything()
    }
    assert [(where, what) for where, text in texts.items() for what in found_in(text, held)] == []


@pytest.mark.survives(63)
def test_no_log_of_a_service_holds_an_address_that_was_ever_written_to(demo: str, stack: Stack) -> None:
    reached = {address for mail in truth(stack.plan) for address in mail.recipients}
    logs = "".join(stack.plan.state.log(name).read_text() for name in SERVICES)
    assert [address for address in reached if address in logs] == []


def found_in(text: str, held: dict[str, str]) -> list[str]:
    """Which of the values that must be held back stand there."""
    return [what for what, value in held.items() if value.lower() in text.lower()]


def opened_links(company: Company, stack: Stack, customer: Json) -> dict[str, str]:
    """The tokens of the links in two emails, which are keys; each was opened."""
    [contact] = customer["contacts"]
    email = f"/v1/customers/{customer['id']}/contacts/{contact['id']}/emails/{contact['emails'][0]['id']}"
    before = count_to(stack.plan, ADDRESS)
    assert company.dispatcher.once("customer-svc", "POST", f"{email}/invitation").is_success
    until(lambda: count_to(stack.plan, ADDRESS) > before, "the invitation did not come")
    mail = newest_to(stack.plan, ADDRESS)
    assert mail is not None
    found = re.findall(r"http://\S+/(portal/invitations|preferences)/([\w-]+)", mail["text"])
    urls = re.findall(r"http://\S+/(?:portal/invitations|preferences)/[\w-]+", mail["text"])
    assert [httpx.get(url, timeout=10).status_code for url in urls] == [200, 200]
    return {f"token of {kind}": token for kind, token in found}


def make_trouble(company: Company, stack: Stack, customer_id: str) -> None:
    """Requests and events with private values in them, most of which are refused."""
    dispatcher, mine = company.dispatcher, f"/v1/customers/{customer_id}"
    bad = {"name": ADDRESS, "contacts": [{"name": PHRASE, "phones": [{"number": f"{PHONE}-x"}], "nonsense": ADDRESS}]}
    assert dispatcher.once("customer-svc", "POST", "/v1/customers", json=bad).status_code == 422
    assert dispatcher.once("customer-svc", "PATCH", mine, json={"notes": PHRASE}).status_code == 428
    assert dispatcher.once("customer-svc", "GET", "/v1/customers", params={"search": ADDRESS}).is_success
    forged = {"authorization": f"Bearer {company.dispatcher.token}x"}
    assert dispatcher.once("notifier-svc", "GET", "/v1/deliveries", headers=forged).status_code == 401
    for topic in (JOBS, CUSTOMERS):
        for broken in (f'{{"title": "{PHRASE}", "email": "{ADDRESS}"}}', f'{{"{PHRASE}": "{ADDRESS}'):
            kafka.publish(stack.plan, topic, b"x", broken.encode(), event_headers(company, topic))
        for group in topic.groups:
            kafka.wait_until_read(stack.plan, group, topic)


def event_headers(company: Company, topic: Topic) -> list[tuple[str, bytes]]:
    """Those of an event in good order, but for its subject."""
    headers = headers_of(
        topic.messages[0],
        id=str(uuid4()),
        source="/test",
        subject=ADDRESS,
        time=datetime.now(UTC),
        company_id=company.seed.company.id,
        traceparent=None,
    )
    return [(name, value.encode()) for name, value in headers.items()]


def wait_until_exported(company: Company, collector: Collector) -> None:
    """Return when the collector has the spans so far of all services: each hands them over in their order."""
    trace_id, headers = new_trace()
    for name in SERVICES:
        company.dispatcher.once(name, "GET", "/v1/nothing", headers=headers)
    until(lambda: {span.service for span in collector.trace(trace_id)} == set(SERVICES), "spans are missing")
