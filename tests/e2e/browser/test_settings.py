"""The settings: what is set on a page is what is sent, and what is refused says why beside it."""

import re
from base64 import b64encode
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from playwright.sync_api import Locator, Page, expect

from deploy.demo import northside
from deploy.demo.api import Json
from deploy.local.stack import Stack
from deploy.local.waiting import until
from deploy.sandbox.identity.personas import PERSONAS
from tests.e2e.browser.conftest import OpenPage
from tests.e2e.browser.office import complaints, scrolls_sideways, settled, sign_in
from tests.e2e.browser.settings import Kept
from tests.e2e.browser.test_looks import LOOKS, NARROW, WIDE, keep
from tests.e2e.companies import Person, tokens

ADMIN, DISPATCHER, TECHNICIAN = "Dana Whitfield", "Priya Nair", "Sam Rivera"
PAGES = ("messages", "regions", "emails", "reminders", "company", "sending", "changes")


@pytest.fixture
def admin(whole_stack: Stack, demo: str) -> Iterator[Person]:
    """The administrator of the demo's first company, by API; what a test sets is put back."""
    persona = PERSONAS[f"{northside.SEED.company.slug}-admin"]
    with Person(whole_stack.plan, tokens(whole_stack.plan).for_persona(persona)) as person, Kept(person):
        yield person


@pytest.fixture
def job(northside_office: Person) -> Iterator[Json]:
    """The demo's job; it has its status back afterwards."""
    [job, *_] = northside_office.every("status-svc", "/v1/jobs", text="Replace water heater")
    yield job
    moved(northside_office, job, job["status"]["name"], notify=False)


def moved(office: Person, job: Json, name: str, *, notify: bool = True) -> None:
    """Set a status of it."""
    statuses = office.get("status-svc", "/v1/statuses")["items"]
    wanted = next(status["id"] for status in statuses if status["name"] == name)
    path = f"/v1/jobs/{job['id']}"
    now = office.get("status-svc", path)
    if now["status"]["id"] != wanted:
        office.post("status-svc", f"{path}/status", {"status_id": wanted, "notify": notify}, version=now["version"])


def choose(where: Page | Locator, cell: str, words: str) -> None:
    """Have a cell of the board send it; a cell knows the templates once one is there."""
    choice = where.get_by_role("combobox", name=cell)
    choice.focus()
    choice.select_option(words)


def done(page: Page) -> Locator:
    """What was just done, with Undo."""
    return page.get_by_role("status", name="What was just done")


@pytest.mark.proves("G11", "S1.7", "S1.9", "S3.12")
def test_what_is_put_on_the_board_is_sent_and_where_two_meet_it_is_said_and_mended(
    page: Page, admin: Person, job: Json
) -> None:
    sign_in(page, ADMIN, "/settings")
    empty = page.get_by_role("cell").filter(has=page.get_by_role("combobox", name="Estimate, Call"))
    empty.get_by_role("combobox").focus()
    expect(empty.get_by_role("option", name="Call: on the way")).to_be_attached()
    before = empty.aria_snapshot()
    choose(page, "Estimate, Call", "Call: on the way")
    expect(empty.get_by_role("link", name="Details of Estimate, Call")).to_be_visible()
    done(page).get_by_role("button", name="Undo").click()
    expect(done(page)).to_contain_text("Undone")
    expect(empty.get_by_role("combobox")).to_have_value("")
    assert empty.aria_snapshot() == before

    choose(page, "In progress, Text", "Text: on the way")
    expect(done(page)).to_contain_text("In progress, Text: sends “Text: on the way” from now on.")

    choose(page, "Done, Text", "Text: work order closed")
    meeting = page.get_by_role("region", name="Where messages meet").get_by_role("listitem")
    expect(meeting.filter(has_text="setting this status closes the work order, so both are sent")).to_have_count(1)
    page.get_by_role("button", name="Switch off “Text: work order closed”").click()
    expect(meeting).to_have_count(0)
    done(page).get_by_role("button", name="Undo").click()
    expect(meeting.first).to_be_visible()
    choose(page, "Done, Text", "– Nothing")
    expect(meeting).to_have_count(0)

    page.goto(f"/jobs/{job['id']}")
    page.get_by_role("button", name="Change status").click()
    page.get_by_role("radiogroup", name="New status").get_by_role("radio", name="In progress").check()
    page.get_by_role("radio", name="Tell the customer").check()
    page.get_by_role("button", name="Set “In progress”").click()
    log = page.get_by_role("region", name="Notifications")
    expect(log.get_by_role("heading", name="In progress 1 sent").first).to_be_visible()
    expect(log.get_by_role("listitem").filter(has_text=re.compile("Sent|Delivered")).first).to_contain_text("Text")


def test_a_message_is_changed_for_some_and_tried_on_last_week_before(page: Page, admin: Person) -> None:
    sign_in(page, ADMIN, "/settings/messages")
    page.get_by_role("link", name="Details of On the way, Text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Text: on the way")
    page.get_by_role("button", name="Look back").click()
    looked = page.get_by_role("status", name="What would this have sent last week?")
    expect(looked).to_contain_text("in the last seven days.")

    tags = page.get_by_label("Only customers tagged").and_(page.locator("input"))
    tags.fill("vpi")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nobody is tagged vpi. Tag a customer first.")).to_be_visible()
    tags.press("Backspace")
    tags.fill("vip")
    page.keyboard.press("Enter")
    page.get_by_role("switch", name="Once per job").check()
    page.get_by_role("button", name="Save").click()
    expect(done(page)).to_contain_text("“Text: on the way” is saved.")
    page.go_back()
    expect(page.get_by_role("listitem").filter(has_text="customers tagged vip")).to_be_visible()
    [rule] = [each for each in admin.every("notifier-svc", "/v1/rules") if each["name"] == "Text: on the way"]
    assert (rule["tags"], rule["once_per_job"]) == (["vip"], True)


@pytest.mark.proves("S1.6", "S1.10", "S1.11", "G7")
def test_a_status_is_made_moved_by_keyboard_and_its_message_may_be_skipped(
    page: Page, open_page: OpenPage, admin: Person, job: Json
) -> None:
    sign_in(page, ADMIN, "/settings/messages")
    page.get_by_role("button", name="New status").click()
    page.get_by_role("textbox", name="Name").fill("Done")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Another status has this name.")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Quality check")
    page.get_by_role("textbox", name="Hold").fill("60")
    page.get_by_role("switch", name="Technicians may skip the message").check()
    page.get_by_role("button", name="Add it").click()

    panel = page.get_by_role("form", name="Settings of Quality check")
    panel.get_by_role("button", name="Move up").press("Enter")
    expect(done(page)).to_contain_text("“Quality check” moved up.")
    expect(panel.get_by_role("button", name="Move up")).to_be_focused()
    names = [each["name"] for each in admin.get("status-svc", "/v1/statuses")["items"] if each["active"]]
    assert names[-2:] == ["Quality check", "Done"]

    tech = open_page()
    sign_in(tech, TECHNICIAN, f"/jobs/{job['id']}")
    tech.get_by_role("button", name="Quality check").click()
    expect(tech.get_by_role("button", name="Don't tell")).to_be_visible()

    panel.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("row").filter(has_text="Quality check")).to_have_count(0)
    page.get_by_role("button", name="retired").click()
    expect(page.get_by_role("row").filter(has_text="Quality check").first).to_contain_text("hold 60 s · tech may skip")


@pytest.mark.proves("D13")
def test_a_pause_says_who_when_and_what_waits_and_what_waited_goes(
    page: Page, open_page: OpenPage, admin: Person, job: Json
) -> None:
    sign_in(page, ADMIN, "/settings/sending")
    page.get_by_role("textbox", name="Why, for your colleagues").fill("Wrong price list")
    page.get_by_role("button", name="Pause sending").click()
    expect(page.get_by_text("Sending is paused")).to_be_visible()
    moved(admin, job, "Waiting for parts", notify=False)
    moved(admin, job, "On the way")
    expect(page.get_by_role("link", name="wait")).to_be_visible()

    colleague = open_page()
    sign_in(colleague, DISPATCHER, "/settings/sending")
    expect(colleague.get_by_role("status").filter(has_text="By Dana Whitfield")).to_contain_text("Wrong price list")
    expect(colleague.get_by_role("button", name="Resume sending")).to_have_count(0)
    assert waiting(admin, job) > 0
    page.get_by_role("button", name="Resume sending").click()
    expect(page.get_by_text("Messages go out as they happen.")).to_be_visible()
    until(lambda: waiting(admin, job) == 0, "what waited has not gone")


def waiting(office: Person, job: Json) -> int:
    """How many messages of the job have not gone yet."""
    return len(office.get("notifier-svc", "/v1/deliveries", job_id=job["id"], state="queued")["items"])


@pytest.mark.proves("S3.1", "S3.8", "S3.9", "S3.10", "S3.11")
def test_a_region_has_its_own_address_and_its_own_words(page: Page, admin: Person, job: Json) -> None:
    sign_in(page, ADMIN, "/settings/regions")
    denver = page.get_by_role("region", name="Denver")
    denver.get_by_role("textbox", name="Replies go to").fill("nobody")
    denver.get_by_role("button", name="Save").click()
    expect(denver.get_by_text("Is no email address")).to_be_visible()
    denver.get_by_role("textbox", name="Replies go to").fill("denver-office@northside-plumbing.example")
    denver.get_by_role("textbox", name="Portal").fill("https://denver.northside-plumbing.example")
    denver.get_by_role("button", name="Save").click()
    expect(done(page)).to_contain_text("“Denver” is saved.")

    denver.get_by_role("button", name="Messages of its own").click()
    choose(denver, "Work order closed, Email", "Work order closed")
    expect(done(page)).to_contain_text("sends “Work order closed” from now on.")
    assert told_by(admin, job) == {"Denver: Work order closed"}
    denver.get_by_role("switch", name="Send the messages of Denver").click()
    expect(done(page)).to_contain_text("None of Denver's own messages is sent any more.")
    until(lambda: told_by(admin, job) == {"Work order closed"}, "the notifier has not heard that Denver is off")


def told_by(office: Person, job: Json) -> set[str]:
    """By which rules' emails people would hear that the job is closed."""
    asked = {"trigger": "work_order_closed", "job_ids": [job["id"]]}
    rows = office.post("notifier-svc", "/v1/dry-runs", asked)["rows"]
    return {row["rule_name"] for row in rows if row["channel"] == "email" and row["state"] == "queued"}


@pytest.mark.proves("S0.8", "S0.11", "S0.13")
def test_emails_and_reminders_are_switched_and_undone(page: Page, admin: Person) -> None:
    sign_in(page, ADMIN, "/settings/emails")
    receipts = page.get_by_role("switch", name="Payment received, Commercial")
    receipts.uncheck()
    expect(done(page)).to_contain_text("“Payment received” goes to Commercial customers no more by itself.")
    assert reaches(admin, "payment_received") == {"residential": "on", "commercial": "off"}
    expect(page.get_by_role("switch", name="Payment received, Residential")).to_be_checked()
    done(page).get_by_role("button", name="Undo").click()
    expect(receipts).to_be_checked()
    assert reaches(admin, "payment_received") == {"residential": "on", "commercial": "on"}

    page.get_by_role("link", name="Reminders and follow-ups").click()
    page.get_by_role("button", name="Add Reminders of visits").click()
    page.get_by_role("menuitem", name="Visit reminder, a week before").click()
    reminder = page.get_by_role("switch", name="Send “Visit reminder, a week before”")
    expect(reminder).to_be_checked()
    reminder.press("Space")
    expect(done(page)).to_contain_text("“Visit reminder, a week before” is switched off.")
    [rule] = [
        each
        for each in admin.every("notifier-svc", "/v1/rules")
        if each["timing"] and each["timing"]["days_before"] == 7
    ]
    assert rule["active"] is False


def reaches(office: Person, trigger: str) -> Json:
    """To which kinds of customers the emails about it go by themselves."""
    settings: list[Json] = office.get("notifier-svc", "/v1/board/outbound-emails")  # type: ignore[assignment]
    return next(each["kinds"] for each in settings if each["trigger"] == trigger)


@pytest.mark.proves("G13", "G16")
def test_who_set_what_is_in_the_change_log_by_name(page: Page, open_page: OpenPage, admin: Person) -> None:
    sign_in(page, ADMIN, "/settings/company")
    quiet = page.get_by_role("form", name="Quiet hours")
    quiet.get_by_label("From").fill("20:15")
    quiet.get_by_role("button", name="Save").click()
    expect(done(page)).to_contain_text("“Quiet hours” is saved.")
    page.get_by_role("link", name="Sending").click()
    sandbox = page.get_by_role("form", name="Sandbox mode")
    sandbox.get_by_role("textbox").fill("nobody")
    sandbox.get_by_role("button", name="Save").click()
    expect(sandbox.get_by_text("phone number can't be read")).to_be_visible()
    sandbox.get_by_role("textbox").fill("dana@northside-plumbing.example")
    sandbox.get_by_role("switch", name="Sandbox mode").check()
    sandbox.get_by_role("button", name="Save").click()
    expect(done(page)).to_contain_text("“Sandbox mode” is saved.")
    done(page).get_by_role("button", name="Undo").click()
    expect(sandbox.get_by_role("switch")).not_to_be_checked()

    invoices = page.get_by_role("region", name="Emails in doubt").get_by_role("checkbox", name="Invoices", exact=True)
    invoices.check()
    expect(done(page)).to_contain_text("emails of “Invoices” go once more")
    done(page).get_by_role("button", name="Undo").click()
    expect(invoices).not_to_be_checked()

    page.get_by_role("link", name="Change log").click()
    log = page.get_by_role("list", name="Change log").get_by_role("listitem")
    expect(log.filter(has_text="quiet hours, starts").first).to_contain_text("20:15:00")
    expect(log.filter(has_text="sandbox, on: from off to on").first).to_contain_text("you")
    page.get_by_label("About").select_option("Statuses")
    expect(log.filter(has_text="sandbox")).to_have_count(0)
    expect(log.filter(has_text="Waiting for parts").first).to_contain_text("added")
    page.get_by_label("Until").fill("2020-01-01")
    expect(page.get_by_text("Nothing like that was changed.")).to_be_visible()


def an_rsa_key(bits: int = 2048) -> tuple[str, str]:
    """As PEM, and what its record says."""
    key = rsa.generate_private_key(65537, bits)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return pem_of(key), f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def an_ed25519_key() -> tuple[str, str]:
    """As PEM, and what its record says."""
    key = Ed25519PrivateKey.generate()
    return pem_of(key), f"v=DKIM1; k=ed25519; p={b64encode(key.public_key().public_bytes_raw()).decode()}"


def pem_of(key: rsa.RSAPrivateKey | Ed25519PrivateKey) -> str:
    """Without a password."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_emails_are_signed_by_a_key_made_in_the_browser_whose_record_is_copied(page: Page, admin: Person) -> None:
    before = admin.get("notifier-svc", "/v1/sender")
    assert before["dkim"] is None
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, ADMIN, "/settings/sending")
    signed = page.get_by_role("region", name="Signed emails (DKIM)")
    signed.get_by_role("button", name="Sign with a key of your own").click()
    form = signed.get_by_role("form", name="A new key")
    form.get_by_label("Its name in the DNS").fill("Field Bell")
    form.get_by_role("button", name="Make a key").click()
    expect(form.get_by_text("Small letters, digits and hyphens, such as fieldbell2.")).to_be_visible()
    assert complaints(page) == []
    form.get_by_label("Its name in the DNS").fill("fieldbell")
    form.get_by_role("button", name="Make a key").click()
    publish = signed.get_by_role("form", name="The record of the new key")
    publish.get_by_role("button", name="Copy: Value").click()
    record = page.evaluate("() => navigator.clipboard.readText()")
    assert admin.get("notifier-svc", "/v1/sender") == before  # nothing is signed before it is published
    assert complaints(page) == []
    publish.get_by_role("button", name="It is published: sign with it").click()
    expect(publish).to_have_count(0)
    expect(signed.get_by_text("are signed with this key.")).to_be_visible()
    kept = admin.get("notifier-svc", "/v1/sender")
    domain = before["from_address"].rpartition("@")[2]
    assert kept["dkim"]["record_name"] == f"fieldbell._domainkey.{domain}"
    assert kept | {"dkim": None, "version": 0} == before | {"version": 0}  # nothing else has changed
    assert kept["dkim"]["record"] == record
    expect(signed.get_by_role("definition").filter(has_text=kept["dkim"]["record_name"])).to_be_visible()

    signed.get_by_role("button", name="Sign with another key").click()
    expect(form.get_by_label("Its name in the DNS")).to_have_value("fieldbell2")
    form.get_by_role("radio", name="One that I have").check()
    form.get_by_label("Private key").fill("-----BEGIN PRIVATE KEY-----\nnone of mine at all, really not\n")
    form.get_by_role("button", name="Go on with this key").click()
    expect(publish.get_by_text("This browser can't read the value out of the key")).to_be_visible()
    publish.get_by_role("button", name="It is published: sign with it").click()
    expect(form.get_by_text("It is no private key in PEM, or it has a password.")).to_be_visible()
    assert complaints(page) == []
    short, _ = an_rsa_key(bits=1024)
    form.get_by_label("Private key").fill(short)
    form.get_by_role("button", name="Go on with this key").click()
    expect(form.get_by_text("It takes RSA keys of 2,048 to 4,096 bits, and Ed25519.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert not scrolls_sideways(page)
    for pem, value in (an_rsa_key(), an_ed25519_key()):
        form.get_by_label("Private key").fill(pem)
        form.get_by_role("button", name="Go on with this key").click()
        publish.get_by_role("button", name="Copy: Value").click()
        assert page.evaluate("() => navigator.clipboard.readText()") == value
        page.get_by_role("link", name="Change log").click()  # it asks, and the answer is no
        assert not scrolls_sideways(page)
        publish.get_by_role("button", name="Cancel").click()
        signed.get_by_role("button", name="Sign with another key").click()
        form.get_by_role("radio", name="One that I have").check()
    form.get_by_role("button", name="Cancel").click()
    signed.get_by_role("button", name="Stop signing with it").click()
    assert admin.get("notifier-svc", "/v1/sender")["dkim"]  # it asks first
    signed.get_by_role("button", name="Forget the key").click()
    expect(signed.get_by_role("button", name="Sign with a key of your own")).to_be_visible()
    assert admin.get("notifier-svc", "/v1/sender")["dkim"] is None
    page.get_by_role("link", name="Change log").click()
    log = page.get_by_role("list", name="Change log").get_by_role("listitem").filter(has_text="DKIM key")
    expect(log.filter(has_text="set to “fieldbell”").first).to_be_visible()
    expect(log.filter(has_text="cleared; it was “fieldbell”").first).to_be_visible()


@pytest.mark.proves("G20")
def test_a_dispatcher_looks_and_a_technician_is_told_that_it_is_not_for_them(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, DISPATCHER, "/settings/messages")
    expect(page.get_by_text("administrators change it")).to_be_visible()
    settled(page)
    expect(page.get_by_role("row").filter(has_text="On the way").first).to_contain_text("Text: on the way")
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_role("link", name="Change log")).to_have_count(0)
    page.get_by_role("link", name="Sending").click()
    expect(page.get_by_role("textbox", name="From")).to_be_disabled()
    expect(page.get_by_role("region", name="Signed emails (DKIM)")).to_have_count(0)
    tech = open_page()
    sign_in(tech, TECHNICIAN, "/jobs")
    expect(tech.get_by_role("link", name="Settings")).to_have_count(0)
    tech.goto("/settings/sending")
    expect(tech.get_by_text("This is not for your role")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_settings_are_for_everybody(open_page: OpenPage, size: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, ADMIN, "/settings")
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        settled(page)
        keep(page, f"settings-{name}-{'wide' if size is WIDE else 'narrow'}-{scheme}")
        said = complaints(page) if size is NARROW else []  # once: of a board axe takes ten seconds
        found[name] = said + ["It scrolls sideways."] * scrolls_sideways(page)

    for name in PAGES:
        page.goto(f"/settings/{name}")
        look(name)
    page.goto("/settings/messages")
    page.get_by_role("button", name="Edit On the way").click()
    look("status")
    page.get_by_role("link", name="Details of On the way, Text").click()
    page.get_by_role("button", name="Look back").click()
    expect(page.get_by_text("in the last seven days.")).to_be_visible()
    look("rule")

    wrong = {name: said for name, said in found.items() if said}
    assert wrong == {}, wrong


def test_settings_that_can_not_be_read_or_saved_say_so(page: Page) -> None:
    sign_in(page, ADMIN, "/settings/emails")
    settled(page)
    page.route("**/v1/board", lambda route: route.fulfill(status=503, body="{}"))
    page.get_by_role("link", name="Statuses and messages").click()
    expect(page.get_by_text("This part of Fieldbell does not answer")).to_be_visible()
    page.unroute("**/v1/board")
    page.get_by_role("button", name="Try again").click()
    cell = page.get_by_role("combobox", name="Estimate, Call")
    expect(cell).to_be_visible()
    page.context.set_offline(True)
    choose(page, "Estimate, Call", "Call: on the way")
    expect(page.get_by_text("No connection.")).to_be_visible()
    expect(cell).to_have_value("")
    page.context.set_offline(False)
