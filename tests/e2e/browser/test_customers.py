"""Customers: found, kept as they are in life, and what they want set as they want it."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from deploy.demo.api import Json
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from tests.e2e.browser.office import complaints, sign_in
from tests.e2e.companies import Person
from tests.e2e.mailbox import newest_to

DISPATCHER, ADMIN = "Priya Nair", "Dana Whitfield"


def opened(page: Page, name: str, person: str = DISPATCHER) -> None:
    sign_in(page, person, "/customers")
    page.get_by_label("Search by name").fill(name)
    expect(page.locator("tr[data-index]")).to_have_count(1)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def customer(office: Person, page: Page) -> Json:
    """The customer of the page, as customer-svc has it."""
    return office.get("customer-svc", f"/v1/customers/{page.url.rsplit('/', 1)[-1]}")


@pytest.mark.proves("S4.1")
def test_archived_customers_are_apart(page: Page) -> None:
    sign_in(page, DISPATCHER, "/customers")
    expect(page.get_by_role("link", name="Maria Lee")).to_be_visible()
    expect(page.get_by_role("link", name="Peter Lindqvist")).to_have_count(0)

    page.get_by_text("Archived", exact=True).click()

    expect(page.get_by_role("link", name="Peter Lindqvist")).to_be_visible()
    expect(page.get_by_role("link", name="Maria Lee")).to_have_count(0)


@pytest.mark.proves("S0.4", "S0.6")
def test_the_gear_beside_an_address_sets_its_four_flags(page: Page, northside_office: Person) -> None:
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


@pytest.mark.proves("S0.14", "S0.16")
def test_a_contacts_own_preferences_are_kept(page: Page, northside_office: Person) -> None:
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
    opened(page, "Walter Boone", ADMIN)
    there = customer(northside_office, page)
    path = f"/v1/customers/{there['id']}"
    northside_office.patch("customer-svc", path, {"tags": ["met"]}, version=there["version"])
    wishes = page.get_by_role("group", name="Personal communication preferences of Walter Boone")
    wishes.get_by_role("switch", name="Service specials").click()

    expect(page.get_by_text("Somebody else changed this meanwhile")).to_be_visible()


@pytest.mark.proves("S1.18", "S1.19")
def test_permission_is_asked_by_text_and_the_answer_is_in_the_history(page: Page, whole_stack: Stack) -> None:
    opened(page, "Carla Benedetti")
    page.get_by_role("button", name="Ask by text").click()
    expect(page.get_by_text("Asked by text, no answer yet")).to_be_visible()

    answer = {"phone": "+17195550114", "to": NUMBERS[NORTHSIDE.slug], "body": "YES"}
    httpx.post(f"{whole_stack.plan.sandbox_url}/api/phone/texts", json=answer).raise_for_status()

    expect(page.get_by_text("Said YES to texts")).to_be_visible()
    expect(page.get_by_role("region", name="Consent history")).to_contain_text("Permission given")


@pytest.mark.proves(
    "S2.3", "S2.4", "S2.5", "S2.6", "S4.4", "S4.5", "S4.6", "S4.12", "S4.18", "S4.19", "S4.20", "S4.21", "S4.22"
)
def test_a_customer_is_created_edited_and_each_step_is_in_the_log(page: Page, northside_office: Person) -> None:
    sign_in(page, ADMIN, "/customers")
    page.get_by_role("link", name="New customer").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Ida Fairbanks")
    page.get_by_label("Email address").fill("ida@nowhere")
    page.get_by_role("textbox", name="Phone", exact=True).fill("303-555-0177")
    page.get_by_label("Street and number").fill("9 Pearl St")
    page.get_by_role("button", name="Create the customer").click()
    expect(page.get_by_text("That can't be saved like this")).to_be_visible()
    page.get_by_label("Email address").fill("ida.fairbanks@example.com")
    page.get_by_role("button", name="Create the customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ida Fairbanks")
    expect(page.get_by_text("(303) 555-0177")).to_be_visible()

    page.get_by_role("button", name="Edit: Profile").click()
    profile = page.get_by_role("form", name="Profile")
    expect(profile.get_by_role("textbox", name="Name")).to_be_focused()
    profile.get_by_role("textbox", name="Name").fill("Ida Fairbanks-Lowe")
    profile.get_by_label("Tags").fill("vip")
    profile.get_by_label("Head office").check()
    profile.get_by_label("Exempt from sales tax").check()
    profile.get_by_label("Reward balance").fill("12.50")
    profile.get_by_role("button", name="Add a card").click()
    profile.get_by_label("Last four digits").fill("4242")
    there = customer(northside_office, page)
    path = f"/v1/customers/{there['id']}"
    northside_office.patch("customer-svc", path, {"locale": "es-US"}, version=there["version"])
    profile.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody else changed this meanwhile")
    expect(conflict).to_contain_text("Language: from nothing to es-US")
    expect(profile.get_by_role("textbox", name="Name")).to_have_value("Ida Fairbanks-Lowe")
    profile.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ida Fairbanks-Lowe")
    facts = page.get_by_role("region", name="Profile")
    expect(facts).to_contain_text("ending in 4242 (default)")
    expect(facts).to_contain_text("Spanish (United States)")
    expect(page.get_by_role("button", name="Edit: Profile")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ida Fairbanks")
    expect(facts).to_contain_text("Spanish (United States)")

    page.get_by_role("button", name="Edit: Notes").click()
    page.get_by_role("textbox", name="Notes").fill("The dog is friendly.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The dog is friendly.")).to_be_visible()
    page.get_by_role("button", name="Add a phone to Ida Fairbanks").click()
    page.get_by_role("textbox", name="Phone", exact=True).fill("(303) 555-0178")
    page.keyboard.press("Enter")
    expect(page.get_by_text("(303) 555-0178")).to_be_visible()
    page.get_by_role("button", name="Remove (303) 555-0177").click()
    expect(page.get_by_text("Removed (303) 555-0177.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove (303) 555-0177")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Remove (303) 555-0177")).to_be_visible()
    page.get_by_role("button", name="Change ida.fairbanks@example.com").click()
    page.get_by_role("textbox", name="Email address").fill("ida@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ida@example.com", exact=True)).to_be_visible()

    page.get_by_role("switch", name="Additional communication about 9 Pearl St").check()
    page.get_by_role("button", name="Add a recipient of 9 Pearl St").click()
    recipient = page.get_by_role("form", name="Add a recipient")
    recipient.get_by_label("Recipient's name").fill("Theo Tenant")
    recipient.get_by_label("Role").select_option("tenant")
    for address in ("theo@example.com", "theo@example.org"):
        recipient.get_by_label("Email addresses").fill(address)
        page.keyboard.press("Enter")
    recipient.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Also told about this address:")).to_be_visible()
    expect(page.get_by_text("tenant · theo@example.com · theo@example.org")).to_be_visible()
    page.get_by_role("switch", name="Additional communication about 9 Pearl St").uncheck()
    expect(page.get_by_text("Additional communication is off")).to_be_visible()
    assert complaints(page) == []
    [place] = customer(northside_office, page)["service_addresses"]
    assert not place["additional_communication"]
    assert place["recipients"][0]["emails"] == ["theo@example.com", "theo@example.org"]

    page.get_by_role("link", name="Changes").click()
    log = page.get_by_role("region", name="Changes")
    expect(log).to_contain_text("Additional recipient added: Theo Tenant")
    expect(log).to_contain_text("Email address: from ida.fairbanks@example.com to ida@example.com")
    page.get_by_label("About").select_option(label="Name")
    expect(log).to_contain_text("Name: from Ida Fairbanks to Ida Fairbanks-Lowe")
    expect(log).not_to_contain_text("Theo Tenant")
    page.get_by_label("By", exact=True).select_option(label="the customer")
    expect(page.get_by_text("No change is like that.")).to_be_visible()
    assert complaints(page) == []


@pytest.mark.proves("S4.15", "S4.16", "S4.17")
def test_one_is_blocked_archived_and_brought_back_and_another_erased_for_good(
    page: Page, northside_office: Person
) -> None:
    created = {"name": "Ulf Passing", "contacts": [{"name": "Ulf Passing", "emails": [{"address": "ulf@example.com"}]}]}
    ulf = northside_office.post("customer-svc", "/v1/customers", created)
    sign_in(page, ADMIN, f"/customers/{ulf['id']}")

    for does, says in (("Block", "Blocked: can't book or sign in"), ("Archive", "Archived: gets no messages.")):
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=does).click()
        expect(page.get_by_text(says)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Archived: gets no messages.")).to_have_count(0)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Unblock").click()
    expect(page.get_by_text("Blocked: can't book or sign in")).to_have_count(0)
    there = customer(northside_office, page)
    assert (there["blocked"], there["archived"]) == (False, False)

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Erase").click()
    dialog = page.get_by_role("dialog", name="Erase Ulf Passing")
    expect(dialog).to_contain_text("1 contact, 0 service addresses")
    assert complaints(page) == []
    dialog.get_by_role("button", name="Erase for good").click()

    expect(page.get_by_text("The customer was erased.")).to_be_visible()
    assert northside_office.find("customer-svc", f"/v1/customers/{ulf['id']}") is None


@pytest.mark.proves("S4.9", "S4.10")
def test_an_unsubscribe_shows_whose_wish_it_was_and_the_offices_is_undone(page: Page, whole_stack: Stack) -> None:
    opened(page, "Maria Lee")
    opt_outs = page.get_by_role("region", name="Opt-outs")
    page.get_by_role("button", name="Unsubscribe", exact=True).click()
    opt_outs.get_by_label("Stop").select_option(label="Reminders only")
    opt_outs.get_by_label("How did they ask?").fill("on the phone")
    opt_outs.get_by_role("button", name="Unsubscribe", exact=True).click()
    expect(opt_outs).to_contain_text(
        "Email to m***@example.com: reminders stopped · by the office (you) · “on the phone”"
    )
    page.get_by_role("button", name="Undo").click()
    expect(opt_outs).to_contain_text("No opt-outs or blocks.")

    link = choices_of(whole_stack, "maria.lee@example.com")
    httpx.post(f"{link}/broadcasts", data={"stop": "true"})
    page.reload()
    expect(opt_outs).to_contain_text("broadcasts stopped · by the customer: the link in an email")
    expect(opt_outs).to_contain_text("Only the customer can undo this")
    httpx.post(f"{link}/broadcasts", data={"stop": "false"})


def choices_of(stack: Stack, address: str) -> str:
    """Where it is answered which emails one wants, by the link in the newest to this address."""
    mail = newest_to(stack.plan, address)
    assert mail is not None
    found = re.search(r"(http://\S+)/preferences/([\w-]+)", mail["text"])
    assert found is not None
    return f"{found[1]}/v1/unsubscribe/{found[2]}"


def test_a_technician_adds_a_recipient_and_changes_nothing_else(page: Page, northside_office: Person) -> None:  # S2.3
    [david] = northside_office.every("customer-svc", "/v1/customers", search="David Okonkwo")
    sign_in(page, "Sam Rivera", f"/customers/{david['id']}")
    expect(page.get_by_role("button", name="Edit: Profile")).to_have_count(0)
    expect(page.get_by_role("heading", name="Notes")).to_have_count(0)
    page.get_by_role("button", name="Add a recipient of").click()
    page.get_by_label("Recipient's name").fill("Olga Owner")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Olga Owner")).to_be_visible()
    assert customer(northside_office, page)["service_addresses"][0]["recipients"][0]["name"] == "Olga Owner"
