"""The log of all messages: found, sent again, stopped, written out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from deploy.demo import brightway
from deploy.demo.people import Customer, contact, email, site
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.browser.test_home import pause
from tests.e2e.companies import Person, tokens
from tests.e2e.mailbox import count_to, newest_to

DISPATCHER, COLLEAGUE = "Priya Nair", "Tom Becker"
PHONE: Any = {"viewport": {"width": 390, "height": 844}}


def test_what_failed_is_shown_first_and_the_rest_is_a_view_away(page: Page) -> None:  # S3.20
    sign_in(page, DISPATCHER, "/deliveries")
    expect(page.get_by_role("radio", name="Failed")).to_be_checked()

    page.get_by_text("Not sent", exact=True).first.click()

    expect(page).to_have_url("/deliveries?view=quiet")
    expect(page.get_by_role("table").get_by_text("has not agreed to get texts").first).to_be_visible()


def test_a_message_tells_how_it_went_and_what_it_said(page: Page) -> None:  # S3.21
    sign_in(page, DISPATCHER, "/deliveries?view=good&channel=sms")
    page.get_by_role("table").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Text to")
    expect(page.get_by_role("region", name="What happened to it")).to_contain_text("Try 1")
    expect(page.get_by_role("region", name="What it said").locator(".words")).not_to_be_empty()
    page.go_back()
    expect(page).to_have_url("/deliveries?view=good&channel=sms")


def test_a_no_leads_to_where_it_is_mended(page: Page) -> None:
    sign_in(page, DISPATCHER, "/deliveries?view=quiet&channel=sms")
    page.get_by_role("link", name="Ask for permission").first.click()

    expect(page.get_by_role("region", name="Contacts")).to_be_visible()
    page.go_back()
    refused = page.get_by_role("row").filter(has_text="has not agreed to get texts").first
    refused.get_by_role("link").first.click()
    expect(page.get_by_text("It can't be sent now either. This phone has not agreed to get texts.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_have_count(0)


@pytest.fixture
def office(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """The dispatcher of a company whose home page no other test looks at."""
    with signed_in(whole_stack, "dispatcher") as person:
        yield person


@pytest.fixture
def admin(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """Its administrator."""
    with signed_in(whole_stack, "admin") as person:
        yield person


def signed_in(stack: Stack, role: str) -> Person:
    persona = PERSONAS[f"{brightway.SEED.company.slug}-{role}"]
    return Person(stack.plan, tokens(stack.plan).for_persona(persona))


def booked(office: Person, name: str, address: str) -> dict[str, Any]:
    """A job of a new customer, who has this address; its confirmation is on its way. Returns the customer."""
    person = Customer(name, (contact(name, email(address)),), (site("61 W 10th St", "10011"),))
    customer = office.post("customer-svc", "/v1/customers", person.body(brightway.SEED.company))
    place = customer["service_addresses"][0]["id"]
    body = {"title": "Fix the faucet", "customer_id": customer["id"], "service_address_id": place}

    def known() -> bool:
        return office.once("status-svc", "POST", "/v1/jobs", json=body).is_success

    until(known, "the customer is not known to status-svc", 60)
    return customer


def has_ended(office: Person, customer: dict[str, Any], state: str) -> dict[str, Any]:
    """The customer's one email, once it has come to this."""
    found: list[dict[str, Any]] = []

    def ended() -> bool:
        params = {"customer_id": customer["id"], "channel": "email", "state": state}
        found[:] = office.every("notifier-svc", "/v1/deliveries", **params)
        return bool(found)

    until(ended, f"no email is {state}", 60)
    return found[0]


@pytest.mark.proves("G2")
def test_home_says_when_more_fail_than_usual(page: Page, office: Person) -> None:
    for customer in [booked(office, "Bjork", f"refused.{uuid4().hex[:6]}@example.com") for _ in range(5)]:
        has_ended(office, customer, "failed")
    sign_in(page, COLLEAGUE, "/home")
    needs = page.get_by_role("region", name="What needs you")
    expect(needs).to_contain_text(re.compile(r"More messages fail than usual: \d+ of the \d+ of the last hour"))
    needs.get_by_role("link", name="See who did not get it").first.click()
    expect(page.get_by_role("radio", name="Failed")).to_be_checked()


@pytest.mark.proves("S3.20", "S3.21")
def test_what_failed_is_found_mended_sent_again_and_arrives(
    page: Page, office: Person, whole_stack: Stack, tmp_path: Path
) -> None:  # D5, G2
    name, new = f"Bjork {uuid4().hex[:6]}", f"bjork.{uuid4().hex[:6]}@example.com"
    customer = booked(office, name, f"refused.{uuid4().hex[:6]}@example.com")  # the sandbox takes none of those
    has_ended(office, customer, "failed")

    sign_in(page, COLLEAGUE, "/deliveries")
    page.get_by_label("Search name, address or subject").fill(name)
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(2)
    assert complaints(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a table").click()
    download.value.save_as(tmp_path / "log.csv")
    assert name in (tmp_path / "log.csv").read_text("utf-8").splitlines()[1]

    rows.nth(1).get_by_role("link").first.click()
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("menuitem", name="With today's words and job").click()
    expect(page.get_by_role("status").filter(has_text="on its way again")).to_be_visible()
    until(lambda: len(failed_of(office, customer)) == 2, "the copy has not failed as well", 60)

    moved(office, customer, new)
    page.reload()
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("menuitem", name="With today's words and job").click()
    until(lambda: newest_to(whole_stack.plan, new) is not None, "it has not arrived", 60)
    page.get_by_role("status").get_by_role("link", name="See it").click()
    expect(page.get_by_text("This is copy 1 of an earlier message.")).to_be_visible()
    expect(page.get_by_role("region", name="What happened to it")).to_contain_text("Try 1: sent")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    page.get_by_role("button", name="Send again").click()
    page.get_by_role("menuitem", name="As it was, word for word").click()
    until(lambda: count_to(whole_stack.plan, new) == 2, "its copy has not arrived", 60)
    page.get_by_role("link", name="See the original").click()
    expect(page.get_by_role("region", name="Sent again").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("region", name="What happened to it")).to_contain_text(f"Sent again by {COLLEAGUE}")
    assert complaints(page) == []


def failed_of(office: Person, customer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(office.every("notifier-svc", "/v1/deliveries", customer_id=customer["id"], state="failed"))


def moved(office: Person, customer: dict[str, Any], address: str) -> None:
    """The contact has another address, and the notifier has heard of it."""
    now = office.get("customer-svc", f"/v1/customers/{customer['id']}")
    [person] = now["contacts"]
    url = f"/v1/customers/{now['id']}/contacts/{person['id']}/emails/{person['emails'][0]['id']}"
    office.patch("customer-svc", url, {"address": address}, version=now["version"])
    run = {"trigger": "job_created", "customer_id": now["id"]}

    def heard() -> bool:
        rows = office.post("notifier-svc", "/v1/dry-runs", run)["rows"]
        return any(row["address"] == address for row in rows)

    until(heard, "the new address has not arrived", 60)


def test_what_waits_is_stopped_and_all_that_failed_goes_again(
    open_page: OpenPage, office: Person, admin: Person, whole_stack: Stack
) -> None:
    page, address = open_page(**PHONE), f"cary.{uuid4().hex[:6]}@example.com"
    pause(admin, paused=True)
    try:
        customer = booked(office, "Cary Grant", address)
        waiting = has_ended(office, customer, "queued")
        sign_in(page, COLLEAGUE, f"/deliveries/{waiting['id']}")
        page.get_by_role("button", name="Don't send it").click()
        expect(page.get_by_role("region", name="What happened to it")).to_contain_text(f"Stopped by {COLLEAGUE}")
        expect(page.get_by_role("button", name="Send it after all")).to_be_visible()
        assert not scrolls_sideways(page)
        assert complaints(page) == []
    finally:
        pause(admin, paused=False)

    lost = booked(office, "Bjorn Lost", f"refused.{uuid4().hex[:6]}@example.com")
    has_ended(office, lost, "failed")
    new = f"bjorn.{uuid4().hex[:6]}@example.com"
    moved(office, lost, new)
    page.goto(f"/deliveries?customer={lost['id']}")
    only = page.get_by_role("button", name="× Only")
    expect(only).to_contain_text("Bjorn Lost")
    assert only.inner_text() == "× Only Bjorn Lost"
    page.get_by_role("button", name="Send failed ones again").click()
    form = page.get_by_role("form", name="Send failed messages again")
    expect(form.get_by_role("status")).to_contain_text("1 message would go again")
    assert not scrolls_sideways(page)
    assert complaints(page) == []
    form.get_by_role("button", name="Send 1 message again").click()
    expect(page.get_by_role("status").filter(has_text="1 message is on its way again.")).to_be_visible()
    until(lambda: count_to(whole_stack.plan, new) == 1, "it has not arrived", 60)
    settled(page)
    assert count_to(whole_stack.plan, address) == 0
