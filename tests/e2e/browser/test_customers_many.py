"""Many customers: read in from a table, scrolled through, kept as a view, and edited at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.browser.test_looks import NARROW, keep
from tests.e2e.companies import Person

ADMIN = "Grace Okafor"  # of the demo's other company: Northside's lists stay short
PEOPLE = 1_000
MOST_ROWS = 60
IN_THE_MIDDLE = "() => document.elementFromPoint(640, 450)?.closest('tr[data-index]')?.querySelector('a').innerText"


def table(people: int) -> str:
    """So many customers, and one line with a region and another with an address that are none."""
    lines = ["external_id,name,tags,email,phone,line,city,state,postal_code,region"]
    lines += [
        f'many-{n},Zoe Number {n:04},thousand,zoe.{n}@example.com,,"{n} Long Street",Denver,CO,80202,'
        for n in range(people)
    ]
    lines += ["many-x,Zoe Nowhere,thousand,,,,,,,Atlantis", "many-y,Zoe Unreadable,thousand,not an address,,,,,,"]
    return "\n".join(lines)


def rows(page: Page) -> int:
    return page.locator("table.grid tbody tr[data-index]").count()


@pytest.mark.proves("S0.5", "S0.17", "S1.15", "S4.1")
def test_a_thousand_are_imported_scrolled_and_edited_at_once(page: Page) -> None:
    sign_in(page, ADMIN, "/customers/import")
    page.locator("input[type=file]").set_input_files(
        {"name": "thousand.csv", "mimeType": "text/csv", "buffer": table(PEOPLE).encode()}
    )

    expect(page.get_by_text("1,000 new customers")).to_be_visible()
    wrong = page.get_by_role("list", name="These lines are left out")
    expect(wrong).to_contain_text("Line 1002, region")
    expect(wrong).to_contain_text("the company has no such region")
    expect(wrong).to_contain_text("Line 1003, email")
    assert complaints(page) == []
    keep(page, "customer-import-wide-light")
    page.get_by_role("button", name="Import 1,000 lines").click()
    expect(page.get_by_text("Done: 1,000 new, 0 changed, 2 mistakes left out")).to_be_visible(timeout=120_000)

    page.get_by_role("link", name="See the newest customers").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Tag").fill("thousand")
    expect(page.get_by_role("button", name="Take away the filter thousand")).to_be_visible()
    page.get_by_label("Order").select_option(label="By name")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Zoe Number 0000")).to_be_visible()
    last = page.get_by_role("link", name="Zoe Number 0999")
    for _ in range(60):  # each time the next hundred are loaded
        page.keyboard.press("End")
        assert rows(page) <= MOST_ROWS
        if last.is_visible():
            break
        page.wait_for_load_state("networkidle")
    expect(last).to_be_visible()
    assert 0 < rows(page) <= MOST_ROWS

    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight / 2)")
    name = page.wait_for_function(IN_THE_MIDDLE).json_value()
    seen = page.evaluate("() => window.scrollY")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(page.get_by_role("link", name=name)).to_be_in_viewport()
    assert abs(page.evaluate("() => window.scrollY") - seen) < 5

    page.get_by_role("checkbox", name=f"Select {name}").check()
    expect(page.get_by_text("1 customer selected")).to_be_visible()
    page.get_by_role("button", name="Clear selection").click()
    page.keyboard.press("Home")
    page.get_by_role("checkbox", name="Select all that are loaded").check()
    expect(page.get_by_text("1,000 customers selected")).to_be_visible()
    page.get_by_role("button", name="Edit preferences").click()
    drawer = page.get_by_role("dialog", name="Preferences of 1,000 customers")
    expect(drawer.get_by_text("Choose On or Off for at least one preference.")).to_be_visible()
    drawer.get_by_role("radiogroup", name="Invoices", exact=True).get_by_text("Off").click()
    expect(drawer.get_by_text("1,000 of 1,000 customers will change.")).to_be_visible()
    assert complaints(page) == []
    keep(page, "bulk-edit-wide-light")
    drawer.get_by_role("button", name="Apply to 1,000").click()
    expect(drawer.get_by_text("Done: 1,000 of 1,000 customers changed")).to_be_visible(timeout=60_000)
    drawer.get_by_role("button", name="Undo until").click()
    expect(drawer.get_by_text("Undone: 1,000 preferences are as they were")).to_be_visible(timeout=60_000)


@pytest.mark.proves("S1.13", "S1.14")
def test_on_a_phone_a_filter_is_saved_as_a_view_and_an_overwrite_warns(
    open_page: OpenPage, northside_office: Person
) -> None:
    vera = {"name": "Vera Vance", "contacts": [{"name": "Vera Vance", "emails": [{"address": "vera@example.com"}]}]}
    northside_office.post("customer-svc", "/v1/customers", vera)
    page = open_page(viewport=NARROW, color_scheme="dark", reduced_motion="reduce")
    sign_in(page, "Dana Whitfield", "/customers?q=Vera+Van")
    page.get_by_role("button", name="Save this view").click()
    page.get_by_label("Name of the view").fill("Veras")
    page.get_by_role("button", name="Save", exact=True).click()
    views = page.get_by_role("navigation", name="Saved views")
    views.get_by_role("link", name="All").click()
    expect(page.get_by_label("Search by name")).to_have_value("")
    page.reload()
    views.get_by_role("link", name="Veras").click()
    expect(page.get_by_label("Search by name")).to_have_value("Vera Van")

    page.get_by_role("checkbox", name="Select Vera Vance").check()
    page.get_by_role("button", name="Edit preferences").click()
    drawer = page.get_by_role("dialog", name="Preferences of 1 customer")
    drawer.get_by_role("checkbox", name="Overwrite").check()
    expect(drawer.get_by_text("Every preference that is not ticked is switched off")).to_be_visible()
    drawer.get_by_role("radiogroup", name="Texts").get_by_text("On").click()
    expect(drawer.get_by_text("1 of 1 customer will change.")).to_be_visible()
    assert complaints(page) == []
    keep(page, "bulk-overwrite-narrow-dark")
    drawer.get_by_role("button", name="Overwrite 1, with no undo").click()
    expect(drawer.get_by_text("Done: 1 of 1 customer changed")).to_be_visible()
    expect(drawer.get_by_text("No undo")).to_be_visible()
    drawer.get_by_role("link", name="All bulk edits").click()

    expect(page.get_by_text("Overwrite: ").first).to_contain_text("Texts: On")
    settled(page)
    assert complaints(page) == []
    assert not scrolls_sideways(page)
    [found] = northside_office.every("customer-svc", "/v1/customers", search="Vera Vance")
    [contact] = northside_office.get("customer-svc", f"/v1/customers/{found['id']}")["contacts"]
    assert contact["flags"]["text"]
    assert not any(contact["emails"][0]["flags"].values())
