"""The log of all messages."""

from playwright.sync_api import Page, expect

from tests.e2e.browser.office import sign_in

DISPATCHER = "Priya Nair"


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
