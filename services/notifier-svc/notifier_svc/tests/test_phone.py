"""Texts and calls: what is handed to Twilio, and what each answer makes of a delivery."""

import asyncio
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from contracts.deliveries import Channel, Reason
from contracts.profiles import Consent
from notifier_svc.channels.twilio import Twilio
from notifier_svc.domain.model import Rule
from notifier_svc.domain.sender import Sender
from notifier_svc.store import rules, senders
from notifier_svc.tests.desk import CALLBACKS, Desk, eventually
from notifier_svc.tests.factories import (
    COMPANY,
    TOKEN,
    a_contact,
    a_customer,
    a_phone,
    a_phone_account,
    a_rule,
    a_sender,
    an_event,
)
from notifier_svc.tests.switchboard import CUT, NEVER, Answer, refuses
from servicekit import copies

PHONE = "+13035550142"
PROBLEM = (  # RFC 9457, as newer parts of the API answer
    b'{"type": "https://www.twilio.com/docs/api/errors/21610", "title": "Unsubscribed", "status": 400, "code": 21610}'
)
SENT = [("sent", None)]


async def texts(desk: Desk, count: int = 1, *, channel: Channel = Channel.SMS, company: Any = COMPANY) -> None:
    """So many people hear of a status by text or call, and by nothing else."""
    await told(desk, a_rule(channel=channel, company_id=company), count, company)


async def told(desk: Desk, rule: Rule, count: int = 1, company: Any = COMPANY) -> None:
    """So many people hear of a status as this rule says, and in no other way."""
    desk.templates.channels[rule.template_id] = rule.channel
    await desk.fetch("delete from rule where company_id = $1", company)
    async with desk.db.worker() as tx:
        await rules.add(tx, [rule])
    for n in range(count):
        number = PHONE if count == 1 else f"+1303555{n:04}"
        person = a_customer(id=uuid4(), company_id=company, contacts=(a_contact(phones=(a_phone(number),)),))
        event = an_event()
        job = event.job.model_copy(update={"id": uuid4(), "company_id": company, "customer_id": person.id})
        await desk.happens(person, event.model_copy(update={"job": job}))


async def have_sender(desk: Desk, sender: Sender) -> None:
    async with desk.db.worker() as tx:
        await senders.put(tx, sender, 1)


async def test_a_text_goes_once_from_the_companys_own_number_and_account(phone: Desk) -> None:
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == SENT
    [asked] = phone.switchboard.asked
    assert (asked.path, asked.account, asked.token) == (
        f"/2010-04-01/Accounts/AC{'1' * 32}/Messages.json",
        "AC" + "1" * 32,
        TOKEN,
    )
    assert (asked["To"], asked["From"], asked["Body"]) == (
        PHONE,
        "+17205550100",
        "Hi Maria\n.\nBye Reply STOP to opt out.",
    )
    [delivery] = await phone.fetch("select id, occurred_month from delivery")
    assert asked["StatusCallback"] == CALLBACKS.status(delivery["occurred_month"], delivery["id"], 1)
    assert 0 < int(asked["ValidityPeriod"]) <= 36_000
    [attempt] = await phone.fetch("select n, outcome, provider_id, segments from attempt")
    assert tuple(attempt) == (1, "sent", f"SM{1:032x}", 1)
    assert phone.mail.arrived == []


async def test_a_messaging_service_sends_in_place_of_the_number(desk: Desk) -> None:
    service = "MG" + "2" * 32
    await have_sender(desk, a_sender(phone=a_phone_account(messaging_service_sid=service)))
    await texts(desk)
    async with desk.sending():
        assert await desk.settled() == SENT
    [asked] = desk.switchboard.texts
    assert asked["MessagingServiceSid"] == service
    assert "From" not in asked.form


async def test_a_call_reads_the_words_and_offers_replay_and_opting_out(phone: Desk) -> None:  # D2, D12
    phone.templates.words = "Hi {name}. Sam & Ben are <on> the way."
    await texts(phone, channel=Channel.VOICE)
    async with phone.sending():
        assert await phone.settled() == SENT
    [asked] = phone.switchboard.calls
    assert (asked["To"], asked["From"]) == (PHONE, "+17205550100")
    [delivery] = await phone.fetch("select id, occurred_month from delivery")
    assert asked["StatusCallback"] == CALLBACKS.status(delivery["occurred_month"], delivery["id"], 1)
    gather, _ = ET.fromstring(asked["Twiml"])  # noqa: S314 (our own document)
    assert gather.get("action") == CALLBACKS.key(delivery["occurred_month"], delivery["id"], 1)
    said = [say.text for say in gather.iter("Say")]
    assert said[0] == "Hi Maria. Sam and Ben are <on> the way."
    assert "press 1" in str(said[1])
    assert "no more calls from Northside, press 9" in str(said[1])


async def test_a_call_is_spoken_in_the_language_of_its_words(phone: Desk) -> None:
    await texts(phone, channel=Channel.VOICE)
    [row] = await phone.fetch("select id, data from snapshot where kind = 'customers'")
    contact = a_contact(id=row["data"]["contacts"][0]["id"], phones=(a_phone(PHONE),))
    async with phone.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(id=row["id"], version=2, locale="es-US", contacts=(contact,))])
    async with phone.sending():
        assert await phone.settled() == SENT
    [item] = phone.templates.asked
    assert item.locale == "es-US"
    gather, goodbye = ET.fromstring(phone.switchboard.calls[0]["Twiml"])  # noqa: S314 (our own document)
    assert {say.get("language") for say in gather.iter("Say")} == {"es-US"}
    assert goodbye.text == "Adiós."


async def test_a_company_without_a_phone_account_leaves_one_row_that_says_so(desk: Desk) -> None:  # S3.13
    await texts(desk)
    async with desk.sending():
        assert await desk.settled() == [("skipped", Reason.PHONE_NOT_SET_UP)]
    assert desk.switchboard.asked == []


async def test_an_account_that_went_away_after_planning_stops_the_text(phone: Desk) -> None:
    await texts(phone)
    await have_sender(phone, a_sender(phone=None))
    async with phone.sending():
        assert await phone.settled() == [("skipped", Reason.PHONE_NOT_SET_UP)]
    assert phone.switchboard.asked == []


@pytest.mark.survives(59)
async def test_consent_withdrawn_after_planning_stops_the_text(phone: Desk) -> None:  # S1.12
    await texts(phone)
    [row] = await phone.fetch("select id, data from snapshot where kind = 'customers'")
    contact = a_contact(id=row["data"]["contacts"][0]["id"], phones=(a_phone(PHONE, Consent.REVOKED),))
    async with phone.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(id=row["id"], version=2, contacts=(contact,))])
    async with phone.sending():
        assert await phone.settled() == [("skipped", Reason.NO_SMS_CONSENT)]
    assert phone.switchboard.asked == []


@pytest.mark.parametrize(
    ("answer", "state", "reason", "cause"),
    [
        (refuses(400, 21610), "failed", Reason.OPTED_OUT, "opted_out"),  # fault 40
        (refuses(400, 21614), "failed", Reason.LANDLINE, "landline"),
        (refuses(400, 21211), "failed", Reason.INVALID_ADDRESS, None),
        (refuses(400, 99999), "failed", Reason.REFUSED_BY_PROVIDER, None),
        (refuses(400, 21408), "failed", Reason.REFUSED_BY_PROVIDER, None),  # a country, not the account
        (Answer(400, PROBLEM), "failed", Reason.OPTED_OUT, "opted_out"),
        (refuses(500, 20500), "unknown", Reason.OUTCOME_UNKNOWN, None),  # fault 38
        (refuses(503, 20503), "unknown", Reason.OUTCOME_UNKNOWN, None),
        (CUT, "unknown", Reason.OUTCOME_UNKNOWN, None),
        (Answer(201, b"no JSON"), "unknown", Reason.OUTCOME_UNKNOWN, None),
        (Answer(201, b"[]"), "unknown", Reason.OUTCOME_UNKNOWN, None),
        (Answer(400, b"<html>"), "failed", Reason.REFUSED_BY_PROVIDER, None),
    ],
)
@pytest.mark.survives(38, 40)
async def test_what_an_answer_means(phone: Desk, answer: Answer, state: str, reason: Reason, cause: str | None) -> None:
    phone.switchboard.script.append(answer)
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == [(state, reason)]
    assert len(phone.switchboard.asked) == 1  # never repeated by itself
    blocks = await phone.fetch("select channel, cause from block")
    assert [tuple(block) for block in blocks] == ([("sms", cause)] if cause else [])


@pytest.mark.survives(39)
async def test_no_answer_in_time_is_unknown_and_not_asked_again(phone: Desk) -> None:
    phone.twilio_seconds = 0.05
    phone.switchboard.script.append(NEVER)
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == [("unknown", Reason.OUTCOME_UNKNOWN)]
    assert len(phone.switchboard.asked) == 1


async def test_a_blocked_phone_is_not_texted_again(phone: Desk) -> None:  # G4
    phone.switchboard.script.append(refuses(400, 21610))
    await texts(phone)
    async with phone.sending():
        await phone.settled()
    await texts(phone)
    assert sorted(await phone.log()) == [("failed", Reason.OPTED_OUT), ("skipped", Reason.OPTED_OUT)]


@pytest.mark.parametrize("refusal", [refuses(429, 20429), refuses(401, 20003), refuses(400, 21606)])
@pytest.mark.survives(37)
async def test_an_account_that_is_refused_waits_and_nothing_is_lost(phone: Desk, refusal: Answer) -> None:
    phone.switchboard.script.extend([refusal] * 3)
    await texts(phone, 6)
    async with phone.sending():
        assert await phone.settled() == SENT * 6
    assert sorted({asked["To"] for asked in phone.switchboard.asked}) == [f"+1303555{n:04}" for n in range(6)]
    outcomes = await phone.fetch("select outcome, count(*) as count from attempt group by outcome")
    assert {row["outcome"]: row["count"] for row in outcomes} == {"queued": 3, "sent": 6}


async def test_twilio_away_is_tried_until_it_is_back(phone: Desk) -> None:
    await texts(phone)
    port, phone.switchboard.port = phone.switchboard.port, await _closed_port()
    async with phone.sending():
        await eventually(lambda: log_says(phone, "Twilio can't be reached."))
        async with phone.switchboard.open():
            assert await phone.settled() == SENT
    assert port != phone.switchboard.port
    assert len(phone.switchboard.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, b'{"code": "FORBIDDEN", "message": "by the proxy"}'),
        Answer(404, b'{"type": "about:blank", "title": "Nothing", "status": 404, "code": "abc"}'),
        Answer(400, b'{"type": "about:blank", "title": "Nothing", "status": "abc"}'),
    ],
)
@pytest.mark.survives(67)
async def test_an_answer_that_is_not_twilios_ends_one_text_and_no_more(phone: Desk, answer: Answer) -> None:
    phone.switchboard.script.append(answer)
    await texts(phone, 3)
    async with phone.sending():
        states = await phone.settled()
    assert sorted(states) == [("failed", Reason.REFUSED_BY_PROVIDER), *SENT * 2]


@pytest.mark.survives(40)
async def test_a_stop_that_only_twilio_knew_is_told_with_the_phones_it_is_about(phone: Desk) -> None:  # G4
    phone.switchboard.script.append(refuses(400, 21610))
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == [("failed", Reason.OPTED_OUT)]
    told = [data for data in await phone.published() if "lifted" in data]
    [customer] = await phone.fetch("select customer_id from delivery")
    assert [(data["cause"], [ref["customer_id"] for ref in data["phones"]]) for data in told] == [
        ("opted_out", [str(customer["customer_id"])])
    ]


async def test_an_acceptance_without_an_id_is_none(phone: Desk) -> None:
    phone.switchboard.script.append(Answer(201, b"{}"))
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == [("unknown", Reason.OUTCOME_UNKNOWN)]


async def test_a_mistake_of_ours_is_one_messages_trouble(phone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    accept = Twilio.text

    async def stumble(self: Twilio, *message: Any) -> Any:
        monkeypatch.setattr(Twilio, "text", accept)
        raise KeyError("a mistake")

    monkeypatch.setattr(Twilio, "text", stumble)
    await texts(phone, 2)
    async with phone.sending():
        states = await phone.settled()
    assert sorted(states) == [*SENT, ("unknown", Reason.OUTCOME_UNKNOWN)]


@pytest.mark.parametrize("words", ["long " * 321, "🚿" * 340])
@pytest.mark.survives(48)
async def test_a_text_that_is_too_long_fails_before_the_wire(phone: Desk, words: str) -> None:
    phone.templates.words = words
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == [("failed", Reason.TOO_LONG)]
    assert phone.switchboard.asked == []


@pytest.mark.survives(48)
async def test_the_segments_of_a_text_with_an_emoji_are_counted_in_ucs2(phone: Desk) -> None:
    phone.templates.words = "🚿" + "a" * 70
    await texts(phone)
    async with phone.sending():
        assert await phone.settled() == SENT
    assert [row["segments"] for row in await phone.fetch("select segments from attempt")] == [2]


async def test_a_template_of_another_channel_is_no_text(phone: Desk) -> None:
    await texts(phone)
    phone.templates.channels.clear()
    async with phone.sending():
        assert await phone.settled() == [("failed", Reason.TEMPLATE_UNUSABLE)]


async def _closed_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def log_says(desk: Desk, detail: str) -> bool:
    return [row["detail"] for row in await desk.fetch("select detail from delivery")] == [detail]


async def is_true(value: object) -> bool:
    return bool(value)
