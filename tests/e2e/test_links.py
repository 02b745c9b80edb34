"""What the links in emails open: an account with a password, one's own jobs, and a say in which emails come."""

import re
from contextlib import ExitStack

import httpx
import pytest

from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.plan import Plan
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company, Person
from tests.e2e.log import LIMIT, told
from tests.e2e.mailbox import newest_to

EMAIL, PASSWORD = "ines.moreau@example.com", "seven green umbrellas"
INVITATION = re.compile(r"(http://\S+/v1/portal/invitations/[\w-]+)")
CHOICES = re.compile(r"(http://\S+/preferences/[\w-]+)")


@pytest.fixture
def browser(clients: ExitStack) -> httpx.Client:
    return clients.enter_context(httpx.Client(timeout=10))


@pytest.fixture
def ines(company: Company) -> Json:
    return company.add(home("Ines Moreau", EMAIL, "303-555-0161", "4 Grape St", "80220"))


def link(plan: Plan, pattern: re.Pattern[str], subject: str) -> str:
    """From the newest email to Ines, once it has come."""

    def came() -> bool:
        mail = newest_to(plan, EMAIL)
        return mail is not None and subject in mail["subject"]

    until(came, f"no email about {subject!r} came", LIMIT)
    mail = newest_to(plan, EMAIL)
    assert mail is not None
    found = pattern.search(mail["text"])
    assert found is not None, mail["text"]
    assert found[1] in mail["html"]
    return found[1]


def test_a_customer_confirms_the_account_and_sees_their_own_jobs(
    company: Company, stack: Stack, ines: Json, browser: httpx.Client, clients: ExitStack
) -> None:  # S4.2, S4.13, S4.14
    company.booked(ines, title="Bleed the radiators")
    [contact] = ines["contacts"]
    email = f"/v1/customers/{ines['id']}/contacts/{contact['id']}/emails/{contact['emails'][0]['id']}"
    neighbour = company.add(home("Lou Adler", "lou.adler@example.com", "303-555-0162", "5 Grape St", "80220"))
    company.booked(neighbour, title="Replace the boiler")
    answer = company.dispatcher.once("customer-svc", "POST", f"{email}/invitation")
    assert answer.status_code == 202, answer.text

    page = link(stack.plan, INVITATION, "Your account")
    assert "Choose a password" in browser.get(page).text
    assert "Your password is saved" in browser.post(page, data={"password": PASSWORD}).text
    signing_in = {"company": company.seed.company.slug, "email": EMAIL, "password": PASSWORD}
    signed_in = browser.post(f"{stack.plan.portal}/sign-in", json=signing_in)
    assert signed_in.status_code == 200, signed_in.text
    renewed = browser.post(f"{stack.plan.portal}/token").json()["access_token"]  # by the cookie
    assert browser.get(f"{stack.plan.portal}/me", headers={"authorization": f"Bearer {renewed}"}).status_code == 200

    customer = clients.enter_context(Person(stack.plan, signed_in.json()["access_token"]))
    assert customer.get("customer-svc", "/v1/portal/me")["name"] == "Ines Moreau"
    assert [job["title"] for job in customer.every("status-svc", "/v1/jobs")] == ["Bleed the radiators"]
    assert customer.once("customer-svc", "GET", f"/v1/customers/{neighbour['id']}").status_code == 404


def test_a_reader_stops_all_emails_by_the_link_in_one_and_takes_it_back(
    company: Company, stack: Stack, ines: Json, browser: httpx.Client
) -> None:  # G14, S4.10, S4.11
    job = company.booked(ines)
    told(company.dispatcher, job.id)
    page = link(stack.plan, CHOICES, "1001").replace("/preferences/", "/v1/unsubscribe/")
    assert "i***@example.com" in browser.get(page).text

    assert browser.post(f"{page}/everything", data={"stop": "true"}).status_code == 303
    job.set_status("on-the-way")
    *_, refused = [row for row in told(company.dispatcher, job.id) if row.address == EMAIL]
    assert (refused.state, refused.reason) == ("skipped", "unsubscribed")
    [block] = company.dispatcher.every("notifier-svc", "/v1/blocks", customer_id=ines["id"])
    assert (block["cause"], block["liftable"]) == ("unsubscribed", False)
    until(lambda: len(ledger(company, ines)) == 1, "the unsubscribe is not in the ledger", LIMIT)

    browser.post(f"{page}/everything", data={"stop": "false"})
    job.set_status("scheduled")
    *_, sent = [row for row in told(company.dispatcher, job.id) if row.address == EMAIL]
    assert sent.is_sent
    until(lambda: len(ledger(company, ines)) == 2, "the undoing is not in the ledger", LIMIT)

    preferences = page.replace("/v1/unsubscribe/", "/v1/preferences/")
    [own] = browser.get(preferences).json()["emails"]
    wish = {"emails": [{"id": own["id"], "flags": {"status_updates": False}}]}
    assert browser.patch(preferences, json=wish).json()["emails"][0]["flags"]["status_updates"] is False


def ledger(company: Company, customer: Json) -> list[Json]:
    return list(company.dispatcher.every("customer-svc", f"/v1/customers/{customer['id']}/consent"))
