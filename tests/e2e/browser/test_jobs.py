"""Jobs: found, looked at, moved on, and moved back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deploy.demo import northside
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
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


def booked(office: Person, title: str, *, technician: bool = False) -> dict[str, Any]:
    """A job of Maria's from now on, which nobody is told of."""
    [maria] = office.every("customer-svc", "/v1/customers", search="Maria Lee")
    customer = office.get("customer-svc", f"/v1/customers/{maria['id']}")
    now = datetime.now(UTC)
    sam = {"id": str(PERSONAS[f"{northside.SEED.company.slug}-tech"].subject), "name": "Sam Rivera"}
    visit = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(minutes=30)).isoformat()}
    body = {
        "title": title,
        "customer_id": customer["id"],
        "service_address_id": customer["service_addresses"][0]["id"],
        "visits": [visit | {"technicians": [sam]}] if technician else [],
        "notify": False,
    }
    return office.post("status-svc", "/v1/jobs", body)


def looked_at(page: Page) -> None:
    """By axe: the dialog that opens, with who will hear of it."""
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Who will get this:").or_(dialog.get_by_text("Nobody is told")).first).to_be_visible()
    expect(page.get_by_role("menu")).to_have_count(0)  # that it was chosen from
    assert complaints(page) == []


def called_off(office: Person, job: str) -> None:
    """It is nobody's any more."""
    office.post("status-svc", f"/v1/jobs/{job}/cancel", {"notify": False})


def status_of(office: Person, job: str) -> str:
    return str(office.get("status-svc", f"/v1/jobs/{job}")["status"]["name"])


@pytest.mark.proves("S1.11")
def test_a_technician_on_a_phone_sees_today_first_and_is_asked_where_the_status_says_so(
    open_page: OpenPage, northside_office: Person
) -> None:
    job = booked(northside_office, "Look at a valve", technician=True)
    statuses = northside_office.get("status-svc", "/v1/statuses")["items"]
    asks = next(each["name"] for each in statuses if each["allow_tech_skip"] and each["name"] != job["status"]["name"])
    page = open_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    sign_in(page, "Sam Rivera")
    mine = page.get_by_role("region", name="Your visits today").get_by_role("region", name="Look at a valve")
    expect(mine.get_by_role("link", name="Maria Lee")).to_be_visible()
    settled(page)
    assert complaints(page) == []
    assert not scrolls_sideways(page)

    mine.get_by_role("button", name=asks).click()
    prompt = page.get_by_role("dialog")
    expect(prompt.get_by_text("Tell the customer?")).to_be_visible()
    assert complaints(page) == []
    prompt.get_by_role("button", name="Don't tell").click()
    expect(page.get_by_role("status").filter(has_text=f"Status set to “{asks}”")).to_be_visible()
    assert status_of(northside_office, job["id"]) == asks
    mine.get_by_role("link", name="Maria Lee").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Look at a valve")
    expect(page.get_by_role("region", name="Notifications")).to_have_count(0)

    silent = next(each for each in statuses if not each["allow_tech_skip"] and not each["closes"])
    page.get_by_role("group", name="Set the status").get_by_role("button", name=silent["name"]).click()
    expect(page.get_by_role("status").filter(has_text=f"Status set to “{silent['name']}”")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    called_off(northside_office, job["id"])


def test_the_board_moves_a_job_by_keyboard_after_saying_who_hears_of_it(page: Page, northside_office: Person) -> None:
    job = booked(northside_office, "Bleed the radiators")
    sign_in(page, "Priya Nair", "/jobs")
    page.get_by_role("radiogroup", name="How the jobs are shown").get_by_text("Board").click()
    board = page.get_by_role("region", name="Jobs by status")
    card = board.locator(".job-card").filter(has_text="Bleed the radiators")
    expect(card).to_contain_text("Maria Lee")
    assert "view=board" in page.url

    card.get_by_role("button", name="Move").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="On the way").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem").filter(has_text="gets it").first).to_contain_text("Maria Lee")
    dialog.get_by_role("radio", name="Don't tell").check()
    dialog.get_by_role("button", name="Set “On the way”").press("Enter")
    column = board.get_by_role("region", name=re.compile(r"^On the way \("))
    expect(column.get_by_role("link", name="Bleed the radiators")).to_be_visible()

    page.get_by_role("button", name=f"Undo: back to “{job['status']['name']}”").click()
    expect(column.get_by_role("link", name="Bleed the radiators")).to_have_count(0)
    assert status_of(northside_office, job["id"]) == job["status"]["name"]
    settled(page)
    assert complaints(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    expect(board.locator(".column")).to_have_count(1)
    expect(page.get_by_label("Column", exact=True)).to_be_visible()
    assert not scrolls_sideways(page)
    called_off(northside_office, job["id"])


def test_a_job_is_booked_its_visit_moved_a_note_written_and_the_job_cancelled(
    page: Page, northside_office: Person
) -> None:
    sign_in(page, "Priya Nair", "/jobs/new")
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("Choose a customer.")).to_be_visible()
    expect(page.get_by_text("Say what is to be done.")).to_be_visible()
    page.get_by_role("combobox", name="Customer").fill("Grace")
    page.get_by_role("option", name="Grace Kim").click()
    expect(page.get_by_label("Service address", exact=True)).not_to_have_value("")  # the only one
    page.get_by_role("combobox", name="Customer").fill("Maria")
    page.get_by_role("option", name="Maria Lee").click()
    page.get_by_label("Service address", exact=True).select_option(index=1)
    page.get_by_label("Title", exact=True).fill("Sweep the chimney")
    expect(page.get_by_text("Who will get this:").or_(page.get_by_text("Nobody is told")).first).to_be_visible()

    page.reload()  # nothing that was typed is lost
    expect(page.get_by_label("Title", exact=True)).to_have_value("Sweep the chimney")
    page.get_by_label("Day", exact=True).fill("2031-01-10")
    page.get_by_label("From", exact=True).fill("10:00")
    page.get_by_label("To", exact=True).fill("09:00")
    page.get_by_label("Technician", exact=True).select_option("Sam Rivera")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Description", exact=True).fill("Labor")
    page.get_by_label("Price", exact=True).fill("95.00")
    page.get_by_role("radio", name="Don't tell").check()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("It ends after it begins.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_label("To", exact=True).fill("12:00")
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sweep the chimney")
    job = page.url.rsplit("/", 1)[-1]
    [visit] = northside_office.get("status-svc", f"/v1/jobs/{job}")["visits"]
    assert visit["starts_at"] == "2031-01-10T17:00:00Z"  # ten in Denver
    assert [each["name"] for each in visit["technicians"]] == ["Sam Rivera"]

    page.get_by_role("button", name="Move the visit of").click()
    looked_at(page)
    page.get_by_role("dialog").get_by_label("From", exact=True).fill("11:00")
    page.get_by_role("dialog").get_by_role("radio", name="Don't tell").check()
    page.get_by_role("button", name="Save the visit").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("time").filter(has_text="11:00").first).to_be_visible()
    for open_it in ("Plan a visit", "Call off the visit of"):
        page.get_by_role("button", name=open_it).click()
        looked_at(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Write a note").fill("The key is under the mat.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("listitem").filter(has_text="The key is under the mat.")).to_be_visible()

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Cancel the job").click()
    looked_at(page)
    page.get_by_role("dialog").get_by_role("radio", name="Don't tell").check()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
    expect(page.get_by_role("button", name="Change status")).to_have_count(0)
    assert northside_office.get("status-svc", f"/v1/jobs/{job}")["cancelled_at"]


def test_the_list_asks_once_for_all_names_and_finds_a_customers_jobs_by_name(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/customers" in request.url else None)
    sign_in(page, "Priya Nair", "/jobs")
    expect(page.get_by_role("row").filter(has_text="Maria Lee").first).to_be_visible()
    settled(page)
    assert len(asked) == 1, asked

    page.get_by_label("Search by title or number").fill("Maria")
    page.get_by_role("button", name="Maria Lee").click()
    expect(page.get_by_role("button", name="× Only Maria Lee")).to_be_visible()
    assert page.get_by_role("button", name="× Only Maria Lee").inner_text() == "× Only Maria Lee"
    expect(page.get_by_role("row").filter(has_text="Maria Lee").first).to_be_visible()


def test_what_is_chosen_is_in_the_address(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, "Priya Nair", "/jobs")
    page.get_by_label("Search by title or number").fill("no job is called this")
    expect(page.get_by_text("No job is like that")).to_be_visible()

    page.reload()

    expect(page.get_by_label("Search by title or number")).to_have_value("no job is called this")
    expect(page.get_by_text("No job is like that")).to_be_visible()
