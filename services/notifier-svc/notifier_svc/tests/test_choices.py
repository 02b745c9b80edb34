"""Readers of emails choose what comes: the links in them, one click, the page, and what stays the office's business."""

import re
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Cause, Scope
from contracts.jobs import Role
from contracts.profiles import CustomerDeleted, CustomerProfile
from contracts.topics import INBOUND
from notifier_svc.channels.links import ALL_CHOICES, PATH
from notifier_svc.domain.choices import WORDS
from notifier_svc.domain.context import PREFERENCES
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.matrix import GROUPS
from notifier_svc.store import blocks
from notifier_svc.store.blocks import Place
from notifier_svc.tests.app import LINK_KEY, PUBLIC_URL, App
from notifier_svc.tests.desk import LINKS, Desk
from notifier_svc.tests.factories import COMPANY, a_company, a_contact, a_customer, an_email
from servicekit import copies
from servicekit.links import Link, Links

ADDRESS, PERSON = "maria@example.com", UUID(int=6)
CLICK = {"List-Unsubscribe": "One-Click"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def maria(**over: Any) -> CustomerProfile:
    return a_customer(contacts=(a_contact(id=PERSON, emails=(an_email(ADDRESS),)),), **over)


@dataclass
class Reader:
    """Maria, who has an email with a link in it."""

    app: App
    link: Link

    @property
    def token(self) -> str:
        return Links([LINK_KEY]).token(self.link)

    async def page(self, method: str = "GET", path: str = "", **data: str) -> httpx.Response:
        return await self.app.client.request(method, f"{PATH}/{self.token}{path}", data=data or None)

    async def stopped(self) -> set[str]:
        answer = await self.app.client.get(f"/v1/email-choices/{self.token}")
        assert answer.status_code == 200, answer.text
        return {each["scope"] for each in answer.json()["choices"] if each["stopped"]}

    async def choose(self, scope: str, *, stopped: bool) -> httpx.Response:
        return await self.app.client.put(f"/v1/email-choices/{self.token}/{scope}", json={"stopped": stopped})

    async def told(self) -> list[tuple[Any, ...]]:
        """What other services heard."""
        rows = await self.app.fetch(
            "select convert_from(body, 'UTF8')::jsonb as b from outbox where topic = $1 order by id", INBOUND.name
        )
        return [(row["b"]["scope"], row["b"]["lifted"], row["b"]["by"]["person_id"]) for row in rows]


@pytest.fixture
async def reader(app: App) -> Reader:
    keys = Keys(app.settings.secret_key.get_secret_value().encode())
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, "customers", [maria()])
    place = Place(COMPANY, Channel.EMAIL, ADDRESS)
    return Reader(app, Link(COMPANY, maria().id, PERSON, place.hash(keys), bytes(8), Scope.REMINDERS))


async def test_one_click_stops_what_the_link_is_about_and_nothing_else(reader: Reader) -> None:  # RFC 8058
    for _ in range(2):
        answer = await reader.page("POST", **CLICK)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert await reader.stopped() == {"reminders"}
    [row] = await reader.app.fetch("select channel, scope, cause, masked_address, actor from block")
    assert tuple(row) == ("email", "reminders", "unsubscribed", "m***@example.com", None)
    assert await reader.told() == [("reminders", False, str(PERSON))]


async def test_one_click_may_come_as_a_form_of_parts(reader: Reader) -> None:  # RFC 8058 3.2
    answer = await reader.app.client.post(f"{PATH}/{reader.token}", files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert await reader.stopped() == {"reminders"}


async def test_a_link_of_all_emails_is_no_one_click_to_stop_them(reader: Reader) -> None:  # ADR 15
    everything = Reader(reader.app, replace(reader.link, scope=Scope.EVERYTHING))
    assert (await everything.page("POST", **CLICK)).status_code == 200
    assert await everything.stopped() == set()


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "no"}])
async def test_a_post_that_is_no_click_stops_nothing(reader: Reader, data: dict[str, str]) -> None:
    assert (await reader.page("POST", **data)).status_code == 422
    assert await reader.stopped() == set()


@pytest.mark.survives(58)
async def test_looking_at_the_page_changes_nothing_and_leaks_its_address_to_nobody(reader: Reader) -> None:
    for method in ("GET", "HEAD"):
        answer = await reader.page(method)
        assert answer.status_code == (200 if method == "GET" else 405)
    page = await reader.page()
    assert await reader.stopped() == set()
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "script" not in page.text
    assert "m***@example.com" in page.text
    assert ADDRESS not in page.text
    assert f'<a href="{ALL_CHOICES}/{reader.token}">' in page.text


async def test_the_page_stops_and_gives_back_each_kind(reader: Reader) -> None:  # G14: an accident can be undone
    for scope in Scope:
        assert (await reader.page("POST", f"/{scope}", stop="true")).status_code == 303
    assert await reader.stopped() == set(Scope)
    assert "Get them again" in (await reader.page()).text
    assert (await reader.page("POST", "/everything", stop="false")).headers["location"] == f"{PATH}/{reader.token}"
    assert await reader.stopped() == {"reminders", "broadcasts"}
    assert (await reader.told())[-1] == ("everything", True, str(PERSON))


async def test_the_choices_are_data_too(reader: Reader) -> None:
    before = datetime.now(UTC)
    answer = (await reader.choose("broadcasts", stopped=True)).json()
    assert (answer["company"], answer["masked_address"]) == ("Northside", "m***@example.com")
    assert (answer["locale"], answer["brand"]["colour"]) == ("en-US", a_company().brand.colour)
    [since] = [datetime.fromisoformat(each["since"]) for each in answer["choices"] if each["stopped"]]
    assert before <= since <= datetime.now(UTC)
    assert (await reader.choose("broadcasts", stopped=False)).json()["choices"] == [
        {"scope": scope, "stopped": False, "by_company": False, "since": None} for scope in Scope
    ]
    assert (await reader.choose("nothing", stopped=True)).status_code == 422


async def test_what_the_office_blocked_stays_blocked_when_the_reader_wants_everything(reader: Reader) -> None:
    place = Place(COMPANY, Channel.EMAIL, ADDRESS)
    async with reader.app.db.worker() as tx:
        await blocks.add(tx, reader.link.address_hash, place, Cause.OFFICE, note="asked on the phone")
    await reader.choose("everything", stopped=True)
    await reader.choose("everything", stopped=False)
    page = await reader.page()
    assert page.text.count("Stopped with all emails") == 2
    assert "Stopped by Northside: ask them" in page.text
    assert "<button" not in page.text  # none would change anything
    assert "You get these" not in page.text
    assert [row["cause"] for row in await reader.app.fetch("select cause from block")] == ["office"]


async def test_the_office_sees_an_unsubscribe_and_cannot_lift_it(reader: Reader) -> None:  # S4.10, D12
    await reader.page("POST", **CLICK)
    headers = reader.app.issuer.headers(Role.ADMIN, COMPANY)
    [view] = (await reader.app.client.get("/v1/blocks", params={"address": ADDRESS}, headers=headers)).json()["items"]
    assert (view["cause"], view["scope"], view["liftable"]) == ("unsubscribed", "reminders", False)
    assert (await reader.app.client.delete(f"/v1/blocks/{view['id']}", headers=headers)).status_code == 409
    async with reader.app.db.company(COMPANY) as tx:  # nor by a mistake in the code
        assert await tx.execute("delete from block") == "DELETE 0"


async def test_a_link_still_stops_emails_to_an_address_that_nobody_has_on_file(reader: Reader) -> None:
    gone = CustomerDeleted(id=maria().id, company_id=COMPANY, version=9)
    async with reader.app.db.worker() as tx:
        await tx.execute("update snapshot set data = null, version = 9 where id = $1", gone.id)
    assert (await reader.page("POST", **CLICK)).status_code == 200
    assert await reader.stopped() == {"reminders"}
    [row] = await reader.app.fetch("select masked_address from block")
    assert row["masked_address"] is None


@pytest.mark.parametrize("token", ["short", "A" * 120, "%20", "\u00e9"])
async def test_a_broken_link_is_said_so_to_people_and_to_programs(app: App, token: str) -> None:
    page = await app.client.get(f"{PATH}/{token}")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert WORDS["en"].broken in page.text
    data = await app.client.get(f"/v1/email-choices/{token}")
    assert (data.status_code, data.json()["type"].rpartition("/")[2]) == (404, "broken-link")
    assert (await app.client.post(f"{PATH}/{token}", data=CLICK)).status_code == 404


async def test_the_page_speaks_the_companys_language(reader: Reader) -> None:
    async with reader.app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, locale="es-US", name="Tubería & Cía")])
    text = (await reader.page()).text
    assert '<html lang="es">' in text
    assert "Correos de Tubería &amp; Cía" in text


def test_every_language_has_all_words() -> None:
    for words in WORDS.values():
        assert set(words.kinds) == set(Scope)


FOOTER, ONE_CLICK = (re.compile(re.escape(PUBLIC_URL + path) + r"/([\w-]{120})") for path in (ALL_CHOICES, PATH))


async def test_an_email_carries_its_readers_own_link_which_the_log_does_not_keep(desk: Desk) -> None:
    desk.templates.words = f"Hi {{name}}, choose: {PREFERENCES} or {PREFERENCES}"
    await desk.queue()
    async with desk.sending():
        await desk.settled()
    [mail] = desk.mail.mails
    tokens = FOOTER.findall(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    [row] = await desk.fetch("select customer_id, recipient_id from delivery")
    expected = Place(COMPANY, Channel.EMAIL, ADDRESS).hash(desk.keys)
    assert [LINKS.read(token) for token in tokens] == [
        Link(COMPANY, row["customer_id"], row["recipient_id"], expected, LINKS.tag(COMPANY, ADDRESS))
    ] * 2
    [kept] = await desk.fetch("select body from rendering")
    words = zlib.decompress(kept["body"])
    assert PREFERENCES.encode() in words
    assert tokens[0].encode() not in words
    assert mail["List-Unsubscribe"] is None  # a status has no group that one click could stop


@pytest.mark.parametrize("category", GROUPS)
async def test_mail_of_a_group_is_stopped_by_one_click(desk: Desk, category: Category) -> None:  # RFC 8058, RFC 2369
    await desk.queue()
    async with desk.db.worker() as tx:
        await tx.execute("update delivery set category = $1", category)
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    [mail] = desk.mail.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch("<" + ONE_CLICK.pattern + ">", mail["List-Unsubscribe"].strip())
    assert found is not None
    assert LINKS.read(found[1]).scope is GROUPS[category]


async def test_who_unsubscribes_gets_nothing_that_waits_and_the_log_says_why(desk: Desk) -> None:  # S4.11, G4
    await desk.queue()
    async with desk.db.worker() as tx:
        await tx.execute("update delivery set category = 'service_reminder'")
        place = Place(COMPANY, Channel.EMAIL, ADDRESS)
        await blocks.add(tx, place.hash(desk.keys), place, Cause.UNSUBSCRIBED, Scope.REMINDERS)
    async with desk.sending():
        assert await desk.settled() == [("skipped", Reason.UNSUBSCRIBED)]
