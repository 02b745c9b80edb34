"""Jobs: found, looked at, moved on, and moved back."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import sign_in
from tests.e2e.companies import Person

TITLE = "Replace water heater"


def opened(page: Page, name: str) -> None:
    """The demo's job, found as one finds it."""
    sign_in(page, name, "/jobs")
    page.get_by_label("Search by title or number").fill("water heater")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def test_a_job_tells_who_got_what_what_it_said_and_why_not(page: Page) -> None:  # G1
    opened(page, "Priya Nair")
    log = page.get_by_role("region", name="Notifications")

    expect(log.get_by_text("has not agreed to get texts").first).to_be_visible()
    log.get_by_role("button", name="What it said").first.click()
    words = log.locator("iframe, .words").first
    expect(words).to_be_visible()


def test_a_rendering_runs_no_script_and_reaches_nothing(page: Page) -> None:
    opened(page, "Priya Nair")
    log = page.get_by_role("region", name="Notifications")
    row = log.get_by_role("listitem").filter(has_text="· Email").filter(has=page.get_by_role("button")).first
    row.get_by_role("button", name="What it said").click()
    frame = row.locator("iframe")

    expect(frame).to_have_attribute("sandbox", "")
    assert "default-src 'none'" in str(frame.get_attribute("srcdoc"))
    expect(frame.content_frame.locator("body")).to_contain_text("Maria")


def test_a_status_is_set_seen_in_the_log_and_undone(page: Page, northside_office: Person) -> None:
    opened(page, "Priya Nair")
    job = page.url.rsplit("/", 1)[-1]
    before = northside_office.get("status-svc", f"/v1/jobs/{job}")["status"]["name"]
    name = next(
        each["name"]
        for each in northside_office.get("status-svc", "/v1/statuses")["items"]
        if not each["closes"] and each["name"] != before
    )
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name=name, exact=True).check()
    page.get_by_role("radio", name="Don't tell").check()
    page.get_by_role("button", name=f"Set “{name}”").click()

    expect(page.get_by_role("status").filter(has_text=f"Status set to “{name}”")).to_be_visible()
    expect(page.get_by_text("chose not to tell the customer").first).to_be_visible()
    page.get_by_role("button", name=f"Undo: back to “{before}”").click()
    expect(page.get_by_role("status").filter(has_text=f"Status set to “{before}”")).to_be_visible()
    assert northside_office.get("status-svc", f"/v1/jobs/{job}")["status"]["name"] == before


def test_before_a_status_is_set_it_is_said_who_will_get_it_and_who_will_not(page: Page) -> None:  # G15
    opened(page, "Priya Nair")
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name="On the way").check()
    who = page.get_by_role("dialog").get_by_role("status")

    expect(who.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Maria Lee")
    expect(who.get_by_role("listitem").filter(has_text="doesn't").first).to_contain_text("not agreed to get texts")
    who.get_by_role("listitem").filter(has_text="Text").get_by_role("button", name="Preview").click()
    expect(who.locator(".words")).to_contain_text("on the way")


@pytest.mark.parametrize("asked", [True, False], ids=["may skip", "may not"])
def test_a_technician_is_asked_where_the_status_says_so(  # S1.11
    page: Page, northside_office: Person, asked: bool
) -> None:
    opened(page, "Sam Rivera")
    now = northside_office.get("status-svc", f"/v1/jobs/{page.url.rsplit('/', 1)[-1]}")["status"]["name"]
    name = next(
        each["name"]
        for each in northside_office.get("status-svc", "/v1/statuses")["items"]
        if each["allow_tech_skip"] is asked and each["name"] != now
    )
    expect(page.get_by_role("region", name="Notifications")).to_have_count(0)
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name=name, exact=True).check()

    expect(page.get_by_role("radio", name="Don't tell")).to_have_count(int(asked))
    save = page.get_by_role("button", name=f"Set “{name}”")
    if asked:
        expect(save).to_be_disabled()
        page.get_by_role("radio", name="Tell the customer").check()
    expect(save).to_be_enabled()


def test_what_is_chosen_is_in_the_address(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, "Priya Nair", "/jobs")
    page.get_by_label("Search by title or number").fill("no job is called this")
    expect(page.get_by_text("No job is like that")).to_be_visible()

    page.reload()

    expect(page.get_by_label("Search by title or number")).to_have_value("no job is called this")
    expect(page.get_by_text("No job is like that")).to_be_visible()
