"""Invoices and payments over HTTP."""

from typing import Any
from uuid import uuid4

from status_svc.tests.service import Service


async def paid(service: Service, path: str, amount: str, **over: Any) -> Any:
    return await service.ok("POST", f"{path}/payments", {"amount": amount, "method": "card"} | over)


async def test_from_deposit_to_paid_invoice(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    await paid(service, path, "80.00")
    invoice = await service.ok("POST", f"{path}/invoices", {"due_on": "2026-12-01"})
    assert (invoice["number"], invoice["total"], invoice["balance"]) == ("1001-1", "480.00", "400.00")
    payment = await paid(service, path, "400.00", invoice_id=invoice["id"])
    assert (payment["kind"], payment["invoice_id"]) == ("invoice", invoice["id"])
    assert await service.names() == [
        "JobCreated",
        "PaymentReceived",
        "InvoiceIssued",
        *("PaymentReceived", "InvoicePaid"),
    ]
    published = await service.published()
    assert [str(event.data.job.balance) for event in published] == ["480.00", "400.00", "400.00", "0.00", "0.00"]
    assert [published[i].data.payment.kind for i in (1, 3)] == ["deposit", "invoice"]  # S0.10
    assert published[4].data.invoice.balance == 0


async def test_the_account_adds_up(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    await paid(service, path, "80.00")
    account = await service.ok("GET", f"{path}/account")
    assert (account["total"], account["paid"], account["balance"]) == ("480.00", "80.00", "400.00")
    assert (await service.ok("GET", path))["balance"] == "400.00"
    assert [payment["amount"] for payment in account["payments"]] == ["80.00"]


async def test_a_payment_sent_twice_counts_once(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    body = {"amount": "80.00", "method": "card"}
    first = await service.ok("POST", f"{path}/payments", body, idempotency_key="p")
    assert await service.ok("POST", f"{path}/payments", body, idempotency_key="p") == first
    assert (await service.ok("GET", path))["balance"] == "400.00"


async def test_money_rules_are_refused_plainly(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    unknown = {"amount": "1", "method": "card", "invoice_id": str(uuid4())}
    assert await service.refusal("POST", f"{path}/payments", unknown) == (422, "unknown-invoice")
    await service.ok("POST", f"{path}/invoices", {})
    assert await service.refusal("POST", f"{path}/invoices", {}) == (409, "invoice-open")


async def test_a_second_largest_deposit_is_refused_and_the_job_stays_readable(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    largest = {"amount": "9999999999.99", "method": "card"}
    await service.ok("POST", f"{path}/payments", largest)
    assert await service.refusal("POST", f"{path}/payments", largest) == (409, "payments-out-of-range")
    await service.ok("PATCH", path, {"lines": []}, if_match='"2"')
    assert (await service.ok("GET", path))["balance"] == "-9999999999.99"
    assert (await service.ok("GET", f"{path}/account"))["paid"] == "9999999999.99"
    assert [str(event.data.job.balance) for event in await service.published()][-1] == "-9999999999.99"
