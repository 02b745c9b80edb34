"""Two people at the same thing: who is second hears what the first one did, keeps what was typed, and goes on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from deploy.demo import northside
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, sign_in
from tests.e2e.browser.settings import Kept
from tests.e2e.companies import Person

ADMIN, DISPATCHER = "Dana Whitfield", "Priya Nair"


@pytest.fixture
def admin(northside_admin: Person) -> Iterator[Person]:
    """The administrator by API; what a test sets is put back."""
    with Kept(northside_admin):
        yield northside_admin


def done(page: Page) -> Locator:
    return page.get_by_role("status", name="What was just done")


@pytest.mark.proves("S4.4", "S4.12", "S4.18")
def test_a_customer_that_two_edit_at_once_is_nobodys_loss(open_page: OpenPage, northside_office: Person) -> None:
    new = {"name": "Otto Twice", "contacts": [{"name": "Otto Twice", "emails": [{"address": "otto@example.com"}]}]}
    otto = northside_office.post("customer-svc", "/v1/customers", new)
    hers, theirs = open_page(), open_page()
    for page, person, name in ((hers, DISPATCHER, "Otto Priya"), (theirs, ADMIN, "Otto Dana")):
        sign_in(page, person, f"/customers/{otto['id']}")
        page.get_by_role("button", name="Edit: Profile").click()
        page.get_by_role("form", name="Profile").get_by_role("textbox", name="Name").fill(name)
    tags = theirs.get_by_role("form", name="Profile").get_by_label("Tags")
    tags.fill("twice")
    theirs.get_by_role("form", name="Profile").get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Otto Dana")

    form = hers.get_by_role("form", name="Profile")
    form.get_by_role("button", name="Save").click()
    conflict = hers.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody else changed this meanwhile")
    expect(conflict.get_by_role("listitem").filter(has_text="Name: from Otto Twice to Otto Dana")).to_contain_text(
        ADMIN
    )
    expect(form.get_by_role("textbox", name="Name")).to_have_value("Otto Priya")
    assert complaints(hers) == []
    form.get_by_role("button", name="Save").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Otto Priya")
    expect(hers.get_by_role("region", name="Profile")).to_contain_text("twice")

    theirs.get_by_role("link", name="Changes").click()
    log = theirs.get_by_role("region", name="Changes").get_by_role("listitem")
    expect(log.filter(has_text="from Otto Dana to Otto Priya")).to_contain_text(DISPATCHER)
    expect(log.filter(has_text="from Otto Twice to Otto Dana")).to_contain_text("you")
    by = theirs.get_by_label("By")
    by.select_option(DISPATCHER)
    expect(log.filter(has_text="from Otto Twice to Otto Dana")).to_have_count(0)
    expect(log.filter(has_text="from Otto Dana to Otto Priya")).to_have_count(1)
    by.select_option("you")
    expect(log.filter(has_text="from Otto Twice to Otto Dana")).to_have_count(1)
    expect(log.filter(has_text="from Otto Dana to Otto Priya")).to_have_count(0)
    assert by.locator("option").all_inner_texts() == ["Anybody", "you", "the customer", DISPATCHER]
    by.select_option(DISPATCHER)
    theirs.get_by_label("To", exact=True).fill("2020-01-01")
    expect(by.locator("option:checked")).to_have_text("a colleague")  # who stands nowhere in it stays chosen


@pytest.mark.proves("S3.8", "S1.16")
def test_settings_that_two_change_at_once_are_queued_or_said(open_page: OpenPage, admin: Person) -> None:
    mine, other = open_page(), open_page()
    sign_in(mine, ADMIN, "/settings/regions")
    switches = [mine.get_by_role("switch", name=f"Send the messages of {name}") for name in northside.SEED.regions]
    held: list[Route] = []
    mine.route("**/v1/company", lambda route: route.continue_() if held else held.append(route))
    for switch in switches:  # the second before the first is saved
        switch.uncheck()
    held[0].continue_()
    expect(done(mine)).to_contain_text(f"None of {northside.SEED.regions[1]}'s own messages is sent any more.")
    expect(mine.get_by_role("alert")).to_have_count(0)
    assert active(admin) == [False, False]
    done(mine).get_by_role("button", name="Undo").click()
    expect(switches[1]).to_be_checked()
    expect(switches[0]).not_to_be_checked()

    sign_in(other, ADMIN, "/settings/company")
    colleague = other.get_by_role("form", name="Quiet hours")
    colleague.get_by_label("From").fill("20:45")
    switches[0].check()
    expect(done(mine)).to_contain_text("are sent again.")
    flags = other.get_by_role("group", name="Contacts")
    flags.get_by_role("switch", name="Service specials").click()
    expect(other.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(colleague.get_by_label("From")).to_have_value("20:45")
    flags.get_by_role("switch", name="Service specials").click()
    expect(done(other)).to_contain_text("New ones start with “Service specials”")
    colleague.get_by_role("button", name="Save").click()
    expect(done(other)).to_contain_text("“Quiet hours” is saved.")
    assert admin.get("customer-svc", "/v1/company")["quiet_hours"]["starts"] == "20:45:00"
    assert all(active(admin))


def active(admin: Person) -> list[bool]:
    return [region["active"] for region in admin.get("customer-svc", "/v1/company")["regions"]]


def test_the_phone_account_is_set_and_its_token_neither_shown_nor_lost(page: Page, admin: Person) -> None:
    before = admin.get("notifier-svc", "/v1/sender")
    sign_in(page, ADMIN, "/settings/sending")
    sender = page.get_by_role("form", name="Where messages come from")
    expect(sender.get_by_label("Auth token")).to_have_value("")
    sender.get_by_label("Numbers").fill("+1 720 555 0100, nowhere")
    sender.get_by_role("button", name="Save").click()
    expect(sender.get_by_text("no phone number in international form")).to_be_visible()
    sender.get_by_label("Numbers").fill("+1 720 555 0100")
    sender.get_by_label("Messages a second").fill("7")
    sender.get_by_role("button", name="Save").click()
    expect(done(page)).to_contain_text("The sender is saved.")
    now = admin.get("notifier-svc", "/v1/sender")
    assert now["phone"] == before["phone"] | {"messages_per_second": 7}
    done(page).get_by_role("button", name="Undo").click()
    expect(sender.get_by_label("Messages a second")).to_have_value(f"{before['phone']['messages_per_second']:g}")

    sender.get_by_label("Account SID").fill("AC" + "0" * 32)
    sender.get_by_role("button", name="Save").click()
    expect(sender.get_by_text("A new phone account needs its auth token.")).to_be_visible()
    expect(sender.get_by_label("Account SID")).to_have_value("AC" + "0" * 32)
    assert complaints(page) == []
    sender.get_by_label("Account SID").fill("Northside")
    sender.get_by_role("button", name="Save").click()
    expect(sender.get_by_text("AC and 32 digits or letters")).to_be_visible()
    sender.get_by_role("switch", name="Texts and calls go out").uncheck()
    expect(sender.get_by_label("Account SID")).to_have_count(0)
    expect(sender.get_by_text("No phone account is set up")).to_be_visible()
    assert admin.get("notifier-svc", "/v1/sender")["phone"] == before["phone"]
