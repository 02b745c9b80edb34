"""One trace from the click to the mail host and to Twilio."""

from contextlib import ExitStack

import pytest

from contracts.model import starter_id
from deploy.demo import northside
from deploy.demo.people import Customer, contact, email, site
from deploy.demo.seed import allow_texts
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.collector import Collector, new_trace
from tests.e2e.companies import Company, staffed
from tests.e2e.log import told

# (service, kind of span, what its name holds), in the order of the walk.
WALK = [
    ("status-svc", "server", "/status"),
    ("notifier-svc", "client", "render messages"),
    ("template-svc", "server", "/v1/renderings"),
    ("notifier-svc", "client", "email send"),
    ("notifier-svc", "client", "sms send"),
    ("notifier-svc", "client", "voice send"),
]


@pytest.fixture
def company(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Northside, with a phone account whose number may call."""
    return staffed(stack.plan, northside.SEED, clients)


def test_one_trace_leads_from_the_http_request_to_the_mail_host_and_twilio(
    company: Company, collector: Collector
) -> None:
    kai = contact("Kai Moe", email("kai.moe@example.com"), phone="303-555-0146", voice=True)
    customer = company.add(Customer("Kai Moe", (kai,), (site("4 Oak St", "80220"),)))
    allow_texts(company.admin, customer)
    job = company.booked(customer)
    told(company.dispatcher, job.id)
    trace_id, headers = new_trace()
    on_the_way = {"status_id": str(starter_id(company.seed.company.id, "status", "on-the-way")), "notify": True}

    clicked = company.tech.once("status-svc", "POST", f"/v1/jobs/{job.id}/status", json=on_the_way, headers=headers)

    assert clicked.status_code == 200
    told(company.dispatcher, job.id)
    until(lambda: steps_in(collector, trace_id) == WALK, f"the trace has only {collector.trace(trace_id)}")


def steps_in(collector: Collector, trace_id: str) -> list[tuple[str, str, str]]:
    """The steps of the walk that the trace has."""
    spans = collector.trace(trace_id)
    return [step for step in WALK if any((s.service, s.kind) == step[:2] and step[2] in s.name for s in spans)]
