"""Who is told: the primary contact, as far as they want it; and what new customers start with."""

import pytest
from playwright.sync_api import Page, expect

from deploy.demo import northside
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import settled, sign_in
from tests.e2e.browser.settings import Kept
from tests.e2e.browser.test_jobs import called_off
from tests.e2e.companies import Person

ADMIN, DISPATCHER, TECHNICIAN = "Dana Whitfield", "Priya Nair", "Sam Rivera"
HOME = {"line": "3 Larch St", "city": "Denver", "state": "CO", "postal_code": "80220"}


@pytest.mark.proves("S1.8", "S1.11", "S1.12")
def test_a_status_tells_the_primary_contact_and_a_technicians_yes_overrules_no_opt_out(
    page: Page, open_page: OpenPage, northside_office: Person
) -> None:
    uma = {"name": "Uma Prime", "emails": [{"address": "uma@example.com"}], "phones": [{"number": "+13035550188"}]}
    second = {"name": "Sid Second", "emails": [{"address": "sid@example.com"}]}
    contacts = [uma | {"flags": {"text": False}}, second]
    body = {"name": "Uma Prime", "contacts": contacts, "service_addresses": [HOME]}
    customer = northside_office.post("customer-svc", "/v1/customers", body)
    sam = {"id": str(PERSONAS[f"{northside.SEED.company.slug}-tech"].subject), "name": TECHNICIAN}
    where = customer["service_addresses"][0]["id"]
    booking = {"title": "Mend a gate", "customer_id": customer["id"], "service_address_id": where, "notify": False}
    visit = {"starts_at": "2031-01-10T17:00:00Z", "ends_at": "2031-01-10T18:00:00Z", "technicians": [sam]}
    job = northside_office.post("status-svc", "/v1/jobs", booking | {"visits": [visit]})
    statuses = northside_office.get("status-svc", "/v1/statuses")["items"]
    asks = next(each["name"] for each in statuses if each["allow_tech_skip"] and each["name"] != job["status"]["name"])

    tech = open_page(viewport={"width": 390, "height": 844})
    sign_in(tech, TECHNICIAN, f"/jobs/{job['id']}")
    tech.get_by_role("button", name=asks).click()
    tech.get_by_role("dialog").get_by_role("button", name="Tell them").click()
    expect(tech.get_by_role("status").filter(has_text=f"Status set to “{asks}”")).to_be_visible()

    sign_in(page, DISPATCHER, f"/jobs/{job['id']}")
    log = page.get_by_role("region", name="Notifications")
    expect(log.get_by_role("listitem").filter(has_text="Sent").first).to_contain_text("Uma Prime")
    expect(log.get_by_role("listitem").filter(has_text="· Text").first).to_contain_text("texts switched off")
    expect(log.get_by_text("Sid Second")).to_have_count(0)
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name="Scheduled").check()
    who = page.get_by_role("dialog").get_by_role("status")
    expect(who.get_by_role("listitem").filter(has_text="Uma Prime").first).to_be_visible()
    expect(who.get_by_text("Sid Second")).to_have_count(0)
    called_off(northside_office, job["id"])


@pytest.mark.proves("S0.2", "S0.3", "S0.15", "S1.16", "S4.15")
def test_new_customers_start_with_the_companys_preferences_and_a_blocked_one_is_not_booked(
    page: Page, northside_admin: Person
) -> None:
    email = {"address": "earlier@example.com"}
    earlier = {"name": "Ella Earlier", "contacts": [{"name": "Ella Earlier", "emails": [email]}]}
    ella = northside_admin.post("customer-svc", "/v1/customers", earlier | {"service_addresses": [HOME]})
    with Kept(northside_admin):
        sign_in(page, ADMIN, "/settings/company")
        page.get_by_role("group", name="Contacts").get_by_role("switch", name="Calls").click()
        expect(page.get_by_role("status", name="What was just done")).to_contain_text("New ones start with “Calls”")
        on = northside_admin.get("customer-svc", "/v1/company")["contact_defaults"]["voice"]
        page.goto("/customers/new")
        page.get_by_role("textbox", name="Name", exact=True).fill("Lara Later")
        page.get_by_label("Email address").fill("later@example.com")
        page.get_by_role("button", name="Create the customer").click()
        calls = page.get_by_role("group", name="Personal communication preferences of Lara Later").get_by_role(
            "switch", name="Calls"
        )
        expect(calls).to_be_visible()
        assert calls.is_checked() is on
    [contact] = northside_admin.get("customer-svc", f"/v1/customers/{ella['id']}")["contacts"]
    assert contact["flags"]["voice"] is not on

    page.goto(f"/customers/{ella['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Block").click()
    expect(page.get_by_text("Blocked: can't book or sign in")).to_be_visible()
    page.goto("/jobs/new")
    settled(page)
    page.get_by_role("combobox", name="Customer").fill("Ella Ear")
    expect(page.get_by_role("option", name="Ella Earlier (blocked)")).to_be_disabled()
