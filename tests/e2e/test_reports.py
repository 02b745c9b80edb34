"""A work order closes: the email takes it along as a PDF, the office downloads the same, and nothing of it is kept."""

import hashlib
import io
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pypdf
import pytest

from deploy.demo import seed
from deploy.demo.job import SIGNATURE, Job
from deploy.demo.people import home
from deploy.local.plan import Plan
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import Delivery, told
from tests.e2e.mailbox import newest_to

MAILBOX = "wilma.wood@example.com"
NOTE = "Swapped the cartridge; «no drip» at 4 bar.\nShut-off valve is stiff: ¡ojo!"


@pytest.fixture
def job(company: Company) -> Job:
    """A job of a company with a logo, done and signed for, whose work order closes."""
    profile = company.dispatcher.get("customer-svc", "/v1/company")
    headers = {"if-match": f'"{profile["version"]}"'}
    logo = company.admin.once(
        "customer-svc", "PUT", "/v1/company/logo", content=SIGNATURE.read_bytes(), headers=headers
    )
    assert logo.is_success, logo.text
    seed.attach_work_order(company.admin, company.seed.company.id)
    job = company.booked(company.add(home("Wilma Wood", MAILBOX, "303-555-0177", "31 Maple St", "80220")))
    job.write_down(NOTE)
    job.set_status("done", by_tech=True)
    return job


def closing(company: Company, job: Job) -> Delivery:
    """The email that says so."""
    [row] = [row for row in told(company.dispatcher, job.id) if row.rule_name == "Work order closed"]
    assert row.is_sent, row
    return row


def pdf_in(plan: Plan, address: str) -> bytes:
    """What is attached to the newest mail."""
    newest = newest_to(plan, address)
    assert newest
    url = f"{plan.sandbox_url}/api/mailbox/messages/{newest['id']}/raw"
    mail = message_from_bytes(httpx.get(url, timeout=10).raise_for_status().content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    [file] = mail.iter_attachments()
    content = file.get_content()
    assert isinstance(content, bytes)
    return content


def pictures(reader: pypdf.PdfReader) -> list[str]:
    """What each picture shows, as it is read to who can't see it."""
    size: Any = reader.trailer["/Size"]
    objects: list[Any] = [reader.get_object(number) for number in range(1, size)]
    return sorted(each["/Alt"] for each in objects if isinstance(each, dict) and "/Alt" in each)


@pytest.mark.proves("S3.6", "S3.19")
def test_the_email_holds_the_notes_the_signature_and_the_total(company: Company, stack: Stack, job: Job) -> None:
    closing(company, job)
    reader = pypdf.PdfReader(io.BytesIO(pdf_in(stack.plan, MAILBOX)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in ("Swapped the cartridge; «no drip» at 4 bar.", "stiff: ¡ojo!", "Labor 1 $95.00 $95.00", "Wilma Wood"):
        assert said in text
    assert "31 Maple St Denver, CO 80220" in text
    assert pictures(reader) == [f"Logo of {company.seed.company.name}", "Signature of Wilma Wood"]
    assert reader.metadata
    assert reader.metadata.title == f"Work order {job.now['number']}"


def test_the_office_downloads_the_very_same_and_the_log_knows_which_it_was(
    company: Company, stack: Stack, job: Job
) -> None:
    row = closing(company, job)
    sent = pdf_in(stack.plan, MAILBOX)
    answer = company.dispatcher.once("notifier-svc", "GET", f"/v1/jobs/{job.id}/report.pdf")
    assert answer.content == sent
    kept = company.dispatcher.get("notifier-svc", f"/v1/deliveries/{row.id}")["content"]["report"]
    assert kept == {
        "kind": "work_order",
        "name": f"work-order-{job.now['number']}.pdf",
        "size": len(sent),
        "sha256": hashlib.sha256(sent).hexdigest(),
    }


def test_while_a_part_is_away_the_email_waits_for_its_report(company: Company, stack: Stack) -> None:
    seed.attach_work_order(company.admin, company.seed.company.id)
    job = company.booked(company.add(home("Ora Oak", "ora.oak@example.com", "303-555-0178", "8 Oak St", "80220")))
    told(company.dispatcher, job.id)
    stack.stop("template-svc")
    job.set_status("done", by_tech=True)
    stack.start("template-svc")
    closing(company, job)
    assert pdf_in(stack.plan, "ora.oak@example.com").startswith(b"%PDF")


@pytest.mark.survives(62)
def test_a_deleted_customer_has_no_report_any_more(company: Company, job: Job) -> None:
    # S4.17
    row = closing(company, job)
    customer = company.dispatcher.get("customer-svc", f"/v1/customers/{row.customer_id}")
    headers = {"if-match": f'"{customer["version"]}"'}
    deleted = company.admin.once("customer-svc", "DELETE", f"/v1/customers/{customer['id']}", headers=headers)
    assert deleted.is_success

    def gone() -> bool:
        return company.dispatcher.once("notifier-svc", "GET", f"/v1/jobs/{job.id}/report.pdf").status_code == 404

    until(gone, "the report is still made")

    def forgotten() -> bool:
        return company.dispatcher.get("notifier-svc", f"/v1/deliveries/{row.id}")["content"] is None

    until(forgotten, "what was sent is still kept")
