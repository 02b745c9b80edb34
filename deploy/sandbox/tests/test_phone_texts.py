"""Texts through the official SDK: taken, refused, delivered or not, called back."""

import asyncio
import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from deploy.sandbox.tests.conftest import StartSandbox, starter
from deploy.sandbox.tests.phones import BRIGHTWAY, MARIA, NORTHSIDE, TOKENS, Line, a_line, until
from deploy.sandbox.tests.receiver import Posted, Receiver


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("phone")
    with starter(folder) as start:
        yield a_line(start, folder / "state", receiver)


@pytest.fixture
def callback() -> str:
    return f"/callbacks/{uuid4()}"


async def test_a_text_is_taken_and_shown_as_twilio_shows_it(line: Line) -> None:
    client = line.client()
    taken = await client.messages.create_async(to=MARIA, from_=line.number(), body="Sam is on the way. 🚐")

    assert taken.sid.startswith("SM")
    assert (taken.status, taken.num_segments, taken.error_code) == ("queued", "1", None)
    assert (taken.to, taken.from_, taken.direction) == (MARIA, line.number(), "outbound-api")
    assert abs(taken.date_created - datetime.now(UTC)) < timedelta(minutes=1)
    assert taken.uri == f"/2010-04-01/Accounts/{taken.account_sid}/Messages/{taken.sid}.json"
    until(lambda: line.text(taken.sid)["status"] == "delivered")
    fetched = await client.messages(taken.sid).fetch_async()
    assert fetched.status == "delivered"
    assert fetched.date_sent is not None


async def test_a_messaging_service_accepts_first_and_chooses_the_sender_later(line: Line) -> None:
    client = line.client()
    service = line.accounts[NORTHSIDE]["service_sid"]
    taken = await client.messages.create_async(to=MARIA, messaging_service_sid=service, body="Hi")

    assert (taken.status, taken.from_, taken.num_segments) == ("accepted", None, "0")
    until(lambda: line.text(taken.sid)["status"] == "delivered")
    fetched = await client.messages(taken.sid).fetch_async()
    assert (fetched.from_, fetched.num_segments, fetched.messaging_service_sid) == (line.number(), "1", service)


async def test_every_status_is_called_back_signed_over_the_exact_url(
    line: Line, receiver: Receiver, callback: str
) -> None:
    # fault 55
    url = f"{receiver.base}{callback}?delivery=7c1&attempt=2"
    taken = await line.client().messages.create_async(
        to=MARIA, from_=line.number(), body="ü & = +", status_callback=url
    )
    posted = receiver.wait_for(3, callback)

    assert statuses(posted) == ["queued", "sent", "delivered"]
    assert {posted.form["MessageSid"] for posted in posted} == {taken.sid}
    validator = RequestValidator(TOKENS[NORTHSIDE])
    assert all(validator.validate(url, post.form, post.signature) for post in posted)
    assert not validator.validate(url + "1", posted[0].form, posted[0].signature)
    assert not RequestValidator(TOKENS[BRIGHTWAY]).validate(url, posted[0].form, posted[0].signature)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("+15005553001", "failed", "30001"),
        ("+15005553003", "undelivered", "30003"),
        ("+15005553005", "undelivered", "30005"),
        ("+15005553006", "undelivered", "30006"),
        ("+15005553007", "undelivered", "30007"),
        ("+15005553034", "undelivered", "30034"),
    ],
)
async def test_a_magic_number_ends_badly_with_its_code(
    line: Line, receiver: Receiver, callback: str, number: str, status: str, code: str
) -> None:
    # fault 41
    url = receiver.base + callback
    await line.client().messages.create_async(to=number, from_=line.number(), body="Hi", status_callback=url)
    last = receiver.wait_for(2 if status == "failed" else 3, callback)[-1]

    assert (last.form["MessageStatus"], last.form["ErrorCode"]) == (status, code)


async def test_callbacks_come_twice_or_backwards_where_the_number_says_so(
    line: Line, receiver: Receiver, callback: str
) -> None:
    # fault 42
    for number in ("+15005550102", "+15005550103"):
        url = f"{receiver.base}{callback}/{number[1:]}"
        await line.client().messages.create_async(to=number, from_=line.number(), body="Hi", status_callback=url)

    twice = receiver.wait_for(6, f"{callback}/15005550102")
    assert statuses(twice) == ["queued", "queued", "sent", "sent", "delivered", "delivered"]
    backwards = receiver.wait_for(3, f"{callback}/15005550103")
    assert statuses(backwards) == ["delivered", "sent", "queued"]


async def test_callbacks_can_come_before_the_answer(line: Line, receiver: Receiver, callback: str) -> None:
    # fault 42: before T3
    url = receiver.base + callback
    await line.client().messages.create_async(to="+15005550101", from_=line.number(), body="Hi", status_callback=url)

    assert statuses(receiver.posted(callback)) == ["queued", "sent", "delivered"]


async def test_a_callback_is_repeated_until_taken_and_a_4xx_is_an_answer(
    line: Line, receiver: Receiver, callback: str
) -> None:
    receiver.answer(callback, (503, ""), (500, ""), (403, ""), (204, ""))
    url = receiver.base + callback
    taken = await line.client().messages.create_async(to=MARIA, from_=line.number(), body="Hi", status_callback=url)

    assert statuses(receiver.wait_for(5, callback)) == ["queued", "queued", "queued", "sent", "delivered"]
    assert "“queued” was not taken: answered 403" in line.text(taken.sid)["notice"]


@pytest.mark.parametrize(
    ("over", "status", "code"),
    [
        ({"to": ""}, 400, 21604),
        ({"to": "3035550123"}, 400, 21211),
        ({"to": "+15005550001"}, 400, 21211),
        ({"body": " "}, 400, 21602),
        ({"body": "x" * 1601}, 400, 21617),
        ({"from_": "Northside"}, 400, 21212),
        ({"from_": "+12125550100"}, 400, 21606),  # the other company's
        ({"from_": ""}, 400, 21603),
        ({"messaging_service_sid": "MG123"}, 400, 21701),
        ({"to": "+15005550004"}, 400, 21610),  # fault 40
        ({"to": "+15005550009"}, 400, 21614),
        ({"to": "+15005550429"}, 429, 20429),  # fault 37
        ({"to": "+15005550500"}, 500, 20500),  # fault 38
    ],
)
async def test_a_refusal_has_twilios_code_and_leaves_nothing(
    line: Line, over: dict[str, str], status: int, code: int
) -> None:
    before = count(line)
    request = {"to": MARIA, "from_": line.number(), "body": "Hi"} | over
    with pytest.raises(TwilioRestException) as refused:
        await line.client().messages.create_async(**request)

    assert (refused.value.status, refused.value.code) == (status, code)
    assert count(line) == before


async def test_a_503_may_hide_a_text_that_was_taken(line: Line) -> None:
    # fault 38
    with pytest.raises(TwilioRestException) as refused:
        await line.client().messages.create_async(to="+15005550503", from_=line.number(), body="Hi")

    assert refused.value.status == 503
    assert len(line.texts(to="+15005550503")) == 1


async def test_an_answer_that_never_comes_hides_a_text_that_was_taken(line: Line) -> None:
    # fault 39
    with pytest.raises(httpx.ReadTimeout):
        await line.client(timeout=0.5).messages.create_async(to="+15005550408", from_=line.number(), body="Hi")

    assert len(line.texts(to="+15005550408")) == 1


@pytest.mark.parametrize("header", [None, "Basic !", "Basic " + base64.b64encode(b"AC1:x").decode(), "Bearer x"])
def test_only_the_accounts_own_credentials_open_it(line: Line, header: str | None) -> None:
    path = f"/2010-04-01/Accounts/{line.accounts[NORTHSIDE]['sid']}/Messages.json"
    answer = line.sandbox.http.post(path, headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.json() == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


async def test_a_company_sees_no_text_of_the_other(line: Line) -> None:
    # fault 51
    taken = await line.client().messages.create_async(to=MARIA, from_=line.number(), body="Hi")
    stranger = line.client(BRIGHTWAY)

    with pytest.raises(TwilioRestException) as refused:
        await stranger.messages(taken.sid).fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)
    assert taken.sid not in [text.sid for text in await stranger.messages.list_async()]


async def test_the_list_is_filtered_and_walked_page_by_page(line: Line) -> None:
    client, phone, today = line.client(), "+13035550177", datetime.now(UTC)
    sids = [(await client.messages.create_async(to=phone, from_=line.number(), body=str(n))).sid for n in range(5)]

    assert [text.sid for text in await client.messages.list_async(to=phone, page_size=2)] == sids[::-1]
    assert len(await client.messages.list_async(to=phone, date_sent=today)) == 5
    assert len(await client.messages.list_async(to=phone, date_sent_after=today - timedelta(minutes=1))) == 5
    assert await client.messages.list_async(to=phone, date_sent_before=today - timedelta(days=1)) == []
    assert await client.messages.list_async(to=phone, from_="+13035550188") == []
    assert line.sandbox.http.get("/api/phone/texts/count", params={"to": phone}).json() == {"count": 5}
    assert [text["sid"] for text in line.texts(phone=phone, limit="2")] == sids[:2:-1]


@pytest.mark.parametrize("query", [{"PageSize": "many"}, {"DateSent": "yesterday"}])
def test_a_list_that_is_asked_for_wrongly_says_so(line: Line, query: dict[str, str]) -> None:
    sid = line.accounts[NORTHSIDE]["sid"]
    path = f"/2010-04-01/Accounts/{sid}/Messages.json"
    answer = line.sandbox.http.get(path, params=query, auth=(sid, TOKENS[NORTHSIDE]))

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


async def test_a_burst_over_the_numbers_rate_is_429_and_the_other_number_is_free(
    start_sandbox: StartSandbox, tmp_path: Path, receiver: Receiver
) -> None:
    # faults 37, 67
    line = a_line(start_sandbox, tmp_path / "state", receiver, messages_per_second=3)
    client = line.client()
    burst = (client.messages.create_async(to=MARIA, from_=line.number(), body=str(n)) for n in range(12))
    answers = await asyncio.gather(*burst, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, TwilioRestException)]

    assert {(answer.status, answer.code) for answer in refused} == {(429, 20429)}
    assert len(refused) >= 6
    assert count(line) == 12 - len(refused)
    await line.client(BRIGHTWAY).messages.create_async(to=MARIA, from_=line.number(BRIGHTWAY), body="Hi")


def statuses(posted: list[Posted]) -> list[str]:
    return [post.form["MessageStatus"] for post in posted]


def count(line: Line) -> int:
    return int(line.sandbox.http.get("/api/phone/texts/count").json()["count"])
