"""Nothing but a keyboard: lists, boards, menus and dialogs, and where the focus is afterwards."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.office import settled, sign_in
from tests.e2e.browser.test_jobs import booked, called_off
from tests.e2e.companies import Person

ADMIN, DISPATCHER = "Dana Whitfield", "Priya Nair"


def tabbed_to(page: Page, wanted: Locator, key: str = "Tab", most: int = 60) -> None:
    """Press Tab until it has the focus; each stop on the way is in sight, and none is passed twice."""
    seen: list[str] = []
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
        seen.append(page.evaluate("() => document.activeElement.outerHTML.slice(0, 300)"))
        assert page.evaluate("() => document.activeElement.getClientRects().length > 0"), seen[-1]
    raise AssertionError(f"not reached by {most} keys: {seen}")


def test_a_customer_is_picked_edited_and_left_by_keyboard(page: Page) -> None:
    sign_in(page, DISPATCHER, "/customers")
    settled(page)
    search = page.get_by_label("Search by name")
    tabbed_to(page, search)
    page.keyboard.type("Maria Lee")
    expect(page.locator("tr[data-index]")).to_have_count(1)
    pick = page.get_by_role("checkbox", name="Select Maria Lee")
    tabbed_to(page, pick)
    page.keyboard.press("Space")
    expect(pick).to_be_checked()
    edit = page.get_by_role("button", name="Edit preferences")
    tabbed_to(page, edit)
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Preferences of 1 customer")
    texts = drawer.get_by_role("radiogroup", name="Texts")
    tabbed_to(page, texts.get_by_role("radio", name="Keep"))
    page.keyboard.press("ArrowRight")
    expect(texts.get_by_role("radio", name="On")).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(texts.get_by_role("radio", name="Off")).to_be_checked()
    for _ in range(25):  # round and round, and never out of the dialog
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(edit).to_be_focused()

    link = page.get_by_role("link", name="Maria Lee")
    tabbed_to(page, link, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Maria Lee")
    gear = page.get_by_role("button", name="Preferences of maria.lee@example.com")
    tabbed_to(page, gear)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Preferences of maria.lee@example.com")).to_be_visible()
    page.keyboard.press("Escape")
    expect(gear).to_be_focused()


@pytest.mark.proves("S1.7")
def test_a_job_moves_on_the_board_and_a_message_on_the_grid_by_arrow_keys(page: Page, northside_office: Person) -> None:
    job = booked(northside_office, "Thaw a pipe")
    sign_in(page, ADMIN, "/jobs")
    settled(page)
    how = page.get_by_role("radiogroup", name="How the jobs are shown")
    tabbed_to(page, how.get_by_role("radio", name="List"))
    page.keyboard.press("ArrowRight")
    expect(how.get_by_role("radio", name="Board")).to_be_checked()
    move = page.get_by_role("button", name="Move “Thaw a pipe” to another status")
    tabbed_to(page, move)
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    expect(page.locator("[data-autofocus]")).to_be_focused()  # a moment later it takes keys
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(move).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    expect(page.locator("[data-autofocus]")).to_be_focused()  # a moment later it takes keys
    page.keyboard.press("ArrowDown")
    wanted = page.get_by_role("menuitem").first.inner_text()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(move).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    expect(page.locator("[data-autofocus]")).to_be_focused()  # a moment later it takes keys
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    silent = dialog.get_by_role("radio", name="Don't tell")
    tabbed_to(page, dialog.get_by_role("radio", name="Tell the customer"))
    page.keyboard.press("ArrowRight")
    expect(silent).to_be_checked()
    tabbed_to(page, dialog.get_by_role("button", name=f"Set “{wanted}”"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=f"Status set to “{wanted}”")).to_be_visible()
    called_off(northside_office, job["id"])

    page.goto("/settings/messages")
    settled(page)
    cell = page.get_by_role("combobox", name="In progress, Text")
    before = cell.input_value()
    tabbed_to(page, cell, most=120)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Enter saves it.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Enter saves it.")).to_have_count(0)
    expect(cell).to_have_value(before)
    expect(page.get_by_role("status", name="What was just done")).to_be_empty()
