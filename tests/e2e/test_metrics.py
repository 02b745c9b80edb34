"""What operators see: every metric that docs/operating.md promises is there after a message went out and came back."""

import re
from itertools import chain

import httpx
import pytest

from contracts.topics import TOPICS
from deploy.demo.people import home
from deploy.local.plan import SERVICES
from deploy.local.ports import HOST
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY
from deploy.local.waiting import until
from deploy.monitoring.tests.queries import exported_by, unanswered
from tests.e2e.companies import Company
from tests.e2e.log import told


def promised() -> set[str]:
    """The names in the document's tables."""
    _, _, table = (REPOSITORY / "docs" / "operating.md").read_text().partition("\n## Metrics\n")
    table, _, _ = table.partition("\n## ")
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_every_metric_of_the_documentation_is_exported(company: Company, stack: Stack) -> None:
    customer = company.add(home("Ola Berg", "bounce@metrics.example", "303-555-0160", "1 Main St", "80220"))
    told(company.dispatcher, company.booked(customer).id)

    def missing() -> set[str]:
        where = (stack.plan.url("notifier-svc"), f"http://{HOST}:{stack.plan.ports.gateway_operations}")
        answer = "".join(httpx.get(f"{url}/metrics", timeout=10).text for url in where)
        return {name for name in promised() if f"\n{name}" not in answer}

    assert len(promised()) > 8
    until(lambda: not missing(), f"not exported: {missing()}", seconds=40)


@pytest.mark.proves("G2")
def test_what_alerts_and_dashboard_ask_is_exported(company: Company, stack: Stack) -> None:
    customer = company.add(home("Ola Berg", "bounce@metrics.example", "303-555-0160", "1 Main St", "80220"))
    job = company.booked(customer)
    job.set_status("on-the-way")  # an urgent one
    told(company.dispatcher, job.id)
    doors = {name: stack.plan.url(name) for name in SERVICES}
    doors["gateway"] = f"http://{HOST}:{stack.plan.ports.gateway_operations}"

    def missed() -> list[str]:
        answers = {job: httpx.get(f"{url}/metrics", timeout=10).text for job, url in doors.items()}
        return unanswered(chain.from_iterable(exported_by(job, answer) for job, answer in answers.items()))

    until(lambda: not missed(), f"nobody exports: {missed()}", seconds=40)


@pytest.mark.proves("G2")
def test_every_consumer_says_how_much_it_has_worked_off_be_it_nothing(stack: Stack) -> None:
    groups = {group for topic in TOPICS for group in topic.groups}

    def counted() -> set[str]:
        answer = "".join(httpx.get(f"{stack.plan.url(name)}/metrics", timeout=10).text for name in SERVICES)
        return set(re.findall(r'^fieldbell_events_total\{.*?consumer="([^"]+)"', answer, re.MULTILINE))

    until(lambda: groups <= counted(), f"not counted: {groups - counted()}", seconds=40)


@pytest.mark.survives(63)
def test_metrics_name_nobody(company: Company, stack: Stack) -> None:
    customer = company.add(home("Ola Berg", "ola.berg@example.com", "303-555-0160", "1 Main St", "80220"))
    told(company.dispatcher, company.booked(customer).id)
    answer = httpx.get(f"{stack.plan.url('notifier-svc')}/metrics", timeout=10).text
    assert not re.search(r"ola|@example|5550160", answer, re.IGNORECASE)
