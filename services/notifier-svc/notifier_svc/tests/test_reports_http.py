"""The office downloads a report, and says which rules take one along."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.jobs import Role
from notifier_svc.main import build
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.factories import COMPANY, TEMPLATE, a_company, a_customer, a_job, a_template
from notifier_svc.tests.papers import Papers, a_problem, a_record
from servicekit import copies
from servicekit.db import Database
from servicekit.testing import MakeDatabase, TestIssuer, serving

JOB = UUID(int=42)
PATH = f"/v1/jobs/{JOB}/report.pdf"


class Office:
    """The app, what it asks, and who asks it."""

    def __init__(self, client: httpx.AsyncClient, papers: Papers, issuer: TestIssuer) -> None:
        self.client, self.papers, self.issuer = client, papers, issuer

    async def call(self, method: str, path: str, role: Role = Role.ADMIN, **options: Any) -> httpx.Response:
        headers = self.issuer.headers(role, COMPANY) | options.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **options)


@pytest.fixture
async def office(database: MakeDatabase, issuer: TestIssuer) -> AsyncIterator[Office]:
    """Of a company with one customer and one job."""
    urls, papers = database("notifier"), Papers(a_record(a_job(id=JOB)))
    app = build(settings_for(urls, issuer))
    app.state.reports = papers.reports
    db = await Database.open(urls.api_url, urls.worker_url, size=2, name="test")
    async with db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, "templates", [a_template()])
        await copies.put(tx, "customers", [a_customer(id=papers.record.job.customer_id)])
    async with serving(app) as client:
        yield Office(client, papers, issuer)
    await papers.close()
    await db.close()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("work_order", "work-order-1042"), ("estimate", "estimate-1042"), ("invoice", "invoice-1042-2")],
)
async def test_the_office_downloads_what_the_customer_gets(office: Office, kind: str, name: str) -> None:  # S3.19
    for role in (Role.ADMIN, Role.DISPATCHER, Role.TECH):
        answer = await office.call("GET", f"{PATH}?kind={kind}", role)
        assert (answer.status_code, answer.content) == (200, office.papers.page)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    told = office.papers.told[-1]
    assert (told.kind, told.customer.name, told.company.name) == (kind, "Lee Family", "Northside")


@pytest.mark.survives(51)
async def test_a_job_is_asked_for_under_the_company_of_the_token(office: Office) -> None:
    await office.call("GET", PATH)
    assert office.papers.asked[0] == f"/v1/companies/{COMPANY}/jobs/{JOB}/record"
    office.papers.refusals["/record"] = a_problem(404, "There is no such job.")
    assert (await office.call("GET", PATH)).status_code == 404


async def test_what_can_not_be_made_is_told_and_what_is_away_is_asked_for_again(office: Office) -> None:
    office.papers.refusals["/v1/reports"] = a_problem(422, "This report can't be made.", "The logo is damaged.")
    refused = await office.call("GET", PATH)
    assert (refused.status_code, refused.json()["detail"]) == (422, "The logo is damaged.")
    office.papers.refusals["/v1/reports"] = a_problem(500, "Something went wrong.")
    away = await office.call("GET", PATH)
    assert (away.status_code, away.headers["retry-after"]) == (503, "1")


async def test_a_customer_who_was_deleted_has_no_report(office: Office) -> None:  # S4.17
    office.papers.record = a_record(a_job(id=JOB, customer_id=uuid4()))
    assert (await office.call("GET", PATH)).status_code == 404
    assert office.papers.told == []


def a_rule(**over: Any) -> dict[str, Any]:
    defaults = {"name": "Closed", "trigger": "work_order_closed", "channel": "email", "template_id": str(TEMPLATE)}
    return defaults | over


async def test_a_rule_says_which_report_goes_along(office: Office) -> None:  # S3.6
    created = await office.call("POST", "/v1/rules", json=a_rule(attach_report="work_order"))
    assert (created.status_code, created.json()["attach_report"]) == (201, "work_order")
    path = f"/v1/rules/{created.json()['id']}"
    body = {name: value for name, value in a_rule().items() if name != "trigger"}
    changed = await office.call("PUT", path, json=body | {"attach_report": "estimate"}, headers={"if-match": '"1"'})
    assert changed.json()["attach_report"] == "estimate"
    listed = await office.call("GET", "/v1/rules?trigger=work_order_closed")
    assert [rule["attach_report"] for rule in listed.json()["items"]] == ["estimate"]
    taken_off = await office.call("PUT", path, json=body, headers={"if-match": '"2"'})
    assert taken_off.json()["attach_report"] is None


@pytest.mark.parametrize(
    "over",
    [
        {"channel": "sms", "attach_report": "work_order"},
        {"trigger": "request_received", "attach_report": "work_order"},
        {"trigger": "account_invited", "attach_report": "estimate"},
        {"trigger": "job_created", "attach_report": "invoice"},
    ],
)
async def test_a_report_goes_where_there_is_something_to_tell(office: Office, over: dict[str, Any]) -> None:
    refused = await office.call("POST", "/v1/rules", json=a_rule(**over))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "report-not-attachable")
