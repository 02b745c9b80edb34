"""All customers at once, and one from the list to the portal: export, everyone who matches, invitation."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, sign_in
from tests.e2e.companies import Person
from tests.e2e.mailbox import count_to, newest_to

ADMIN, DISPATCHER = "Dana Whitfield", "Priya Nair"
MANY = 130  # more than a page of the list


def imported(office: Person, people: int) -> None:
    """So many customers with a tag of their own, read in from a table."""
    lines = ["external_id,name,tags,email"]
    lines += [f"whole-{n},Quinn Number {n:03},whole,quinn.{n}@example.com" for n in range(people)]
    table = "\n".join(lines).encode()
    begun = office.once(
        "customer-svc", "POST", "/v1/customer-imports", content=table, headers={"content-type": "text/csv"}
    ).json()
    path = f"/v1/customer-imports/{begun['id']}"
    until(lambda: office.get("customer-svc", path)["state"] == "done", "the import is not done")


@pytest.mark.proves("S0.5", "S0.17", "S1.15", "S4.18")
def test_everyone_who_matches_is_counted_changed_undone_and_exported(
    page: Page, northside_admin: Person, tmp_path: Path
) -> None:
    imported(northside_admin, MANY)
    sign_in(page, ADMIN, "/customers?tag=whole")
    page.get_by_role("checkbox", name="Select Quinn Number 000").check()
    page.get_by_role("button", name="Select all that match").click()
    expect(page.get_by_text("All customers that match are selected")).to_be_visible()
    page.get_by_role("button", name="Edit preferences").click()
    drawer = page.get_by_role("dialog", name="Preferences of all that match")
    expect(drawer.get_by_text(f"{MANY} customers match. Choose On or Off")).to_be_visible()
    expect(drawer.get_by_role("button", name="Apply")).to_be_disabled()
    drawer.get_by_role("radiogroup", name="Status updates").get_by_text("Off").click()
    expect(drawer.get_by_text(f"{MANY} of {MANY} customers will change.")).to_be_visible()
    assert complaints(page) == []
    drawer.get_by_role("button", name=f"Apply to {MANY}").click()
    expect(drawer.get_by_text(f"Done: {MANY} of {MANY} customers changed")).to_be_visible()
    [first] = northside_admin.every("customer-svc", "/v1/customers", search="Quinn Number 129")
    assert not status_updates(northside_admin, first["id"])
    drawer.get_by_role("button", name="Undo until").click()
    expect(drawer.get_by_text(f"Undone: {MANY} preferences are as they were")).to_be_visible()
    assert status_updates(northside_admin, first["id"])
    drawer.get_by_role("link", name="All bulk edits").click()
    expect(page.get_by_role("region", name="Status updates: Off").first).to_contain_text("you")

    page.get_by_role("link", name="Back to the customers").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8-sig") as lines:
        names = {row["name"] for row in csv.DictReader(lines)}
    assert {"Maria Lee", "Quinn Number 000", "Quinn Number 129"} <= names
    for customer in northside_admin.every("customer-svc", "/v1/customers", tag="whole"):
        path = f"/v1/customers/{customer['id']}/archive"
        northside_admin.post("customer-svc", path, version=customer["version"])


def status_updates(office: Person, id: str) -> bool:
    [contact] = office.get("customer-svc", f"/v1/customers/{id}")["contacts"]
    return bool(contact["emails"][0]["flags"]["status_updates"])


@pytest.mark.proves("S4.3", "S4.13", "S4.14")
def test_a_customer_found_in_the_list_is_invited_twice_and_confirms(
    page: Page, open_page: OpenPage, whole_stack: Stack
) -> None:
    sign_in(page, DISPATCHER, "/customers?q=Harold+Jensen")
    page.get_by_role("link", name="Harold Jensen").click()
    jobs = page.get_by_role("region", name="Jobs")
    expect(jobs.get_by_role("link", name="Replace kitchen faucet")).to_be_visible()
    page.get_by_role("button", name="Invite harold.jensen@example.com").click()
    expect(page.get_by_text("Invited to the portal just now")).to_be_visible()
    invitation(whole_stack, "harold.jensen@example.com")
    come = count_to(whole_stack.plan, "harold.jensen@example.com")
    page.get_by_role("button", name="Send again to harold.jensen@example.com").click()
    until(lambda: count_to(whole_stack.plan, "harold.jensen@example.com") > come, "no second invitation came")

    hers = open_page()
    hers.goto(invitation(whole_stack, "harold.jensen@example.com"))
    hers.get_by_label("Password").first.fill("seven green umbrellas")
    hers.get_by_role("button").click()
    expect(hers.get_by_text("Your password is saved")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Signs in to the portal")).to_be_visible()


def invitation(stack: Stack, address: str) -> str:
    """The link in the newest email to this address, once it is an invitation."""

    def came() -> bool:
        mail = newest_to(stack.plan, address)
        return mail is not None and "/portal/invitations/" in mail["text"]

    until(came, "no invitation came")
    mail = newest_to(stack.plan, address)
    assert mail is not None
    found = re.search(r"(http://\S+/v1/portal/invitations/[\w-]+)", mail["text"])
    assert found is not None
    return found[1]
