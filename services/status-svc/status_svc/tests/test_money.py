"""Payments, invoices and the balance."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.events import PaymentKind
from contracts.jobs import Job
from contracts.reports import IssuedInvoice
from status_svc.domain import money
from status_svc.domain.command import Outcome, changed
from status_svc.domain.money import (
    EstimateNotBilled,
    InvoiceDraft,
    InvoiceOpen,
    MoreThanFits,
    MoreThanOwed,
    NothingToBill,
    PaymentDraft,
    UnknownInvoice,
)
from status_svc.tests.factories import COMPANY, a_booked, a_command, an_estimate, event_names


@pytest.fixture
def job() -> Job:
    return a_booked()


def pay(job: Job, amount: str, *, invoices: Sequence[IssuedInvoice] = (), **over: Any) -> Outcome:
    draft = PaymentDraft.model_validate({"amount": amount, "method": "card"} | over)
    return money.receive_payment(a_command(), job, draft, invoices)


def bill(job: Job, *invoices: IssuedInvoice) -> tuple[Job, IssuedInvoice]:
    outcome = money.issue_invoice(a_command(), job, InvoiceDraft(), invoices, COMPANY.zone)
    assert event_names(outcome.events) == ["InvoiceIssued"]
    assert outcome.invoice is not None
    return outcome.job, outcome.invoice


def test_a_deposit_lowers_the_balance_and_not_the_total(job: Job) -> None:
    outcome = pay(job, "100.00")
    assert event_names(outcome.events) == ["PaymentReceived"]
    assert outcome.payment is not None
    assert outcome.payment.kind is PaymentKind.DEPOSIT  # S0.10
    assert (outcome.job.total, outcome.job.balance) == (Decimal("480.00"), Decimal("380.00"))


def test_paying_more_than_the_total_is_a_credit(job: Job) -> None:
    assert pay(job, "500.00").job.balance == Decimal("-20.00")


def test_payments_that_add_up_to_more_than_fits_are_refused(job: Job) -> None:
    paid = pay(job, "9999999999.99").job
    with pytest.raises(MoreThanFits):
        pay(paid, "0.01")
    free = changed(paid, lines=(), total=Decimal("0.00"), balance=Decimal("-9999999999.99"))
    assert Job.model_validate_json(free.model_dump_json()) == free


@pytest.mark.parametrize(
    ("part", "value"), [("balance", Decimal("1E10")), ("total", Decimal("0.001")), ("title", None)]
)
def test_a_job_that_the_readers_of_its_events_would_refuse_is_never_made(job: Job, part: str, value: object) -> None:
    with pytest.raises(ValidationError, match=part):
        changed(job, **{part: value})


def test_an_invoice_says_the_total_and_what_is_still_to_pay(job: Job) -> None:
    _, invoice = bill(pay(job, "100.00").job)
    assert (invoice.number, invoice.total, invoice.balance) == ("1001-1", Decimal("480.00"), Decimal("380.00"))
    assert invoice.due_on == date(2026, 12, 7)  # two weeks from the company's today


def test_the_payment_that_settles_an_invoice_publishes_invoice_paid(job: Job) -> None:
    job, invoice = bill(job)
    part = pay(job, "200.00", invoice_id=invoice.id, invoices=[invoice])
    assert event_names(part.events) == ["PaymentReceived"]
    assert part.invoice is not None
    rest = pay(part.job, "280.00", invoice_id=invoice.id, invoices=[part.invoice])
    assert event_names(rest.events) == ["PaymentReceived", "InvoicePaid"]
    assert rest.job.balance == 0
    assert rest.payment is not None
    assert rest.payment.kind is PaymentKind.INVOICE  # S0.10


def test_an_invoice_takes_no_more_than_it_asks_for(job: Job) -> None:
    job, invoice = bill(job)
    with pytest.raises(MoreThanOwed):
        pay(job, "480.01", invoice_id=invoice.id, invoices=[invoice])


def test_an_invoice_of_another_job_is_unknown(job: Job) -> None:
    with pytest.raises(UnknownInvoice):
        pay(job, "1.00", invoice_id=uuid4())


def test_while_an_invoice_is_open_money_goes_to_it_and_no_second_one_is_issued(job: Job) -> None:
    job, invoice = bill(job)
    with pytest.raises(InvoiceOpen):
        pay(job, "10.00", invoices=[invoice])
    with pytest.raises(InvoiceOpen):
        bill(job, invoice)


def test_a_paid_job_is_not_billed(job: Job) -> None:
    with pytest.raises(NothingToBill):
        bill(pay(job, "480.00").job)


def test_an_estimate_takes_a_deposit_and_no_invoice() -> None:
    with pytest.raises(EstimateNotBilled):
        bill(pay(an_estimate(), "50.00").job)


@pytest.mark.parametrize("over", [{"kind": "invoice"}, {"kind": "deposit", "invoice_id": str(uuid4())}])
def test_an_invoice_payment_names_its_invoice_and_a_deposit_none(job: Job, over: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="names"):
        pay(job, "1.00", **over)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "99999999999"])
def test_a_payment_is_some_money(job: Job, amount: str) -> None:
    with pytest.raises(ValidationError):
        pay(job, amount)


@given(st.lists(st.decimals("0.01", "10000.00", places=2), max_size=8))
def test_the_balance_is_the_total_less_all_payments(amounts: list[Decimal]) -> None:
    job = a_booked()
    for amount in amounts:
        job = pay(job, str(amount)).job
    assert job.balance == job.total - sum(amounts)
    assert job.version == 1 + len(amounts)
