"""One trace from the click to the mail."""

from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.collector import Collector, new_trace
from tests.e2e.companies import Company
from tests.e2e.log import told

# (service, kind of span, what its name holds), in the order of the walk.
WALK = [
    ("status-svc", "server", "/v1/jobs"),
    ("notifier-svc", "client", "render messages"),
    ("template-svc", "server", "/v1/renderings"),
    ("notifier-svc", "client", "email send"),
]


def test_one_trace_leads_from_the_http_request_to_the_smtp_host(
    company: Company, stack: Stack, collector: Collector
) -> None:
    customer = company.add(home("Kai Moe", "kai.moe@example.com", "303-555-0146", "4 Oak St", "80220"))
    told(company.dispatcher, company.booked(customer).id)
    trace_id, headers = new_trace()
    [site] = customer["service_addresses"]
    body = {"title": "Traced", "customer_id": customer["id"], "service_address_id": site["id"]}

    booked = company.dispatcher.once("status-svc", "POST", "/v1/jobs", json=body, headers=headers)

    assert booked.status_code == 201
    told(company.dispatcher, booked.json()["id"])
    until(lambda: steps_in(collector, trace_id) == WALK, f"the trace has only {collector.trace(trace_id)}")


def steps_in(collector: Collector, trace_id: str) -> list[tuple[str, str, str]]:
    """The steps of the walk that the trace has."""
    spans = collector.trace(trace_id)
    return [step for step in WALK if any((s.service, s.kind) == step[:2] and step[2] in s.name for s in spans)]
