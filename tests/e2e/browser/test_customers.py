"""Customers: found, and what they want set as they want it."""

import httpx
from playwright.sync_api import Page, expect

from deploy.demo.api import Json
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from tests.e2e.browser.office import sign_in
from tests.e2e.companies import Person

DISPATCHER = "Priya Nair"


def opened(page: Page, name: str) -> None:
    sign_in(page, DISPATCHER, "/customers")
    page.get_by_label("Search by name").fill(name)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def customer(office: Person, page: Page) -> Json:
    """The customer of the page, as customer-svc has it."""
    return office.get("customer-svc", f"/v1/customers/{page.url.rsplit('/', 1)[-1]}")


def test_archived_customers_are_apart(page: Page) -> None:  # S4.1
    sign_in(page, DISPATCHER, "/customers")
    expect(page.get_by_role("link", name="Maria Lee")).to_be_visible()
    expect(page.get_by_role("link", name="Peter Lindqvist")).to_have_count(0)

    page.get_by_text("Archived", exact=True).click()

    expect(page.get_by_role("link", name="Peter Lindqvist")).to_be_visible()
    expect(page.get_by_role("link", name="Maria Lee")).to_have_count(0)


def test_the_gear_beside_an_address_sets_its_four_flags(page: Page, northside_office: Person) -> None:  # S0.4, S0.6
    opened(page, "Grace Kim")
    page.get_by_role("button", name="Preferences of grace.kim@example.com").click()
    gear = page.get_by_role("dialog", name="Preferences of grace.kim@example.com")
    expect(gear.get_by_role("switch")).to_have_count(4)
    gear.get_by_role("switch", name="Invoices").click()
    expect(gear.get_by_role("switch", name="Invoices")).not_to_be_checked()
    gear.get_by_role("switch", name="Payment receipts").click()
    expect(gear.get_by_role("switch", name="Payment receipts")).not_to_be_checked()
    expect(page.get_by_text("2 of 4 off")).to_be_visible()

    page.reload()

    page.get_by_role("button", name="Preferences of grace.kim@example.com").click()
    expect(gear.get_by_role("switch", name="Invoices")).not_to_be_checked()
    expect(gear.get_by_role("switch", name="Payment receipts")).not_to_be_checked()
    expect(gear.get_by_role("switch", name="Status updates")).to_be_checked()
    [contact] = customer(northside_office, page)["contacts"]
    assert contact["emails"][0]["flags"]["invoices"] is False


def test_a_contacts_own_preferences_are_kept(page: Page, northside_office: Person) -> None:  # S0.16
    opened(page, "Kenji Mori")
    wishes = page.get_by_role("group", name="Personal communication preferences of Kenji Mori")
    expect(wishes.get_by_role("switch")).to_have_count(7)
    wishes.get_by_role("switch", name="Exclude from broadcasts").click()
    expect(wishes.get_by_role("switch", name="Exclude from broadcasts")).to_be_checked()

    page.reload()

    expect(wishes.get_by_role("switch", name="Exclude from broadcasts")).to_be_checked()


def test_who_is_told_about_an_address_has_preferences_of_their_own(page: Page) -> None:  # D8
    opened(page, "Teresa Quinn")
    page.get_by_role("button", name="Preferences of Andre Simmons").click()
    gear = page.get_by_role("dialog", name="Preferences of Andre Simmons")
    expect(gear.get_by_role("switch")).to_have_count(8)
    expect(gear.get_by_role("switch", name="Payment receipts")).not_to_be_checked()
    gear.get_by_role("switch", name="Status updates").click()
    expect(gear.get_by_role("switch", name="Status updates")).not_to_be_checked()

    page.reload()

    page.get_by_role("button", name="Preferences of Andre Simmons").click()
    expect(gear.get_by_role("switch", name="Status updates")).not_to_be_checked()


def test_a_change_that_another_made_meanwhile_is_not_overwritten(page: Page, northside_office: Person) -> None:
    opened(page, "Walter Boone")
    there = customer(northside_office, page)
    path = f"/v1/customers/{there['id']}"
    northside_office.patch("customer-svc", path, {"tags": ["met"]}, version=there["version"])
    wishes = page.get_by_role("group", name="Personal communication preferences of Walter Boone")
    wishes.get_by_role("switch", name="Service specials").click()

    expect(page.get_by_text("Somebody else changed this meanwhile")).to_be_visible()


def test_permission_is_asked_by_text_and_the_answer_is_in_the_history(  # S1.18, S1.19
    page: Page, whole_stack: Stack
) -> None:
    opened(page, "Carla Benedetti")
    page.get_by_role("button", name="Ask by text").click()
    expect(page.get_by_text("Asked by text, no answer yet")).to_be_visible()

    answer = {"phone": "+17195550114", "to": NUMBERS[NORTHSIDE.slug], "body": "YES"}
    httpx.post(f"{whole_stack.plan.sandbox_url}/api/phone/texts", json=answer).raise_for_status()

    expect(page.get_by_text("Said YES to texts")).to_be_visible()
    expect(page.get_by_role("region", name="Consent to texts")).to_contain_text("Permission given")
