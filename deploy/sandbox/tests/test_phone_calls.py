"""Calls through the official SDK: rung, played from TwiML, keys pressed, over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

from deploy.sandbox.tests.conftest import StartSandbox, starter
from deploy.sandbox.tests.phones import BRIGHTWAY, MARIA, NORTHSIDE, TOKENS, Line, a_line, until
from deploy.sandbox.tests.receiver import Receiver

ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("phone")
    with starter(folder) as start:
        yield a_line(start, folder / "state", receiver)


@pytest.fixture
def path() -> str:
    return f"/voice/{uuid4()}"


async def test_a_call_is_rung_answered_spoken_and_called_back_signed(line: Line, receiver: Receiver, path: str) -> None:
    url = receiver.base + path
    taken = await call(
        line, twiml="<Response><Say>Sam is\n on the way.</Say><Pause length='2'/></Response>", status_callback=url,
        status_callback_event=ALL_EVENTS,
    )  # fmt: skip
    posted = receiver.wait_for(4, path)

    assert (taken.sid[:2], taken.status, taken.direction, taken.duration) == ("CA", "queued", "outbound-api", None)
    assert [post.form["CallStatus"] for post in posted] == ["initiated", "ringing", "in-progress", "completed"]
    assert [post.form["SequenceNumber"] for post in posted] == ["0", "1", "2", "3"]
    validator = RequestValidator(TOKENS[NORTHSIDE])
    assert all(validator.validate(url, post.form, post.signature) for post in posted)
    assert heard(line, taken.sid) == [("said", "Sam is on the way."), ("paused", "2 s")]
    fetched = await line.client().calls(taken.sid).fetch_async()
    assert (fetched.status, fetched.duration) == ("completed", "0")
    assert fetched.start_time is not None


async def test_only_the_end_is_called_back_unless_asked_for_more(line: Line, receiver: Receiver, path: str) -> None:
    await call(line, twiml="<Response/>", status_callback=receiver.base + path)

    [posted] = receiver.wait_for(1, path)
    assert posted.form["CallStatus"] == "completed"


async def test_a_key_drives_the_fetched_twiml_to_its_action(line: Line, receiver: Receiver, path: str) -> None:
    menu = VoiceResponse()
    menu.append(gather_of(action="keys?attempt=1", num_digits=1))
    menu.say("Goodbye.")
    bye = VoiceResponse()
    bye.say("No more calls.")
    bye.hangup()
    bye.say("never heard")
    receiver.answer(f"{path}/start", (200, str(menu)))
    receiver.answer(f"{path}/keys", (200, str(menu)), (200, str(bye)))
    taken = await call(line, url=f"{receiver.base}{path}/start")
    until(lambda: line.waits(taken.sid))

    again = line.sandbox.http.post(f"/api/phone/calls/{taken.sid}/keys", json={"keys": "1"}).json()
    assert again["status"] == "in-progress"
    assert line.waits(taken.sid)
    page = line.sandbox.http.post(f"/phone/calls/{taken.sid}/keys", data={"key": "9"}, follow_redirects=True).text
    assert "No more calls." in page

    until(lambda: line.call(taken.sid)["status"] == "completed")
    first, *pressed = receiver.posted(path)
    assert (first.form["CallStatus"], first.form["To"], "Digits" in first.form) == ("in-progress", MARIA, False)
    assert [post.form["Digits"] for post in pressed] == ["1", "9"]
    validator = RequestValidator(TOKENS[NORTHSIDE])
    assert all(validator.validate(post.url, post.form, post.signature) for post in pressed)
    assert heard(line, taken.sid)[-3:] == [
        ("pressed", "9"),
        ("fetched", f"{receiver.base}{path}/keys?attempt=1"),
        ("said", "No more calls."),
    ]


async def test_no_key_within_the_time_goes_on_with_what_follows(
    start_sandbox: StartSandbox, tmp_path: Path, receiver: Receiver, path: str
) -> None:
    line = a_line(start_sandbox, tmp_path / "state", receiver, key_seconds=0.01)
    receiver.answer(path, (200, "<Response><Say>Redirected.</Say></Response>"))
    twiml = f"<Response><Gather timeout='0'/><Redirect>{receiver.base}{path}</Redirect></Response>"
    taken = await call(line, twiml=twiml)
    until(lambda: line.call(taken.sid)["status"] == "completed")

    fetched = ("fetched", receiver.base + path)
    assert heard(line, taken.sid) == [("silence", "no key"), fetched, ("said", "Redirected.")]


async def test_hanging_up_ends_the_call_and_keys_after_it_are_refused(line: Line) -> None:
    taken = await call(line, twiml="<Response><Gather numDigits='1'/><Say>never heard</Say></Response>")
    until(lambda: line.waits(taken.sid))
    answer = line.sandbox.http.post(f"/api/phone/calls/{taken.sid}/hang-up")
    assert answer.status_code == 200
    until(lambda: line.call(taken.sid)["status"] == "completed")

    assert heard(line, taken.sid) == [("pressed", "hung up")]
    late = line.sandbox.http.post(f"/api/phone/calls/{taken.sid}/keys", json={"keys": "1"})
    assert late.status_code == 409
    page = line.sandbox.http.post(f"/phone/calls/{taken.sid}/keys", data={"key": "1"}, follow_redirects=True)
    assert "Too late" in page.text
    assert line.sandbox.http.post("/api/phone/calls/CA1/keys", json={"keys": "1"}).status_code == 404


async def test_several_keys_end_with_the_finish_key_and_get_is_signed_too(
    line: Line, receiver: Receiver, path: str
) -> None:
    receiver.answer(path, (200, "<Response><Say loop='2'>Thanks.</Say></Response>"))
    action = f"{receiver.base}{path}"
    taken = await call(line, twiml=f"<Response><Gather method='GET' action='{action}'/></Response>")
    until(lambda: line.waits(taken.sid))
    line.sandbox.http.post(f"/api/phone/calls/{taken.sid}/keys", json={"keys": "12"})
    line.sandbox.http.post(f"/api/phone/calls/{taken.sid}/keys", json={"keys": "3#"})

    [posted] = receiver.wait_for(1, path)
    assert posted.method == "GET"
    assert "Digits=123" in posted.url
    assert RequestValidator(TOKENS[NORTHSIDE]).validate(posted.url, {}, posted.signature)
    until(lambda: heard(line, taken.sid)[-2:] == [("said", "Thanks.")] * 2)


@pytest.mark.parametrize(
    ("twiml", "words"),
    [
        ("<Response><Say>", "not XML"),
        ("<Answer/>", "begins with <Answer>"),
        ("<Response><Play>x.mp3</Play></Response>", "does not play <Play>"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", "no DOCTYPE"),
        ("<Response><Redirect>/relative</Redirect></Response>", "no answer (UnsupportedProtocol)"),
        ("<Response><Pause length='long'/></Response>", "length of <Pause> is not a number"),
    ],
)
async def test_twiml_that_cannot_be_played_breaks_the_call_off_and_says_why(line: Line, twiml: str, words: str) -> None:
    taken = await call(line, twiml=twiml)
    until(lambda: line.call(taken.sid)["status"] == "completed")

    [(what, why)] = heard(line, taken.sid)
    assert what == "broken"
    assert words in why
    assert "The call broke off" in line.sandbox.http.get(f"/phone/calls/{taken.sid}").text


async def test_twiml_that_goes_in_circles_is_broken_off(line: Line, receiver: Receiver, path: str) -> None:
    receiver.answer(path, (200, "<Response><Redirect/></Response>"))
    taken = await call(line, url=receiver.base + path)
    until(lambda: line.call(taken.sid)["status"] == "completed")

    assert "goes in circles" in heard(line, taken.sid)[-1][1]


@pytest.mark.parametrize(
    ("number", "status"), [("+15005550404", "failed"), ("+15005550480", "no-answer"), ("+15005550486", "busy")]
)
async def test_a_magic_number_is_not_reached(
    line: Line, receiver: Receiver, path: str, number: str, status: str
) -> None:
    taken = await call(line, to=number, twiml="<Response/>", status_callback=receiver.base + path)
    [posted] = receiver.wait_for(1, path)

    assert (posted.form["CallStatus"], posted.form["CallDuration"]) == (status, "0")
    assert heard(line, taken.sid) == []


async def test_the_list_is_filtered_and_walked_page_by_page(line: Line) -> None:
    client, number, now = line.client(), "+13035550178", datetime.now(UTC)
    sids = [(await call(line, to=number, twiml="<Response/>")).sid for _ in range(5)]
    until(lambda: all(line.call(sid)["status"] == "completed" for sid in sids))
    unanswered = (await call(line, to="+15005550486", twiml="<Response/>")).sid

    assert [each.sid for each in await client.calls.list_async(to=number, page_size=2)] == sids[::-1]
    assert len(await client.calls.list_async(to=number, start_time=now)) == 5
    assert len(await client.calls.list_async(to=number, start_time_after=now - timedelta(minutes=1))) == 5
    assert await client.calls.list_async(to=number, start_time_before=now - timedelta(days=1)) == []
    assert await client.calls.list_async(to=number, from_="+13035550188") == []
    busy = {"to": "+15005550486"}
    assert unanswered in [each.sid for each in await client.calls.list_async(**busy)]
    assert await client.calls.list_async(**busy, start_time_after=now - timedelta(minutes=1)) == []
    assert await line.client(BRIGHTWAY).calls.list_async(to=number) == []


def test_a_list_that_is_asked_for_wrongly_says_so(line: Line) -> None:
    sid = line.accounts[NORTHSIDE]["sid"]
    path = f"/2010-04-01/Accounts/{sid}/Calls.json"
    answer = line.sandbox.http.get(path, params={"StartTime>": "soon"}, auth=(sid, TOKENS[NORTHSIDE]))

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize(
    ("over", "code"),
    [({"twiml": ""}, 21205), ({"from_": "+12125550100"}, 21210), ({"to": "Maria"}, 21211), ({"to": ""}, 21604)],
)
async def test_a_call_is_refused_with_twilios_code(line: Line, over: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await call(line, **({"twiml": "<Response/>"} | over))

    assert (refused.value.status, refused.value.code) == (400, code)


async def call(line: Line, **over: Any) -> Any:
    return await line.client().calls.create_async(**({"to": MARIA, "from_": line.number()} | over))


def heard(line: Line, sid: str) -> list[tuple[str, str]]:
    return [(entry["what"], entry["words"]) for entry in line.call(sid)["heard"]]


def gather_of(**attributes: Any) -> Gather:
    gather = Gather(**attributes)
    gather.say("Press 1 to hear this again, 9 for no more calls.")
    return gather


@pytest.mark.parametrize(("number", "who"), [("+15005550487", "machine_start"), (MARIA, "human")])
async def test_who_answers_is_told_where_it_is_asked_for(
    line: Line, receiver: Receiver, path: str, number: str, who: str
) -> None:
    url = receiver.base + path
    detecting = {"machine_detection": "Enable", "async_amd": "true", "async_amd_status_callback": url}
    await call(line, to=number, twiml="<Response/>", status_callback=url, **detecting)
    posted = receiver.wait_for(2, path)
    assert [post.form.get("AnsweredBy") for post in posted] == [who, None]
    assert RequestValidator(TOKENS[NORTHSIDE]).validate(url, posted[0].form, posted[0].signature)
