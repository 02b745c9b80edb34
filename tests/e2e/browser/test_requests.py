"""What customers ask for: it waits on the first page, is answered, and what is accepted is booked."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from deploy.demo import brightway
from deploy.demo.api import Json
from deploy.demo.people import Customer, contact, email, site
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.browser.test_customers_whole import invitation
from tests.e2e.browser.test_deliveries import signed_in
from tests.e2e.companies import Person

DISPATCHER, TECHNICIAN, COLLEAGUE = "Priya Nair", "Sam Rivera", "Tom Becker"
PASSWORD = "seven green umbrellas"


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
    asked.filter(has_text="paint the fence").get_by_role("button", name="Turn down: Luis Herrera").dblclick()
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
    assert complaints(page) == []
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
    books_again_where_the_job_is_cancelled(page, northside_office, title)

    page.get_by_role("button", name="× Only for this job").click()
    expect(asked.filter(has_text="The boiler hums.").first).to_contain_text("Accepted")
    expect(asked.filter(has_text="paint the fence").first).to_contain_text("Turned down")
    settled(page)
    assert complaints(page) == []
    page.emulate_media(reduced_motion="reduce")  # else the shell still moves when it is measured
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    assert not scrolls_sideways(page)

    tech = open_page()
    sign_in(tech, TECHNICIAN, "/jobs")
    tech.goto("/requests")
    expect(tech.get_by_text("This is not for your role")).to_be_visible()


def books_again_where_the_job_is_cancelled(page: Page, office: Person, title: str) -> None:
    """From the requests of that job and back there; what was begun to book comes back."""
    requests = page.url
    job = str(page.get_by_role("link", name=title).get_attribute("href"))
    office.post("status-svc", f"/v1{job}/cancel", {"notify": False})
    page.goto("/jobs/new")
    page.get_by_label("Title", exact=True).fill("Half a booking")
    page.goto(requests)
    page.get_by_role("link", name="Book the job").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The boiler hums.")
    page.get_by_role("button", name="× Not for this request").click()
    expect(page.get_by_text("For the request:")).to_have_count(0)
    page.get_by_role("status", name="What was just done").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Half a booking")
    page.goto(requests)


@pytest.fixture
def brightway_office(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """The dispatcher of the demo's second company."""
    with signed_in(whole_stack, "dispatcher") as person:
        yield person


@pytest.fixture
def ada(whole_stack: Stack, brightway_office: Person) -> Iterator[Person]:
    """A new customer of it, signed in to the portal."""
    address = f"ada.{uuid4().hex[:6]}@example.com"
    person = Customer("Ada Byron", (contact("Ada Byron", email(address)),), (site("61 W 10th St", "10011"),))
    customer = brightway_office.post("customer-svc", "/v1/customers", person.body(brightway.SEED.company))
    [reader] = customer["contacts"]
    path = f"/v1/customers/{customer['id']}/contacts/{reader['id']}/emails/{reader['emails'][0]['id']}"
    brightway_office.once("customer-svc", "POST", f"{path}/invitation").raise_for_status()
    signing_in = {"company": brightway.SEED.company.slug, "email": address, "password": PASSWORD}
    with httpx.Client() as http:
        http.post(invitation(whole_stack, address), data={"password": PASSWORD}).raise_for_status()
        answer = http.post(f"{whole_stack.plan.portal}/sign-in", json=signing_in).raise_for_status()
    with Person(whole_stack.plan, answer.json()["access_token"]) as signed_in_one:
        yield signed_in_one


def wants_a_visit(customer: Person, summary: str) -> Json:
    """What the customer asks for in the portal, once status-svc knows them."""
    me = customer.get("customer-svc", "/v1/portal/me")
    [address] = customer.get("customer-svc", f"/v1/customers/{me['customer_id']}")["service_addresses"]
    body = {"service_address_id": address["id"], "summary": summary}
    answers: list[httpx.Response] = []

    def taken() -> bool:
        answers.append(customer.once("status-svc", "POST", "/v1/service-requests", json=body))
        return answers[-1].is_success

    until(taken, "the customer is not known to status-svc", 60)
    asked: Json = answers[-1].json()
    return asked


@pytest.mark.proves("S4.2", "S3.2")
def test_a_customer_asks_for_a_visit_for_another_time_and_for_none_and_hears_each_answer(
    page: Page, brightway_office: Person, ada: Person
) -> None:
    request = wants_a_visit(ada, "The tap drips all night.")
    sign_in(page, COLLEAGUE, "/requests")
    page.get_by_role("button", name="Accept: Ada Byron").click()
    dialog = page.get_by_role("dialog", name="Accept the request")
    expect(dialog.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Ada Byron")
    dialog.get_by_role("button", name="Accept").click()
    page.get_by_label("Day", exact=True).fill("2031-02-10")
    page.get_by_label("From", exact=True).fill("09:00")
    page.get_by_label("To", exact=True).fill("11:00")
    page.get_by_role("radio", name="Don't tell").check()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("link", name="The tap drips all night.")).to_be_visible()
    job = page.url.rsplit("/", 1)[-1]
    heard = {"customer_id": request["customer_id"], "state": "sent", "channel": "email"}
    until(lambda: "request_accepted" in triggers(brightway_office, heard), "the customer has not heard", 60)
    assert ada.get("status-svc", f"/v1/service-requests/{request['id']}")["job_id"] == job

    [visit] = ada.get("status-svc", f"/v1/jobs/{job}")["visits"]
    assert visit["starts_at"] == "2031-02-10T14:00:00Z"  # nine in New York
    about = {"job_id": job, "visit_id": visit["id"]}
    later = {"starts_at": "2031-02-11T15:00:00Z", "ends_at": "2031-02-11T17:00:00Z"}
    moved = ada.post(
        "status-svc", "/v1/visit-requests", about | later | {"wish": "move", "words": "I work on Mondays."}
    )
    page.get_by_role("link", name="Requests").click()
    asked = page.get_by_role("region", name="Customers ask to move or cancel a visit").get_by_role("listitem")
    expect(asked).to_contain_text("I work on Mondays.")
    expect(asked).to_contain_text("Would like: Tue, Feb 11, 2031, 10:00")
    page.get_by_role("button", name="Move the visit: Ada Byron").press("Enter")
    dialog = page.get_by_role("dialog", name="Move the visit")
    expect(dialog.get_by_label("Day", exact=True)).to_have_value("2031-02-11")
    expect(dialog.get_by_label("From", exact=True)).to_have_value("10:00")
    expect(dialog.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Ada Byron")
    assert complaints(page) == []
    dialog.get_by_label("From", exact=True).fill("10:30")
    dialog.get_by_role("button", name="Move the visit").click()
    expect(asked).to_have_count(0)
    assert ada.get("status-svc", f"/v1/visit-requests/{moved['id']}")["state"] == "accepted"
    [visit] = ada.get("status-svc", f"/v1/jobs/{job}")["visits"]
    assert visit["starts_at"] == "2031-02-11T15:30:00Z"

    none = ada.post("status-svc", "/v1/visit-requests", about | {"wish": "cancel", "words": "It stopped by itself."})
    page.reload()
    expect(asked).to_contain_text("Would like to cancel the visit.")
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Leave it as it is: Ada Byron").click()
    dialog = page.get_by_role("dialog", name="Leave the visit as it is")
    dialog.get_by_label("Why").fill("Drips come back. We look at it for free.")
    assert complaints(page) == []
    dialog.get_by_role("button", name="Leave it as it is").click()
    expect(asked).to_have_count(0)
    expect(page.get_by_role("status", name="What was just done")).to_contain_text(
        "The visit of Ada Byron stays as it is."
    )
    read = ada.get("status-svc", f"/v1/visit-requests/{none['id']}")
    assert (read["state"], read["reason"]) == ("declined", "Drips come back. We look at it for free.")
    page.goto(f"/requests?view=all&job={job}")
    expect(asked).to_have_count(2)


def triggers(office: Person, params: Json) -> set[str]:
    """What the messages that are like this were about."""
    return {row["trigger"] for row in office.every("notifier-svc", "/v1/deliveries", **params)}


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
    assert complaints(page) == []
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
