"""Texts from customers: signed, kept once, and obeyed at once where they say STOP or START (D12, G4, G5)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx
import pytest
from twilio.request_validator import RequestValidator

from contracts.deliveries import Channel, Reason
from contracts.inbound import BlockChanged, Cause, InboundTextReceived, Meaning, PhoneRef
from contracts.jobs import Role
from contracts.profiles import Brand
from contracts.topics import INBOUND, MESSAGES
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.sender import KeywordsAnsweredBy
from notifier_svc.store import rules, senders
from notifier_svc.tests.app import PUBLIC_URL, App
from notifier_svc.tests.factories import (
    COMPANY,
    TOKEN,
    a_company,
    a_contact,
    a_customer,
    a_phone,
    a_phone_account,
    a_rule,
    a_sender,
    an_event,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies

SID, OURS, MARIA = "AC" + "1" * 32, "+17205550100", "+13035550142"
OTHER = UUID(int=2)


@dataclass
class Line:
    """A company's number, and who texts it."""

    app: App

    async def text(
        self, body: str, *, sid: str | None = None, token: str = TOKEN, to: str = OURS, **over: str
    ) -> httpx.Response:
        """As Twilio passes it on."""
        form = {"AccountSid": SID, "MessageSid": sid or f"SM{uuid4().hex}", "From": MARIA, "To": to, "Body": body}
        return await self._post("/v1/twilio/texts", form | over, token)

    async def call(self, **over: str) -> httpx.Response:
        """As Twilio passes it on."""
        form = {"AccountSid": SID, "CallSid": f"CA{uuid4().hex}", "From": MARIA, "To": OURS}
        return await self._post("/v1/twilio/calls", form | over, TOKEN)

    async def _post(self, path: str, form: dict[str, str], token: str) -> httpx.Response:
        signature = RequestValidator(token).compute_signature(PUBLIC_URL + path, form)
        return await self.app.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    async def told(self) -> list[Any]:
        """What was published of it, in order."""
        sql = "select headers, body, key from outbox where topic = $1 order by id"
        rows = await self.app.fetch(sql, INBOUND.name)
        return [MESSAGES[row["headers"]["ce_type"]].model_validate_json(row["body"]) for row in rows]

    async def meanings(self) -> list[Meaning]:
        return [event.meaning for event in await self.told() if isinstance(event, InboundTextReceived)]

    async def blocked(self) -> list[tuple[str, str]]:
        return [(row["channel"], row["cause"]) for row in await self.app.fetch("select channel, cause from block")]


def reply(response: httpx.Response) -> str | None:
    """What Twilio was told to text back."""
    assert response.status_code == 200, response.text
    document = ET.fromstring(response.text)  # noqa: S314
    return document.findtext("Message")


@pytest.fixture
async def line(app: App) -> Line:
    await answered_by(app, KeywordsAnsweredBy.FIELDBELL)
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(brand=Brand(phone="(303) 555-0134"))])
    return Line(app)


async def answered_by(app: App, who: KeywordsAnsweredBy, version: int = 1) -> None:
    phone = a_phone_account(sealed_token=app.settings.seal.seal(COMPANY, TOKEN), keywords_answered_by=who)
    async with app.db.worker() as tx:
        await senders.put(tx, a_sender(phone=phone), version)


async def known(app: App, **over: Any) -> PhoneRef:
    """Maria, as the notifier knows her."""
    phone = a_phone(MARIA)
    customer = a_customer(id=uuid4(), contacts=(a_contact(id=uuid4(), phones=(phone,)),), **over)
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [customer])
    return PhoneRef(customer_id=customer.id, phone_id=phone.id)


@pytest.mark.survives(51)
async def test_a_text_is_kept_and_told_with_the_phones_it_may_be_from(line: Line) -> None:
    maria = await known(line.app)
    await known(line.app, company_id=OTHER)
    assert reply(await line.text("Is 9 o'clock fine?")) is None
    [told] = await line.told()
    assert (told.meaning, told.phones, told.company_id) == (Meaning.OTHER, (maria,), COMPANY)
    assert "clock" not in told.model_dump_json()
    path = f"/v1/inbound-texts/{told.id}"
    read = await line.app.client.get(path, headers=line.app.issuer.headers(Role.DISPATCHER, COMPANY))
    assert (read.json()["body"], read.json()["address"]) == ("Is 9 o'clock fine?", MARIA)
    assert read.json()["customer_ids"] == [str(maria.customer_id)]
    foreign = await line.app.client.get(path, headers=line.app.issuer.headers(Role.DISPATCHER, OTHER))
    assert foreign.status_code == 404  # fault 51


async def test_the_office_reads_what_a_customer_wrote_newest_first(line: Line) -> None:
    maria = await known(line.app)
    for body in ("one", "two", "three"):
        await line.text(body)
    await line.text("who am I?", From="+13035550199")
    office = line.app.issuer.headers(Role.DISPATCHER, COMPANY)
    query: dict[str, str] = {"customer_id": str(maria.customer_id), "limit": "2"}
    first = (await line.app.client.get("/v1/inbound-texts", params=query, headers=office)).json()
    rest = await line.app.client.get(
        "/v1/inbound-texts", params=query | {"cursor": first["next_cursor"]}, headers=office
    )
    assert [text["body"] for text in first["items"] + rest.json()["items"]] == ["three", "two", "one"]
    assert rest.json()["next_cursor"] is None


@pytest.mark.survives(56)
async def test_the_same_text_told_twice_is_one(line: Line) -> None:
    assert reply(await line.text("STOP", sid="SM1"))
    assert reply(await line.text("STOP", sid="SM1")) is None
    assert await line.meanings() == [Meaning.STOP]
    assert len(await line.app.fetch("select from inbound_text")) == 1


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"token": "another"}, 403),  # fault 55
        ({"AccountSid": "AC" + "2" * 32}, 403),
        ({"to": "+17205550999"}, 404),  # fault 68
        ({"From": ""}, 422),
        ({"MessageSid": ""}, 422),
    ],
)
@pytest.mark.survives(55, 68)
async def test_what_is_not_signed_or_nobodys_leaves_nothing(line: Line, over: Any, status: int) -> None:
    assert (await line.text("STOP", **over)).status_code == status
    assert await line.app.fetch("select from inbound_text") == []
    assert await line.blocked() == []
    assert await line.told() == []


async def test_a_stop_is_obeyed_at_once_and_confirmed_once(line: Line) -> None:  # G5, D12
    maria = await known(line.app)
    assert "no more texts" in (reply(await line.text("stop.")) or "")
    assert reply(await line.text("STOP")) is None
    assert await line.blocked() == [("sms", "opted_out")]
    text, blocked, again = await line.told()
    assert isinstance(blocked, BlockChanged)
    assert (blocked.cause, blocked.lifted, blocked.phones) == (Cause.OPTED_OUT, False, (maria,))
    assert [each.meaning for each in (text, again)] == [Meaning.STOP, Meaning.STOP]


@pytest.mark.parametrize("word", ["START", "Unstop", "yes"])
async def test_start_undoes_a_stop_and_so_does_yes(line: Line, word: str) -> None:  # D12
    await line.text("STOP")
    assert "taken back your STOP" in (reply(await line.text(word)) or "")
    assert await line.blocked() == []
    assert await line.meanings() == [Meaning.STOP, Meaning.START]


async def test_start_lifts_nothing_but_a_stop(line: Line) -> None:
    office = line.app.issuer.headers(Role.DISPATCHER, COMPANY)
    body = {"channel": "sms", "address": MARIA, "note": "a neighbour's phone"}
    assert (await line.app.client.post("/v1/blocks", json=body, headers=office)).status_code == 201
    assert reply(await line.text("START")) is None
    assert await line.blocked() == [("sms", "office")]


async def test_help_is_answered_each_time(line: Line) -> None:
    for _ in range(2):
        assert "(303) 555-0134" in (reply(await line.text("HELP")) or "")


async def test_twilio_and_we_never_both_answer(line: Line) -> None:  # D12
    assert reply(await line.text("STOP", OptOutType="STOP")) is None
    await answered_by(line.app, KeywordsAnsweredBy.TWILIO, version=2)
    assert reply(await line.text("START")) is None
    assert reply(await line.text("HELP")) is None
    assert "no more texts" in (reply(await line.text("please stop")) or "")  # which Twilio does not understand
    assert await line.meanings() == [Meaning.STOP, Meaning.START, Meaning.HELP, Meaning.STOP]


async def test_a_stop_in_words_that_only_twilio_knows_counts(line: Line) -> None:  # D12, G4
    assert reply(await line.text("adios amigos", OptOutType="STOP")) is None
    assert (await line.blocked(), await line.meanings()) == ([("sms", "opted_out")], [Meaning.STOP])
    assert reply(await line.text("hola", OptOutType="START")) is None
    assert await line.blocked() == []


async def test_a_stop_to_a_number_that_the_company_had_once_counts(line: Line) -> None:  # G4
    phone = a_phone_account(sealed_token=line.app.settings.seal.seal(COMPANY, TOKEN), numbers=("+17205550199",))
    async with line.app.db.worker() as tx:
        await senders.put(tx, a_sender(phone=phone), 2)
    await line.text("STOP")
    assert await line.blocked() == [("sms", "opted_out")]
    async with line.app.db.worker() as tx:  # another company has it now
        sealed = line.app.settings.seal.seal(OTHER, TOKEN)
        await senders.put(tx, a_sender(OTHER, phone=a_phone_account(OTHER, sealed_token=sealed)), 1)
    await line.text("STOP")
    rows = await line.app.fetch("select company_id from block order by company_id")
    assert [row["company_id"] for row in rows] == [COMPANY, OTHER]


@pytest.mark.survives(59)
async def test_a_stop_between_plan_and_send_stops_the_text(line: Line) -> None:
    async with line.app.db.worker() as tx:
        customer = a_customer(contacts=(a_contact(phones=(a_phone(MARIA),)),))
        await copies.put(tx, "customers", [customer])
        await rules.add(tx, [a_rule(channel=Channel.SMS)])
    await line.text("STOP")
    keys = Keys(line.app.settings.secret_key.get_secret_value().encode())
    async with line.app.db.worker() as tx:
        await planning.plan_events(tx, keys, [an_envelope(an_event())])
    rows = await line.app.fetch("select state, reason from delivery where channel = 'sms'")
    assert [tuple(row) for row in rows] == [("skipped", Reason.OPTED_OUT)]


async def test_who_calls_back_hears_where_the_company_is_reached(line: Line) -> None:
    heard = await line.call()
    assert heard.status_code == 200
    assert "takes no calls" in heard.text
    assert (await line.call(To="+17205550999")).status_code == 404
