"""Templates: words are written, seen as they will arrive, published, and taken back."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.demo import northside
from deploy.demo.api import Json
from deploy.demo.job import Job
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, sign_in
from tests.e2e.browser.test_looks import LOOKS, WIDE, keep
from tests.e2e.browser.test_signing_in import end_session
from tests.e2e.companies import Person, tokens

ADMIN, DISPATCHER = "Dana Whitfield", "Priya Nair"
TEMPLATES = "template-svc"


@pytest.fixture
def admin(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """Who may write templates, by API."""
    persona = PERSONAS[f"{northside.SEED.company.slug}-admin"]
    with Person(whole_stack.plan, tokens(whole_stack.plan).for_persona(persona)) as person:
        yield person


def template(office: Person, page: Page) -> Json:
    """The template of the page, as template-svc has it."""
    return office.get(TEMPLATES, f"/v1/templates/{page.url.rsplit('/', 1)[-1]}")


def opened(page: Page, channel: str, name: str) -> None:
    """A template, found as one finds it."""
    page.goto("/templates")
    page.get_by_role("radiogroup", name="Channel").get_by_text(channel, exact=True).click()
    page.get_by_label("Search by name").fill(name)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def at_the_end_of(box: Locator, words: str) -> None:
    """Type behind what is there."""
    box.click()
    box.press("Control+End")
    box.press_sequentially(words)


@pytest.mark.proves("S1.1", "S1.2", "S1.3", "S1.4", "G9")
def test_a_wrong_tag_is_shown_at_its_place_mended_published_and_in_a_delivery(
    page: Page, admin: Person, northside_office: Person
) -> None:
    sign_in(page, ADMIN)
    opened(page, "Text", "Text: on the way")
    new = template(admin, page)["published_version"] + 1
    words = page.get_by_role("textbox", name="Text", exact=True)
    expect(words.get_by_text("{{ company.name }}")).to_have_attribute(
        "title", "Your company's name: Northside Plumbing & Heating"
    )
    at_the_end_of(words, " Your job is {{ job.nmber }}")
    problems = page.get_by_role("group", name="1 problem: fix it to save")
    expect(problems).to_contain_text("There is no tag job.nmber; did you mean job.number?")
    expect(words.locator(".problem")).to_contain_text("did you mean job.number?")
    expect(words.locator(".wrong")).to_have_text("{{ job.nmber }}")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#problems")).to_be_focused()

    problems.get_by_role("button", name="Text (English), line 1").click()
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Insert a tag: Text").click()
    page.get_by_label("What shall it tell?").fill("number of the job")
    page.get_by_role("button", name="Number of the job or estimate").click()
    page.get_by_role("radio", name="say something else").check()
    page.get_by_label("What to say instead").fill("booked")
    page.get_by_role("button", name="Insert it").click()
    expect(problems).to_have_count(0)
    expect(preview(page).locator(".bubble").first).to_contain_text("Your job is 1042")
    expect(preview(page)).to_contain_text("billed ·")
    expect(preview(page)).to_contain_text("With long names and places it is")

    page.get_by_role("button", name="Publish the changes").click()

    expect(page.get_by_role("status").filter(has_text=f"Published as version {new}")).to_contain_text("on the way")
    assert template(admin, page)["variants"]["en"]["text"].endswith("{{ job.number | default: 'booked' }}")
    job = booked(northside_office)
    job.set_status("on-the-way")
    number = job.now["number"]
    page.goto(f"/jobs/{job.id}")
    heading = page.get_by_role("heading", name="On the way", level=3)
    told = page.get_by_role("region", name="Notifications").locator("div").filter(has=heading).last
    row = told.get_by_role("listitem").filter(has_text="· Text")
    row.get_by_role("button", name="What it said").click()
    expect(row.locator(".words")).to_contain_text(f"Your job is {number}")


def booked(office: Person) -> Job:
    """A job of Nora Castillo's, who wants texts."""
    [nora] = office.every("customer-svc", "/v1/customers", search="Nora Castillo")
    customer = office.get("customer-svc", f"/v1/customers/{nora['id']}")
    job = Job(northside.SEED, office, office, customer, "1834 S Pearl St")
    job.book("job", "Clear the drain", ({"description": "Labor", "quantity": "1", "unit_price": "95.00"},))
    return job


@pytest.mark.proves("S1.2", "S3.12", "G10", "G20")
def test_an_email_is_edited_in_words_looked_at_restored_and_stays_while_it_is_in_use(page: Page, admin: Person) -> None:
    sign_in(page, ADMIN)
    opened(page, "Email", "Work order closed")
    before = template(admin, page)
    email = page.get_by_role("textbox", name="Email", exact=True)
    expect(preview(page).frame_locator("iframe").locator("body")).to_contain_text("What we did for you")
    as_opened = email.inner_text()
    typed_behind_the_heading(email, " tomorrow")
    expect(email.locator("h1")).to_have_text("What we did for you tomorrow")
    for _ in range(10):
        page.keyboard.press("Control+z")
    expect(email.locator("h1")).to_have_text("What we did for you")
    assert email.inner_text() == as_opened
    typed_behind_the_heading(email, " today")
    page.get_by_role("button", name="Bold").click()
    expect(email).to_be_focused()
    page.keyboard.type("!")
    expect(preview(page).frame_locator("iframe").locator("h1")).to_have_text("What we did for you today!")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    saved = template(admin, page)
    wanted = words_of(before).replace("What we did for you", "What we did for you today<strong>!</strong>")
    assert words_of(saved) == wanted

    preview(page).get_by_text("Phone", exact=True).click()
    assert preview(page).locator("iframe").bounding_box()["width"] <= 390  # type: ignore[index]
    preview(page).get_by_text("Plain text", exact=True).click()
    expect(preview(page).locator(".words")).to_contain_text("Total:")

    versions = page.get_by_role("region", name="Versions")
    versions.get_by_role("button", name="Look").click()
    expect(versions.frame_locator("iframe").locator("h1")).to_have_text("What we did for you")
    versions.get_by_role("button", name="Make it the draft").click()
    expect(versions.get_by_role("status")).to_contain_text("Version 1 is the draft again")
    expect(email.locator("h1")).to_have_text("What we did for you")
    versions.get_by_role("button", name="Undo").click()
    expect(email.locator("h1")).to_have_text("What we did for you today!")
    versions.get_by_role("button", name="Make it the draft").click()
    expect(email.locator("h1")).to_have_text("What we did for you")
    changes = page.get_by_role("region", name="Who changed what")
    expect(changes).to_contain_text("Restored version 1")
    expect(changes.get_by_role("listitem").filter(has_text="Changed").first).to_contain_text("you")

    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Archive").click()

    refused = page.get_by_role("alert").filter(has_text="It can't be archived: it is in use")
    expect(refused.get_by_role("listitem")).to_have_text("Work order closed")
    assert template(admin, page)["state"] == "published"


def typed_behind_the_heading(email: Locator, words: str) -> None:
    email.locator("h1").click()
    email.page.keyboard.press("End")
    email.page.keyboard.type(words)


def words_of(there: Json) -> str:
    """The HTML of a template in English, without what does not show."""
    html: str = there["variants"]["en"]["html"]
    return "".join(line.strip() for line in html.replace("&times;", "×").splitlines())


@pytest.mark.proves("G10", "S1.5")
def test_a_copy_is_made_sent_to_oneself_archived_and_put_back(page: Page, whole_stack: Stack) -> None:
    sign_in(page, ADMIN)
    opened(page, "Email", "Follow-up")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Duplicate").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Thanks again")
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thanks again")
    expect(page.get_by_text("No rule uses it, so it is not sent by itself.")).to_be_visible()
    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_role("dialog")).to_contain_text("Publish the template first")
    page.keyboard.press("Escape")

    subject = page.get_by_role("textbox", name="Subject")
    subject.press("Control+A")
    subject.press_sequentially("A word of thanks, {{ recipient.first_name }}")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as version 1")).to_be_visible()
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_label("To which email address").fill("dana.tests@example.com")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("On its way")

    page.get_by_role("link", name="See what became of it").click()
    expect(page.get_by_role("region", name="What happened to it")).to_contain_text("Try 1: sent")
    [mail, *_] = mails(whole_stack, "dana.tests@example.com")
    assert "A word of thanks" in mail["subject"]
    page.go_back()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Archive").click()
    archived = page.get_by_role("status").filter(has_text="No rule can use it")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    archived.get_by_role("button", name="Undo").click()
    expect(archived).to_have_count(0)
    expect(page.get_by_text("Published", exact=True)).to_be_visible()


def mails(stack: Stack, recipient: str) -> list[Json]:
    """What arrived there."""
    answer = httpx.get(f"{stack.plan.sandbox_url}/api/mailbox/messages", params={"recipient": recipient})
    found: list[Json] = answer.raise_for_status().json()["messages"]
    return found


def test_nothing_that_was_typed_is_lost(page: Page, admin: Person) -> None:
    sign_in(page, ADMIN)
    opened(page, "Call", "Call: on the way")
    words = page.get_by_role("textbox", name="What the call says")
    at_the_end_of(words, " Mind the dog.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert").filter(has_text="No connection").first).to_be_visible()
    page.context.set_offline(False)

    page.reload()

    expect(page.get_by_text("Here are words that you did not save")).to_be_visible()
    expect(words).to_contain_text("Mind the dog.")
    renamed(admin, page, "Call: somebody comes")
    page.get_by_role("button", name="Save draft").click()
    overtaken = page.get_by_role("alert").filter(has_text="Somebody else saved this template meanwhile")
    expect(overtaken).to_contain_text("your words are still here")
    overtaken.get_by_role("button", name="Go on with mine").click()
    end_session(page)
    page.get_by_role("button", name="Save draft").click()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Sign in again").click()
    popup.value.get_by_role("button", name=ADMIN).click()
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    assert template(admin, page)["variants"]["en"]["text"].endswith(" Mind the dog.")

    at_the_end_of(words, " And the cat.")
    renamed(admin, page, "Call: he is on the way")
    page.get_by_role("button", name="Save draft").click()
    theirs = overtaken.get_by_role("button", name="Take theirs, drop mine")
    theirs.click()
    expect(words).not_to_contain_text("And the cat.")
    undone(page, "Your changes were dropped.")
    expect(words).to_contain_text("And the cat.")
    theirs.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call: he is on the way")
    expect(words).not_to_contain_text("And the cat.")
    expect(page.get_by_role("alert")).to_have_count(0)

    page.get_by_text("Spanish", exact=True).click()
    page.get_by_role("button", name="Remove Spanish").click()
    expect(page.get_by_text("Spanish", exact=True)).to_have_count(0)
    undone(page, "Spanish was removed")
    expect(page.get_by_text("Spanish", exact=True)).to_be_visible()
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()


def undone(page: Page, done: str) -> None:
    page.get_by_role("status").filter(has_text=done).get_by_role("button", name="Undo").click()


def renamed(office: Person, page: Page, name: str) -> None:
    """A colleague saves the template of the page meanwhile."""
    there = template(office, page)
    body = {"name": name, "default_locale": there["default_locale"], "variants": there["variants"]}
    office.put(TEMPLATES, f"/v1/templates/{there['id']}", body, version=there["version"])


@pytest.mark.proves("G20")
def test_who_may_not_write_looks_and_listens(page: Page) -> None:
    page.add_init_script("window.said = []; speechSynthesis.speak = ({text, lang}) => window.said.push([text, lang])")
    sign_in(page, DISPATCHER, "/templates?channel=voice")
    expect(page.get_by_role("button", name="New template")).to_have_count(0)
    page.get_by_role("link", name="Call: done").click()
    expect(page.get_by_text("Administrators of your company write templates.")).to_be_visible()
    page.get_by_text("Spanish", exact=True).click()
    expect(preview(page).locator(".words")).to_contain_text("Northside Plumbing")
    preview(page).get_by_role("button", name="Listen").click()

    [[text, language]] = page.evaluate("window.said")
    assert language == "es"
    assert text == preview(page).locator(".words").inner_text()
    for name in ("Save draft", "Publish", "More", "Insert a tag"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="Make it the draft")).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_of_templates_are_for_everybody(open_page: OpenPage, size: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    look = f"{'wide' if size is WIDE else 'narrow'}-{scheme}"
    found: dict[str, list[str]] = {}

    def looked_at(name: str) -> None:
        keep(page, f"{name}-{look}")
        found[name] = complaints(page) + ["It scrolls sideways."] * scrolls_sideways(page)

    sign_in(page, ADMIN, "/templates")
    page.get_by_role("link", name="Job booked").wait_for()
    looked_at("templates")
    page.get_by_role("link", name="Job booked").click()
    expect(preview(page).frame_locator("iframe").locator("h1")).to_be_visible()
    looked_at("template-email")
    page.get_by_role("button", name="Insert a tag: Subject").click()
    page.get_by_role("button", name="Full name of the person").wait_for()
    looked_at("template-tags")
    page.keyboard.press("Escape")
    page.get_by_role("radiogroup", name="How to write the email").get_by_text("HTML").click()
    source = page.get_by_role("textbox", name="HTML")
    source.press("Control+Home")
    source.press_sequentially("{{ job.nope }}")
    expect(source.locator(".problem")).to_be_visible()
    looked_at("template-html")
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_label("To which email address").wait_for()
    looked_at("template-test")
    page.goto("/templates?channel=sms")
    page.get_by_role("link", name="Text: done").click()
    preview(page).locator(".bubble").first.wait_for()
    looked_at("template-text")

    assert {name: said for name, said in found.items() if said} == {}


def test_by_keyboard_a_tag_is_picked_and_an_editor_left(page: Page) -> None:
    sign_in(page, ADMIN)
    opened(page, "Email", "Job booked")
    insert = page.get_by_role("button", name="Insert a tag: Subject")
    subject = page.get_by_role("textbox", name="Subject")
    subject.press("End")
    insert.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What shall it tell?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(insert).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("your company's name")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(subject).to_be_focused()
    page.keyboard.type("!")
    expect(subject).to_contain_text("{{ company.name }}!")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Insert a tag: Preview line")).to_be_focused()

    page.get_by_role("button", name="More", exact=True).press("Enter")
    page.get_by_role("menuitem", name="Drop my changes").press("Enter")
    expect(subject).not_to_contain_text("company.name }}!")
