"""What Twilio reports back: signed by the account that sent the message, kept once, and refused in any other case."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx
import orjson
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from contracts.deliveries import Channel
from contracts.inbound import BlockChanged
from contracts.jobs import Role
from notifier_svc import planning
from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.recheck import Due
from notifier_svc.main import reseal
from notifier_svc.sealing import Seal, Unopenable
from notifier_svc.store import rules, senders
from notifier_svc.store import sending as store
from notifier_svc.store.sending import Start
from notifier_svc.tests.app import PUBLIC_URL, App
from notifier_svc.tests.factories import (
    COMPANY,
    TOKEN,
    a_company,
    a_customer,
    a_phone_account,
    a_rule,
    a_sender,
    an_event,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies

SID = "AC" + "1" * 32
CALLBACKS = Callbacks(PUBLIC_URL)


@dataclass(frozen=True)
class OnItsWay:
    """A text or call that Twilio has in hand."""

    app: App
    due: Due

    @property
    def month(self) -> date:
        return self.due.occurred_month

    @property
    def id(self) -> UUID:
        return self.due.id

    @property
    def n(self) -> int:
        return self.due.fence

    @property
    def status_url(self) -> str:
        return CALLBACKS.status(self.month, self.id, self.n)

    @property
    def key_url(self) -> str:
        return CALLBACKS.key(self.month, self.id, self.n)

    async def post(self, url: str, token: str = TOKEN, signed: str | None = None, **form: str) -> httpx.Response:
        """As Twilio does: signed over the URL it was given."""
        form = {"AccountSid": SID} | form
        signature = RequestValidator(token).compute_signature(signed or url, form)
        headers = {"X-Twilio-Signature": signature}
        return await self.app.client.post(url.removeprefix(PUBLIC_URL), data=form, headers=headers)

    async def receipts(self) -> list[tuple[Any, ...]]:
        rows = await self.app.fetch("select status, error_code, provider_id from receipt order by received_at, status")
        return [tuple(row) for row in rows]


async def on_its_way(app: App, channel: Channel, locale: str | None = None) -> OnItsWay:
    """Planned, claimed and begun in one transaction: the app's own sender never sees it."""
    sealed = app.settings.seal.seal(COMPANY, TOKEN)
    body = zlib.compress(orjson.dumps({"locale": locale, "subject": None, "html": None, "text": "Sam is on the way."}))
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await copies.put(tx, "customers", [a_customer()])
        await rules.add(tx, [a_rule(channel=channel)])
        await senders.put(tx, a_sender(phone=a_phone_account(sealed_token=sealed)), 1)
        await planning.plan_events(tx, keys_of(app), [an_envelope(an_event())])
        await tx.execute("update queue set due_at = now()")  # the transaction began before it was planned
        [due] = (await store.claim_phone(tx, {COMPANY: 10}, timedelta(minutes=5))).dues
        assert await store.begin(tx, [Start(due, 1, body)], timedelta()) == {due.id}
    return OnItsWay(app, due)


def keys_of(app: App) -> Keys:
    return Keys(app.settings.secret_key.get_secret_value().encode())


@pytest.fixture
async def text(app: App) -> OnItsWay:
    return await on_its_way(app, Channel.SMS)


@pytest.fixture
async def call(app: App) -> OnItsWay:
    return await on_its_way(app, Channel.VOICE)


@pytest.mark.survives(42, 56)
async def test_a_status_is_kept_once_however_often_and_in_whatever_order_it_comes(text: OnItsWay) -> None:
    for status in ("delivered", "sent", "delivered"):  # ; it may come before T3 (the outcome) is written
        answer = await text.post(text.status_url, MessageSid="SM1", MessageStatus=status)
        assert answer.status_code == 204
    assert await text.receipts() == [("delivered", None, "SM1"), ("sent", None, "SM1")]


@pytest.mark.survives(41)
async def test_an_error_code_is_shown_with_the_delivery_in_plain_words(text: OnItsWay) -> None:
    await text.post(text.status_url, MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30006")
    headers = text.app.issuer.headers(Role.DISPATCHER, COMPANY)
    shown = (await text.app.client.get(f"/v1/deliveries/{text.id}", headers=headers)).json()
    [receipt] = shown["receipts"]
    assert (receipt["attempt"], receipt["status"], receipt["error_code"]) == (1, "undelivered", "30006")
    assert receipt["explanation"] == "This number takes no texts: it is a landline."


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "another token"},
        {"signed": "https://elsewhere.example/v1/twilio"},
        {"AccountSid": "AC" + "9" * 32},
    ],
)
@pytest.mark.survives(55)
async def test_what_the_account_did_not_sign_for_this_url_is_refused_and_not_kept(
    text: OnItsWay, wrong: dict[str, str]
) -> None:
    answer = await text.post(text.status_url, **{"MessageSid": "SM1", "MessageStatus": "delivered"} | wrong)
    assert (answer.status_code, answer.json()["title"]) == (
        403,
        "The request is not signed by the company's account at Twilio.",
    )
    assert await text.receipts() == []


@pytest.mark.survives(55)
async def test_without_a_signature_nothing_is_read(text: OnItsWay) -> None:
    answer = await text.app.client.post(text.status_url.removeprefix(PUBLIC_URL), data={"AccountSid": SID})
    assert answer.status_code == 403


@pytest.mark.survives(68)
async def test_a_try_that_never_was_is_refused_like_an_unsigned_one(text: OnItsWay) -> None:
    for url in (CALLBACKS.status(text.month, uuid4(), 1), CALLBACKS.status(text.month, text.id, 2)):
        assert (await text.post(url, MessageSid="SM1", MessageStatus="delivered")).status_code == 403
    assert await text.receipts() == []


async def test_another_message_of_the_account_says_nothing_about_this_one(text: OnItsWay) -> None:
    await text.app.fetch("update attempt set provider_id = 'SM1'")
    answer = await text.post(text.status_url, MessageSid="SM2", MessageStatus="delivered")
    assert answer.status_code == 403
    assert await text.receipts() == []


@pytest.mark.parametrize("path", ["2026-13", "202611", "x"])
async def test_a_url_that_is_none_of_ours_is_refused(text: OnItsWay, path: str) -> None:
    answer = await text.app.client.post(f"/v1/twilio/{path}/{text.id}/1/status")
    assert answer.status_code == 422


async def test_pressing_1_says_it_again_and_pressing_nothing_known_offers_the_keys(call: OnItsWay) -> None:
    for key in ("1", "5", ""):
        answer = await call.post(call.key_url, CallSid="CA1", CallStatus="in-progress", Digits=key)
        assert answer.headers["content-type"] == "application/xml"
        gather = ET.fromstring(answer.text)[0]  # noqa: S314 (our own document)
        assert gather.get("action") == call.key_url
        assert next(gather.iter("Say")).text == "Sam is on the way."
    assert await call.app.fetch("select from block") == []


@pytest.mark.parametrize(("kept", "spoken"), [("es-US", "es-US"), (None, "en-US")])
async def test_a_call_goes_on_in_the_language_it_began_in(app: App, kept: str | None, spoken: str) -> None:
    call = await on_its_way(app, Channel.VOICE, kept)
    for key in ("1", "9"):
        answer = await call.post(call.key_url, CallSid="CA1", CallStatus="in-progress", Digits=key)
        says = ET.fromstring(answer.text).iter("Say")  # noqa: S314 (our own document)
        assert {say.get("language") for say in says} == {spoken}


async def test_pressing_9_opts_out_of_calls_at_once_and_of_nothing_else(call: OnItsWay) -> None:  # D12
    for _ in range(2):
        answer = await call.post(call.key_url, CallSid="CA1", CallStatus="in-progress", Digits="9")
        assert "You will get no more calls from Northside. If that was a mistake, press 3." in answer.text
    [block] = await call.app.fetch("select company_id, channel, address_hash, scope, cause from block")
    place = keys_of(call.app).address(COMPANY, Channel.VOICE, "+13035550142")
    assert tuple(block) == (COMPANY, "voice", place, "everything", "opted_out")
    async with call.app.db.worker() as tx:
        await planning.plan_events(tx, keys_of(call.app), [an_envelope(an_event())])
    reasons = await call.app.fetch("select reason from delivery order by planned_at desc limit 1")
    assert [row["reason"] for row in reasons] == ["calls_opted_out"]


async def test_who_pressed_9_by_mistake_takes_it_back_in_the_same_call(call: OnItsWay) -> None:  # G14
    for key, words in (("3", "Sam is on the way."), ("9", "press 3"), ("3", "You have not opted out of calls")):
        answer = await call.post(call.key_url, CallSid="CA1", CallStatus="in-progress", Digits=key)
        assert words in answer.text
    assert await call.app.fetch("select from block") == []
    told = await call.app.fetch("select body from outbox where topic = 'inbound.v1' order by id")
    assert [BlockChanged.model_validate_json(row["body"]).lifted for row in told] == [False, True]


@pytest.mark.survives(55)
async def test_a_key_nobody_signed_for_opts_nobody_out(call: OnItsWay) -> None:
    answer = await call.post(call.key_url, token="another token", CallSid="CA1", Digits="9")
    assert answer.status_code == 403
    assert await call.app.fetch("select from block") == []


async def test_credentials_are_sealed_anew_with_the_first_key(text: OnItsWay) -> None:
    old, new = text.app.settings.sender_keys.get_secret_value(), Fernet.generate_key().decode()
    settings = text.app.settings.model_copy(update={"sender_keys": SecretStr(f"{new}, {old}")})
    assert await reseal(text.app.db, settings) == "credentials sealed anew: 1"
    [row] = await text.app.fetch("select auth_token from sender")
    assert Seal([new]).open(COMPANY, row["auth_token"]) == TOKEN
    with pytest.raises(Unopenable):
        Seal([old]).open(COMPANY, row["auth_token"])


def test_what_was_sealed_for_one_company_opens_for_no_other() -> None:
    seal = Seal([Fernet.generate_key().decode()])
    with pytest.raises(Unopenable, match="another company"):
        seal.open(uuid4(), seal.seal(COMPANY, TOKEN))


async def test_who_is_slow_to_say_something_keeps_nobody_from_the_database(app: App) -> None:
    done, size = asyncio.Event(), app.settings.database_pool_size
    begun = asyncio.Semaphore(0)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"MessageStatus="
        begun.release()
        await done.wait()
        yield b"sent"

    url, form = f"/v1/twilio/2026-11/{uuid4()}/1/status", {"content-type": "application/x-www-form-urlencoded"}
    async with asyncio.TaskGroup() as strangers:
        for _ in range(size):
            strangers.create_task(app.client.post(url, content=slowly(), headers=form))
        for _ in range(size):
            await begun.acquire()
        answers = [await app.client.post(url, data={"AccountSid": SID}) for _ in range(3)]
        done.set()
    assert [answer.status_code for answer in answers] == [403] * 3
