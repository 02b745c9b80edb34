"""The first page: today at a glance."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import settled, sign_in
from tests.e2e.companies import Person

DISPATCHER, TECHNICIAN = "Priya Nair", "Sam Rivera"


def today(page: Page) -> dict[str, str]:
    """The day that the page is about: its reader's."""
    begin: str = page.evaluate("() => new Date(new Date().setHours(0, 0, 0, 0)).toISOString()")
    return {"since": begin, "until": (datetime.fromisoformat(begin) + timedelta(days=1)).isoformat()}


def test_each_figure_leads_to_the_messages_it_counts(page: Page, northside_office: Person) -> None:
    sign_in(page, DISPATCHER)
    settled(page)
    expect(page).to_have_url("/home")
    summary = northside_office.get("notifier-svc", "/v1/delivery-summary", **today(page))
    quiet = sum(each["count"] for each in summary["counts"] if each["state"] in ("skipped", "cancelled", "expired"))
    figures = page.get_by_label("Messages planned today")
    expect(figures.get_by_role("link", name="Not sent")).to_have_text(f"{quiet}Not sent")

    figures.get_by_role("link", name="Not sent").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(min(50, quiet) + 1)

    page.go_back()
    page.get_by_role("table", name="Why not").get_by_role("row", name="has not agreed to get texts").get_by_role(
        "link"
    ).click()
    expect(page.get_by_role("radio", name="Not sent")).to_be_checked()
    agreed = sum(each["count"] for each in summary["counts"] if each["reason"] == "no_sms_consent")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(agreed + 1)
    page.get_by_role("button", name="Only this reason").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(min(50, quiet) + 1)
    page.get_by_label("Day").focus()
    page.keyboard.type("01312020", delay=50)
    expect(page).to_have_url(re.compile("day=2020-01-31"))
    expect(page.get_by_role("table")).to_have_count(0)


def test_what_needs_a_person_comes_first_and_a_quiet_day_says_so(page: Page, northside_admin: Person) -> None:
    sign_in(page, DISPATCHER, "/home")
    needs = page.get_by_role("region", name="What needs you")
    expect(needs).to_contain_text("Nothing needs you.")
    pause(northside_admin, paused=True)
    try:
        page.reload()
        expect(needs).to_contain_text("Sending is paused")
        needs.get_by_role("link", name="See what waits").click()
        expect(page.get_by_role("radio", name="Waiting")).to_be_checked()
    finally:
        pause(northside_admin, paused=False)


def test_a_technician_begins_with_the_jobs(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, TECHNICIAN)
    expect(page).to_have_url("/jobs")
    expect(page.get_by_role("link", name="Home")).to_have_count(0)


def pause(admin: Person, *, paused: bool) -> None:
    """Let the company's messages wait, or no more."""
    version = admin.get("notifier-svc", "/v1/pause")["version"]
    admin.put("notifier-svc", "/v1/pause", {"paused": paused}, version=version)
