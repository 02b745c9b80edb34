"""Emails with a report (S3.6, S3.19), from the rule to the mail host and the log."""

import asyncio
import hashlib
import zlib
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import orjson
import pytest
from starlette.responses import Response

from contracts import events
from contracts.deliveries import Reason
from contracts.events import Invoice
from contracts.profiles import Brand
from contracts.reports import IssuedInvoice, ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.report import Wanted, file_name
from notifier_svc.reports import MOST_BYTES
from notifier_svc.send.attaching import AT_ONCE
from notifier_svc.store import rules
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import NOW, a_company, a_customer, a_job, a_rule, an_event
from notifier_svc.tests.papers import LOGO, LOGO_URL, a_problem, a_record
from servicekit import copies

CREATED = Trigger.JOB_CREATED


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """A desk whose emails about new jobs take the work order along, and others nothing."""
    async with desk.db.worker() as tx:
        await tx.execute("delete from rule where trigger = 'job_created'")
        await rules.add(tx, [a_rule(CREATED, attach_report=ReportKind.WORK_ORDER)])
    return desk


async def sent(desk: Desk, data: Any = None) -> EmailMessage:
    """The email that an event leads to."""
    await desk.queue(data=data or an_event(events.JobCreated))
    async with desk.sending():
        assert set(await desk.settled()) == {("sent", None)}
    [*_, mail] = desk.mail.mails
    return mail


async def kept(desk: Desk) -> dict[str, Any]:
    """What the log has of the one email."""
    [row] = await desk.fetch("select body from rendering")
    words: dict[str, Any] = orjson.loads(zlib.decompress(row["body"]))
    return words


@pytest.mark.proves("S3.6", "S3.19")
async def test_an_email_takes_its_report_along_and_the_log_says_what_it_was(desk: Desk) -> None:
    mail = await sent(desk)
    [attached] = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", "work-order-1042.pdf")
    assert attached.get_content() == desk.papers.page
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().startswith("Hi Maria")
    assert (await kept(desk))["report"] == {
        "kind": "work_order",
        "name": "work-order-1042.pdf",
        "size": len(desk.papers.page),
        "sha256": hashlib.sha256(desk.papers.page).hexdigest(),
    }


async def test_the_report_tells_what_status_svc_knows_of_the_job_and_this_service_of_people(desk: Desk) -> None:
    await sent(desk)
    [told] = desk.papers.told
    [due] = await desk.fetch("select job_id from delivery")
    assert told.record.job.id == due["job_id"]
    assert [note.text for note in told.record.notes] == ["The old tank leaked."]
    assert (told.kind, told.locale, told.company.name) == ("work_order", "en-US", "Northside")
    assert told.customer.name == "Lee Family"
    assert told.customer.address == ("12 Elm St", "Denver, CO 80203")


async def test_a_rule_without_a_report_asks_for_none(desk: Desk) -> None:
    mail = await sent(desk, an_event(events.WOClosed))
    assert not list(mail.iter_attachments())
    assert desk.papers.asked == []
    assert "report" not in await kept(desk)


async def test_an_invoice_takes_along_the_very_invoice_it_tells_of_by_its_number(desk: Desk) -> None:
    first, second = desk.papers.record.invoices
    async with desk.db.worker() as tx:
        await tx.execute("update rule set attach_report = 'invoice' where trigger = 'invoice_issued'")
    for issued in (first, second):
        invoice = Invoice.model_validate(issued.model_dump(include=set(Invoice.model_fields)))
        mail = await sent(desk, an_event(events.InvoiceIssued, invoice=invoice))
        assert [each.get_filename() for each in mail.iter_attachments()] == [f"invoice-{issued.number}.pdf"]
        assert (desk.papers.told[-1].kind, desk.papers.told[-1].invoice_id) == ("invoice", issued.id)


@pytest.mark.parametrize(
    ("kind", "invoice_id", "name"),
    [
        (ReportKind.INVOICE, None, "invoice-A-2-b.pdf"),
        (ReportKind.INVOICE, UUID(int=1), "invoice-1042-1.pdf"),
        (ReportKind.INVOICE, UUID(int=9), "invoice-1042.pdf"),
        (ReportKind.WORK_ORDER, None, "work-order-1042.pdf"),
    ],
)
def test_a_file_is_named_by_the_number_of_what_it_is(kind: ReportKind, invoice_id: UUID | None, name: str) -> None:
    bill = {"total": "1.00", "balance": "1.00", "due_on": NOW.date(), "issued_at": NOW}
    numbers = enumerate(("1042-1", "A/2 'b\""), start=1)
    invoices = tuple(IssuedInvoice.model_validate(bill | {"id": UUID(int=n), "number": no}) for n, no in numbers)
    record = a_record(a_job(number=1042), invoices=invoices)
    assert file_name(Wanted(kind, a_company(), a_customer(), record.job.id, invoice_id), record) == name


async def test_a_spanish_company_sends_a_spanish_report_with_its_logo(desk: Desk) -> None:
    brand = Brand(colour="#aa3300", logo_url=LOGO_URL)
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, locale="es_MX", brand=brand)])
    await desk.queue(data=an_event(events.JobCreated))
    mail = await sent(desk)
    assert [each.get_filename() for each in mail.iter_attachments()] == ["orden-de-trabajo-1042.pdf"]
    told = [(each.locale, each.company.colour, each.company.logo) for each in desk.papers.told]
    assert told == [("es-MX", "#aa3300", LOGO)] * 2
    assert sum("/v1/logos/" in path for path in desk.papers.asked) == 1, "a logo never changes"


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/logo.png", "http://169.254.169.254/v1/logos/x", "file:///etc/passwd", None]
)
@pytest.mark.survives(50)
async def test_no_other_url_is_ever_asked_for_a_logo(desk: Desk, url: str | None) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, brand=Brand(logo_url=url))])
    await sent(desk)
    [told] = desk.papers.told
    assert told.company.logo is None
    assert len(desk.papers.asked) == 2


async def test_a_logo_that_is_gone_is_no_reason_not_to_send(desk: Desk) -> None:
    desk.papers.refusals["/v1/logos/" + LOGO_URL.rpartition("/")[2]] = a_problem(404, "There is no such logo.")
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, brand=Brand(logo_url=LOGO_URL))])
    await sent(desk)
    assert desk.papers.told[0].company.logo is None


@pytest.mark.parametrize("service", ["/record", "/v1/reports"])
async def test_without_its_report_an_email_waits_and_goes_when_the_report_is_there(desk: Desk, service: str) -> None:
    desk.papers.refusals[service] = a_problem(503, "A part that is needed is away for the moment.")
    await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():

        async def tried_twice() -> bool:
            return sum(path.endswith(service) for path in desk.papers.asked) >= 2

        await eventually(tried_twice)
        assert await desk.log() == [("queued", None)]
        [row] = await desk.fetch("select detail from delivery")
        assert row["detail"] == "Its report could not be made: a service did not answer."
        desk.papers.refusals.clear()
        assert await desk.settled() == [("sent", None)]
    [mail] = desk.mail.mails
    assert len(list(mail.iter_attachments())) == 1


async def test_what_never_got_its_report_is_given_up_and_says_so(desk: Desk) -> None:
    desk.papers.refusals["/record"] = a_problem(500, "Something went wrong.")
    desk.how = {"report_retry_seconds": 3600.0}
    await desk.queue(data=an_event(events.JobCreated))
    await desk.fetch("update delivery set expires_at = now() + interval '10 minutes'")
    async with desk.sending():
        assert await desk.settled() == [("expired", Reason.GAVE_UP)]
    [row] = await desk.fetch("select detail, attempts from delivery")
    assert row["detail"] == "Its report could not be made: a service did not answer."
    assert row["attempts"] == 0
    assert desk.mail.arrived == []


@pytest.mark.parametrize(
    ("service", "answer", "detail"),
    [
        ("/record", a_problem(404, "There is no such job."), "There is no such job."),
        ("/record", a_problem(422, "This job has more notes than a report can hold."), "more notes"),
        ("/v1/reports", a_problem(422, "This report can't be made.", "The logo is damaged."), "The logo is damaged."),
        ("/v1/reports", Response(b"x" * (MOST_BYTES + 1)), "The report has more than 10 MB."),
    ],
)
async def test_where_no_report_can_be_made_the_email_fails_with_the_reason(
    desk: Desk, service: str, answer: Response, detail: str
) -> None:
    desk.papers.refusals[service] = answer
    await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.REPORT_UNUSABLE)]
    [row] = await desk.fetch("select detail from delivery")
    assert detail in row["detail"]
    assert desk.mail.arrived == []


async def test_slow_reports_hold_up_no_email_that_needs_none(desk: Desk) -> None:
    desk.papers.slow = asyncio.Event()
    for _ in range(AT_ONCE + 8):
        await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():

        async def all_places_taken() -> bool:
            return desk.papers.making == AT_ONCE

        await eventually(all_places_taken)
        await desk.queue(*(f"person{n}@example.com" for n in range(5)), data=an_event(events.WOClosed))

        async def others_arrived() -> bool:
            return len(desk.mail.arrived) == 5

        await eventually(others_arrived)
        assert not desk.papers.told
        desk.papers.slow.set()
        assert set(await desk.settled()) == {("sent", None)}
    assert len(desk.mail.arrived) == AT_ONCE + 8 + 5


async def test_who_finds_no_place_waits_in_the_queue(desk: Desk) -> None:
    desk.papers.slow = asyncio.Event()
    for _ in range(AT_ONCE + 8):
        await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():

        async def the_others_wait() -> bool:
            [row] = await desk.fetch("select count(*) filter (where leased) as leased from queue")
            return bool(desk.papers.making == row["leased"] == AT_ONCE)

        await eventually(the_others_wait)
        desk.papers.slow.set()
        assert set(await desk.settled()) == {("sent", None)}
    assert len(desk.mail.arrived) == AT_ONCE + 8


async def test_a_sender_that_is_stopped_gives_back_what_waits_for_a_report(desk: Desk) -> None:
    desk.papers.slow = asyncio.Event()
    await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():

        async def being_made() -> bool:
            return desk.papers.making == 1

        await eventually(being_made)
    [row] = await desk.fetch("select leased from queue")
    assert not row["leased"]


async def test_the_report_is_the_one_that_the_rule_names_when_the_email_goes(desk: Desk) -> None:
    await desk.queue(data=an_event(events.JobCreated))
    async with desk.db.worker() as tx:
        await tx.execute("update rule set attach_report = 'estimate' where attach_report is not null")
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    assert [told.kind for told in desk.papers.told] == ["estimate"]


async def test_after_its_report_came_an_email_is_asked_about_again(desk: Desk) -> None:  # D11, D7
    desk.papers.slow = asyncio.Event()
    await desk.queue(data=an_event(events.JobCreated))
    async with desk.sending():

        async def is_making() -> bool:
            return desk.papers.making == 1

        await eventually(is_making)
        async with desk.db.worker() as tx:
            await tx.execute("update rule set active = false")
        desk.papers.slow.set()
        assert await desk.settled() == [("skipped", Reason.RULE_INACTIVE)]
    assert desk.mail.mails == []
