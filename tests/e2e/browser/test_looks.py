"""Every page for everybody: by axe, on a phone, in the dark, by keyboard, without a network."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from deploy.local.state import REPOSITORY
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.browser.test_jobs import booked, called_off
from tests.e2e.companies import Person

DISPATCHER = "Priya Nair"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SCREENSHOTS = REPOSITORY / "docs" / "screenshots" / "office"
# Where rules of axe and of layouts are the same, once is enough; pictures are of all four.
LOOKS = [(WIDE, "light"), (NARROW, "dark")]
if os.environ.get("SCREENSHOTS"):
    LOOKS += [(WIDE, "dark"), (NARROW, "light")]


def addresses(office: Person) -> dict[str, str]:
    """Every page by its name."""
    [job, *_] = office.every("status-svc", "/v1/jobs", text="Replace water heater")
    [maria] = office.every("customer-svc", "/v1/customers", search="Maria Lee")
    sent = office.get("notifier-svc", "/v1/deliveries", job_id=job["id"], state="sent", channel="email")["items"]
    return {
        "home": "/home",
        "jobs": "/jobs",
        "board": "/jobs?view=board",
        "booking": "/jobs/new",
        "job": f"/jobs/{job['id']}",
        "requests": "/requests?view=all",
        "deliveries": "/deliveries?view=quiet",
        "delivery": f"/deliveries/{sent[0]['id']}",
        "customers": "/customers",
        "customer": f"/customers/{maria['id']}",
        "customer-changes": f"/customers/{maria['id']}/changes",
        "customer-new": "/customers/new",
        "failed": "/deliveries?view=bad",
        "missing": "/no-such-page",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_for_everybody(
    open_page: OpenPage, northside_office: Person, size: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, DISPATCHER, "/jobs")
    found: dict[str, list[str]] = {}
    for name, address in addresses(northside_office).items():
        page.goto(address)
        settled(page)
        keep(page, f"{name}-{'wide' if size is WIDE else 'narrow'}-{scheme}")
        found[name] = complaints(page) + ["It scrolls sideways."] * scrolls_sideways(page)

    assert {name: said for name, said in found.items() if said} == {}


def test_dialogs_and_menus_are_for_everybody(open_page: OpenPage, northside_office: Person) -> None:
    page = open_page(viewport=WIDE, reduced_motion="reduce")
    where = addresses(northside_office)
    sign_in(page, DISPATCHER, where["job"])
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name="On the way").check()
    expect(page.get_by_text("Who will get this:").or_(page.get_by_text("Nobody is told")).first).to_be_visible()
    keep(page, "change-status-wide-light")
    found = complaints(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name=DISPATCHER).click()
    found += complaints(page)
    page.goto(where["customer"])
    page.get_by_role("button", name="More").click()
    found += complaints(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Preferences of maria.lee@example.com").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    keep(page, "preferences-wide-light")

    assert found + complaints(page) == []


def test_by_keyboard_one_skips_finds_and_opens(page: Page, northside_office: Person) -> None:
    wanted, other, both = (
        booked(northside_office, f"Flush {what}") for what in ("a pipe", "a drain", "a pipe, a drain")
    )
    sign_in(page, DISPATCHER, "/customers")
    settled(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    dialog, words = page.get_by_role("dialog"), page.get_by_label("Find a page, a customer or a job")
    page.keyboard.press("/")
    # Of what one types on nothing is lost; what was found for the first letters gives way to what is found for all.
    with page.expect_response(lambda answer: "/v1/jobs?" in answer.url and "heater" in answer.url):
        page.keyboard.type("water heater")
    expect(words).to_have_value("water heater")
    expect(dialog.get_by_text("Replace water heater").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Replace water heater")

    chosen = dialog.locator("[data-selected]")
    narrower = re.compile(r"/v1/jobs\?.*Flush(%20|\+)a(%20|\+)pipe")
    held: list[Route] = []
    page.route(narrower, lambda route: held.append(route))
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    words.fill("Flush")
    expect(chosen).to_contain_text("Flush a pipe, a drain")
    with page.expect_request(narrower):
        words.fill("Flush a pipe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text(f"Flush a pipeJob {wanted['number']}")
    held[0].continue_()
    expect(dialog.get_by_text("Flush a drain", exact=True)).to_have_count(0)
    expect(chosen).to_have_text(f"Flush a pipeJob {wanted['number']}")  # what was chosen before the answer came
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("Flush a pipe, a drain")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Job {wanted['number']} · Flush a pipe")
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    words.fill("Grace Kim")
    page.keyboard.press("Enter")  # before the answer
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Kim")
    for job in (wanted, other, both):
        called_off(northside_office, job["id"])


def test_on_a_phone_the_menu_opens_and_closes_behind_one(open_page: OpenPage) -> None:
    page = open_page(viewport=NARROW)
    sign_in(page, DISPATCHER, "/jobs")
    expect(page.get_by_role("link", name="Customers")).to_have_count(0)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Customers").click()

    expect(page.get_by_role("heading", name="Customers", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Deliveries")).to_have_count(0)


def test_without_a_network_it_is_said_and_tried_again(page: Page) -> None:
    sign_in(page, DISPATCHER, "/customers")
    settled(page)
    page.context.set_offline(True)
    page.get_by_label("Search by name").fill("Grace")
    expect(page.get_by_text("No connection")).to_be_visible()

    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("link", name="Grace Kim")).to_be_visible()


def keep(page: Page, name: str) -> None:
    """A picture of it, where one is asked for: SCREENSHOTS=1."""
    if os.environ.get("SCREENSHOTS"):
        folder = Path(os.environ.get("SCREENSHOTS_TO", SCREENSHOTS))
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
