"""The preference centre, by the link in an email: what one switches there counts, and comes back when taken back."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contracts.deliveries import Reason
from deploy.demo.api import Json
from deploy.demo.job import Job
from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY
from deploy.local.waiting import until
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways
from tests.e2e.companies import Company
from tests.e2e.log import LIMIT, Delivery, told
from tests.e2e.mailbox import newest_to
from tests.e2e.test_preferences import wait_until_heard

FOOTER = re.compile(r"(http://\S+)(/preferences/[\w-]{120})")
PHONE, SMALL = {"width": 390, "height": 844}, {"width": 320, "height": 700}
BRAND = {"colour": "#0b6e4f", "phone": "+1 303-555-0100", "email": "office@example.com", "postal_address": "1 Blake St"}
LOGO = REPOSITORY / "deploy" / "demo" / "signature.png"
SCREENSHOTS = REPOSITORY / "docs" / "screenshots" / "preferences"


class Reader:
    """A customer of a company's, with a job and the email that it was booked."""

    def __init__(self, stack: Stack, company: Company, name: str, **profile: str) -> None:
        self._stack, self._company = stack, company
        self._email = f"{name.split()[0].lower()}@example.com"
        customer = company.add(home(name, self._email, "303-555-0171", "8 Grape St", "80220"))
        self._path = f"/v1/customers/{customer['id']}"
        if profile:
            customer = company.dispatcher.patch("customer-svc", self._path, profile, version=customer["version"])
            wait_until_heard(stack, customer)
        self.job: Job = company.booked(customer)
        self.newest()

    @property
    def customer(self) -> Json:
        return self._company.dispatcher.get("customer-svc", self._path)

    def change_contact(self, part: str, body: Json) -> None:
        """The office does."""
        now = self.customer
        contact = f"{self._path}/contacts/{now['contacts'][0]['id']}{part}"
        self._company.dispatcher.patch("customer-svc", contact, body, version=now["version"])

    def newest(self) -> Delivery:
        """The newest email to them in the log."""
        return [row for row in told(self._company.dispatcher, self.job.id) if row.address == self._email][-1]

    def after(self, status: str) -> Delivery:
        """What the log says of the email about this status, once the notifier knows what they want."""
        wait_until_heard(self._stack, self.customer)
        self.job.set_status(status)
        return self.newest()

    def link(self) -> str:
        """The path of the link at the foot of the newest email."""
        until(lambda: newest_to(self._stack.plan, self._email) is not None, "no email came", LIMIT)
        mail = newest_to(self._stack.plan, self._email)
        assert mail is not None
        found = FOOTER.search(mail["text"])
        assert found is not None, mail["text"]
        assert found[0] in mail["html"]
        assert found[1] == self._stack.plan.public_url
        return found[2]


@pytest.fixture
def plumber(company: Company) -> Company:
    """A company with a colour, a phone and a logo of its own."""
    settings = company.admin.get("customer-svc", "/v1/company")
    branded = company.admin.patch("customer-svc", "/v1/company", {"brand": BRAND}, version=settings["version"])
    headers = {"if-match": f'"{branded["version"]}"', "content-type": "image/png"}
    put = company.admin.once("customer-svc", "PUT", "/v1/company/logo", content=LOGO.read_bytes(), headers=headers)
    assert put.status_code == 200, put.text
    return company


@pytest.mark.proves("S4.9", "S4.10", "S4.11")
def test_what_a_reader_switches_off_is_skipped_with_the_reason_until_they_take_it_back(
    open_page: OpenPage, plumber: Company, stack: Stack
) -> None:  # G14, D12
    reader = Reader(stack, plumber, "Nora Whitfield")
    page, link = open_page(viewport=PHONE, reduced_motion="reduce"), reader.link()
    asked: list[tuple[str, str | None]] = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer"))))
    page.goto(link)
    name = plumber.seed.company.name
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Messages from {name}")
    expect(page).to_have_url(re.compile("/preferences$"))  # and the address keeps no key
    expect(page.locator("header img")).to_have_js_property("complete", True)
    assert page.locator("header img").evaluate("image => image.naturalWidth") > 0
    assert looked_at(page, "phone-light") == []
    assert [each for each in asked if not each[0].startswith(stack.plan.public_url) or each[1]] == []

    news = page.get_by_role("region", name="Emails to n***@example.com").get_by_role("switch", name="News of your job")
    news.focus()
    page.keyboard.press("Space")
    expect(news).not_to_be_checked()
    expect(news).to_have_accessible_description(re.compile("Saved$"))
    refused = reader.after("on-the-way")
    assert (refused.state, refused.reason) == ("skipped", Reason.STATUS_UPDATES_OFF)
    page.reload()
    expect(news).to_have_accessible_description(re.compile("Switched off by you on "))
    news.check()
    expect(news).to_have_accessible_description(re.compile("Saved$"))
    assert reader.after("scheduled").is_sent

    texts = page.get_by_role("switch", name="Texts")
    expect(texts).to_be_checked()
    expect(page.get_by_text("the law wants a yes from the phone itself")).to_be_visible()
    with page.expect_response("**/everything"):
        page.get_by_role("button", name="Stop everything").click()
    expect(page.get_by_role("heading", name="Everything is stopped")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Saved")
    expect(texts).not_to_be_checked()
    assert looked_at(page, "stopped-phone-light") == []
    stopped = reader.after("on-the-way")
    assert (stopped.state, stopped.reason) == ("skipped", Reason.UNSUBSCRIBED)
    page.reload()
    with page.expect_response("**/everything"):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Stop everything")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Saved")
    expect(texts).to_be_checked()
    assert reader.after("scheduled").is_sent

    reader.change_contact("", {"flags": {"invoice_reminders": False}})
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(link)
    expect(page.get_by_text(f"Switched off by {name} on ")).to_be_visible()
    assert looked_at(page, "wide-light") == []


def test_nothing_is_lost_by_a_bad_network_and_without_script_the_plain_page_is_one_step_away(
    open_page: OpenPage, plumber: Company, stack: Stack
) -> None:
    reader = Reader(stack, plumber, "Otto Brandt")
    link, page = reader.link(), open_page(viewport=PHONE, color_scheme="dark", reduced_motion="reduce")
    page.goto(link)
    invoices = page.get_by_role("switch", name="Invoices", exact=True)
    page.context.set_offline(True)
    invoices.uncheck()
    expect(page.get_by_text("No connection. Your change is kept")).to_be_visible()
    expect(invoices).not_to_be_checked()
    assert looked_at(page, "offline-phone-dark") == []

    page.route("**/v1/preferences/*", lambda route: route.fulfill(status=503, body="{}"), times=2)
    page.context.set_offline(False)
    expect(invoices).to_have_accessible_description(re.compile("Saved$"), timeout=30_000)
    assert reader.customer["contacts"][0]["emails"][0]["flags"]["invoices"] is False

    plain = open_page(viewport=PHONE, java_script_enabled=False)
    plain.goto(link)
    plain.get_by_role("link", name="Choose which messages you get").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(f"Emails from {plumber.seed.company.name}")
    plain.get_by_role("button", name="Stop").first.click()
    expect(plain.get_by_text("Stopped", exact=True)).to_be_visible()

    page.goto(link)
    reminders = page.get_by_role("switch", name="Reminders to this address")
    expect(reminders).to_have_accessible_description(re.compile("Switched off by you"))
    reminders.check()
    expect(reminders).to_have_accessible_description(re.compile("Saved$"))


def test_the_page_speaks_its_readers_language_and_a_link_that_is_none_is_said_kindly(
    open_page: OpenPage, plumber: Company, stack: Stack
) -> None:
    reader = Reader(stack, plumber, "Elena Ferrer", locale="es-US")
    page, link = open_page(viewport=SMALL, color_scheme="dark", reduced_motion="reduce"), reader.link()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Mensajes de {plumber.seed.company.name}")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    receipts = page.get_by_role("switch", name="Recibos")
    receipts.uncheck()
    expect(receipts).to_have_accessible_description(re.compile("Guardado$"))
    assert looked_at(page, "spanish-small-dark") == []

    reader.change_contact(
        f"/emails/{reader.customer['contacts'][0]['emails'][0]['id']}", {"address": "e.ferrer@example.com"}
    )
    page.goto(link)
    expect(page.get_by_text("This address is not with us any more")).to_be_visible()
    expect(page.get_by_role("link", name=BRAND["phone"])).to_have_attribute("href", "tel:+13035550100")
    expect(page.get_by_role("button", name="Stop everything")).to_be_visible()
    assert looked_at(page, "gone-small-dark") == []

    page.goto(link[:-2])
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    assert looked_at(page, "broken-small-dark") == []


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands; a picture of it where one is asked for: SCREENSHOTS=1."""
    if os.environ.get("SCREENSHOTS"):
        folder = Path(os.environ.get("SCREENSHOTS_TO", SCREENSHOTS))
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    return complaints(page) + ["It scrolls sideways."] * scrolls_sideways(page)
