"""What customers ask for: it waits on the first page, is answered, and what is accepted is booked."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.companies import Person

DISPATCHER, TECHNICIAN = "Priya Nair", "Sam Rivera"


def asks(office: Person, name: str, summary: str) -> str:
    """The office writes down what a customer asked for on the phone."""
    [found] = office.every("customer-svc", "/v1/customers", search=name)
    customer = office.get("customer-svc", f"/v1/customers/{found['id']}")
    where = customer["service_addresses"][0]["id"]
    body = {"customer_id": customer["id"], "service_address_id": where, "summary": summary, "notify": False}
    return str(office.post("status-svc", "/v1/service-requests", body)["id"])


@pytest.mark.proves("S3.2", "S3.3")
def test_a_request_waits_on_the_first_page_and_is_accepted_booked_or_turned_down(
    page: Page, open_page: OpenPage, northside_office: Person
) -> None:
    asks(northside_office, "Grace Kim", "The boiler hums.\nMostly at night.")
    overtaken = asks(northside_office, "Luis Herrera", "Please paint the fence.")
    sign_in(page, DISPATCHER, "/home")
    needs = page.get_by_role("region", name="What needs you")
    expect(needs).to_contain_text("2 requests of customers wait for an answer.")
    needs.get_by_role("link", name="Answer").click()

    asked = page.get_by_role("region", name="Customers ask for a visit").get_by_role("listitem")
    expect(asked.filter(has_text="Mostly at night.")).to_contain_text("Grace Kim")
    asked.filter(has_text="paint the fence").get_by_role("button", name="Turn down: Luis Herrera").click()
    dialog = page.get_by_role("dialog", name="Turn the request down")
    dialog.get_by_label("Why").fill("We don't paint.")
    northside_office.post("status-svc", f"/v1/service-requests/{overtaken}/reject", {"notify": False})
    dialog.get_by_role("button", name="Turn down").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This request was answered before.")
    assert complaints(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(1)

    page.get_by_role("button", name="Accept: Grace Kim").press("Enter")
    dialog = page.get_by_role("dialog", name="Accept the request")
    expect(dialog.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Grace Kim")
    dialog.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book a job")
    expect(page.get_by_label("Title", exact=True)).to_have_value("The boiler hums.")
    expect(page.get_by_text("For the request:")).to_contain_text("Mostly at night.")
    page.get_by_label("Plan a visit").uncheck()
    page.get_by_role("radio", name="Don't tell").check()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The boiler hums.")
    title = page.get_by_role("heading", level=1).inner_text()
    settled(page)
    page.get_by_role("link", name="Mostly at night.").click()
    expect(asked).to_have_count(1)
    expect(asked.get_by_role("link", name=title)).to_be_visible()
    expect(asked.get_by_role("link", name="Book the job")).to_have_count(0)

    page.get_by_role("button", name="× Only of one job").click()
    expect(asked.filter(has_text="The boiler hums.").first).to_contain_text("Accepted")
    expect(asked.filter(has_text="paint the fence").first).to_contain_text("Turned down")
    settled(page)
    assert complaints(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert not scrolls_sideways(page)

    tech = open_page()
    sign_in(tech, TECHNICIAN, "/jobs")
    tech.goto("/requests")
    expect(tech.get_by_text("This is not for your role")).to_be_visible()


def test_an_invoice_is_issued_and_paid_and_a_colleague_who_was_quicker_is_not_doubled(
    page: Page, northside_office: Person
) -> None:
    [maria] = northside_office.every("customer-svc", "/v1/customers", search="Maria Lee")
    where = northside_office.get("customer-svc", f"/v1/customers/{maria['id']}")["service_addresses"][0]["id"]
    line = {"description": "Labor", "quantity": "1", "unit_price": "95.00"}
    body = {"title": "Unclog a drain", "customer_id": maria["id"], "service_address_id": where, "lines": [line]}
    job = northside_office.post("status-svc", "/v1/jobs", body | {"notify": False})
    sign_in(page, DISPATCHER, f"/jobs/{job['id']}")
    bills = page.get_by_role("region", name="Invoices and payments")
    bills.get_by_role("button", name="Record a payment").click()
    deposit = page.get_by_role("dialog", name="Record a payment")
    expect(deposit).to_contain_text("As a deposit: no invoice is open.")
    deposit.get_by_label("Amount (USD)").fill("twenty")
    deposit.get_by_role("button", name="Record it").click()
    expect(deposit.get_by_text("An amount above 0, such as 120.00.")).to_be_visible()
    expect(deposit.get_by_text("Say how it was paid.")).to_be_visible()
    deposit.get_by_label("Amount (USD)").fill("20.00")
    deposit.get_by_label("Paid by").fill("Check 4711")
    deposit.get_by_role("radio", name="Don't tell").check()
    deposit.get_by_role("button", name="Record it").press("Enter")
    expect(bills.get_by_role("listitem").filter(has_text="Deposit · $20.00")).to_contain_text("Check 4711")

    bills.get_by_role("button", name="Issue an invoice").click()
    invoice = page.get_by_role("dialog", name="Issue an invoice")
    expect(invoice).to_contain_text("It bills what is still to pay: $75.00.")
    expect(invoice.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Maria Lee")
    invoice.get_by_role("radio", name="Don't tell").check()
    invoice.get_by_role("button", name="Issue it").click()
    expect(bills.get_by_role("listitem").filter(has_text="$75.00 open")).to_be_visible()

    bills.get_by_role("button", name="Record a payment").click()
    payment = page.get_by_role("dialog", name="Record a payment")
    expect(payment.get_by_label("Amount (USD)")).to_have_value("75.00")
    payment.get_by_label("Paid by").fill("Card")
    payment.get_by_role("radio", name="Don't tell").check()
    [open_one] = northside_office.get("status-svc", f"/v1/jobs/{job['id']}/account")["invoices"]
    paid = {"amount": "75.00", "method": "Card", "invoice_id": open_one["id"], "notify": False}
    northside_office.post("status-svc", f"/v1/jobs/{job['id']}/payments", paid)
    payment.get_by_role("button", name="Record it").click()
    expect(payment.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(payment.get_by_label("Paid by")).to_have_value("Card")
    assert complaints(page) == []
    payment.get_by_role("button", name="Cancel").click()
    expect(bills.get_by_role("listitem").filter(has_text="Payment of invoice")).to_have_count(1)
    expect(bills.get_by_role("button", name="Issue an invoice")).to_have_count(0)
