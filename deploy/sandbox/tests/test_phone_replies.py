"""What a person answers, the pages to do it on, and what outlives a restart."""

import html
from pathlib import Path
from uuid import uuid4

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from deploy.local.ports import free_ports
from deploy.sandbox.tests.conftest import Sandbox, StartSandbox, environment
from deploy.sandbox.tests.phones import BRIGHTWAY, MARIA, NORTHSIDE, TOKENS, Line, a_line, until
from deploy.sandbox.tests.receiver import Receiver
from deploy.sandbox.tests.test_truth_log import run_sandbox


@pytest.fixture
def inbound() -> str:
    return f"/inbound/{uuid4()}"


@pytest.fixture
def line(start_sandbox: StartSandbox, tmp_path: Path, receiver: Receiver, inbound: str) -> Line:
    return a_line(start_sandbox, tmp_path / "state", receiver, inbound_url=receiver.base + inbound)


def test_an_answer_is_posted_signed_to_the_companys_inbound_url(line: Line, receiver: Receiver, inbound: str) -> None:
    text = line.write("Yes please")
    [posted] = receiver.posted(inbound)

    assert (posted.form["From"], posted.form["To"], posted.form["Body"]) == (MARIA, line.number(), "Yes please")
    assert (posted.form["MessageSid"], posted.form["SmsStatus"]) == (text["sid"], "received")
    assert "OptOutType" not in posted.form
    assert RequestValidator(TOKENS[NORTHSIDE]).validate(receiver.base + inbound, posted.form, posted.signature)
    assert text["notice"].endswith("answered 204 No Content.")


@pytest.mark.parametrize(
    ("bodies", "kind", "answers"),
    [
        (["STOP", " unsubscribe "], "STOP", 1),
        (["Yes", "start"], "START", 0),
        (["stop", "Unstop", "START"], "START", 2),
        (["Help"], "HELP", 1),
    ],
)
def test_where_twilio_keeps_the_list_it_names_keywords_and_answers_what_changes_it(
    line: Line, receiver: Receiver, inbound: str, bodies: list[str], kind: str, answers: int
) -> None:
    # G5, fault 60
    for body in bodies:
        line.write(body)

    assert receiver.posted(inbound)[-1].form["OptOutType"] == kind
    assert len(line.texts(phone=MARIA, direction="outbound-reply")) == answers


async def test_stop_refuses_texts_of_that_company_to_that_phone_until_start(line: Line) -> None:
    # D12, fault 40
    client = line.client()
    line.write("Stop")
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=MARIA, from_=line.number(), body="Hi")

    assert refused.value.code == 21610
    await client.messages.create_async(to="+13035550124", from_=line.number(), body="Hi")
    await line.client(BRIGHTWAY).messages.create_async(to=MARIA, from_=line.number(BRIGHTWAY), body="Hi")
    line.write("START")
    await client.messages.create_async(to=MARIA, from_=line.number(), body="Hi")


async def test_where_we_keep_the_list_twilio_only_passes_stop_on(
    start_sandbox: StartSandbox, tmp_path: Path, receiver: Receiver, inbound: str
) -> None:
    url = receiver.base + inbound
    line = a_line(start_sandbox, tmp_path / "state", receiver, stop_by_twilio=False, inbound_url=url)
    line.write("STOP")

    assert "OptOutType" not in receiver.posted(inbound)[0].form
    await line.client().messages.create_async(to=MARIA, from_=line.number(), body="Hi")


def test_without_an_inbound_url_nothing_is_posted_and_the_page_says_so(sandbox: Sandbox) -> None:
    answer = {"phone": MARIA, "to": "+17205550100", "body": "Hello?"}
    sandbox.http.post("/api/phone/texts", json=answer).raise_for_status()

    page = sandbox.http.get(f"/phone/{MARIA}").text
    assert "Not passed on: no inbound URL is set." in page
    assert "has no inbound URL" in page


def test_an_inbound_url_that_does_not_answer_is_named(line: Line, receiver: Receiver, inbound: str) -> None:
    receiver.answer(inbound, (500, ""))

    assert line.write("YES")["notice"].endswith("answered 500 Internal Server Error.")


def test_a_text_to_a_number_no_company_owns_is_404_and_leaves_nothing(line: Line) -> None:
    # fault 68
    answer = {"phone": MARIA, "to": "+13035550100", "body": "Hi"}

    assert line.sandbox.http.post("/api/phone/texts", json=answer).status_code == 404
    assert line.sandbox.http.post(f"/phone/{MARIA}/texts", data={"to": "+13035550100", "body": "x"}).status_code == 404
    assert line.texts() == []


async def test_a_thread_is_read_and_answered_on_the_page_of_the_phone(line: Line) -> None:
    hostile = '<script>alert(1)</script>"&'
    sent = await line.client().messages.create_async(to=MARIA, from_=line.number(), body=hostile)
    until(lambda: line.text(sent.sid)["status"] == "delivered")
    form = {"to": line.number(), "body": "On my way <b>"}
    page = line.sandbox.http.post(f"/phone/{MARIA}/texts", data=form, follow_redirects=True)

    assert "<script" not in page.text
    assert hostile in html.unescape(page.text)
    assert "On my way &lt;b&gt;" in page.text
    assert "delivered" in page.text
    assert "script-src" not in page.headers["content-security-policy"]


async def test_the_list_shows_each_phone_once_with_what_came_last(line: Line) -> None:
    await line.client().messages.create_async(to=MARIA, from_=line.number(), body="First")
    await line.client().messages.create_async(to=MARIA, from_=line.number(), body="Second")
    line.write("Third", phone="+13035550124")
    page = line.sandbox.http.get("/phone").text

    assert page.index("+13035550124") < page.index(MARIA)
    assert "Second" in page
    assert "First" not in page
    assert line.sandbox.http.get("/phone", params={"number": "+1 303 555 0199"}).headers["location"] == (
        "/phone/+13035550199"
    )
    assert "is not a whole number" in line.sandbox.http.get("/phone", params={"number": "Maria"}).text
    assert line.sandbox.http.get("/phone/Maria").status_code == 404
    assert "No text or call" not in page
    assert "Texts end undelivered, error 30006" in page
    assert "The POST is never answered, though it was taken" in page


async def test_texts_calls_and_opt_outs_outlive_kill_9_and_go_on(
    start_sandbox: StartSandbox, tmp_path: Path, receiver: Receiver
) -> None:
    first = a_line(start_sandbox, tmp_path / "state", receiver)
    client = first.client()
    twiml = "<Response><Gather numDigits='1'/></Response>"
    call = await client.calls.create_async(to=MARIA, from_=first.number(), twiml=twiml)
    until(lambda: first.waits(call.sid))
    first.write("STOP", phone="+13035550124")
    text = await client.messages.create_async(to=MARIA, from_=first.number(), body="Hi")
    first.sandbox.process.kill()

    again = a_line(start_sandbox, tmp_path / "state", receiver)

    until(lambda: again.text(text.sid)["status"] == "delivered")
    until(lambda: again.call(call.sid)["status"] == "completed")
    with pytest.raises(TwilioRestException, match="unsubscribed recipient"):
        await again.client().messages.create_async(to="+13035550124", from_=again.number(), body="Hi")


async def test_no_number_text_or_token_is_logged(line: Line) -> None:
    # fault 63
    await line.client().messages.create_async(to=MARIA, from_=line.number(), body="the secret word")
    line.write("YES")
    line.sandbox.stop()

    assert line.sandbox.output.read_text() == ""
    log = (line.sandbox.state / "phone.jsonl").read_text()
    assert "the secret word" in log
    assert not any(token in log for token in TOKENS.values())


def test_an_unknown_company_in_the_settings_stops_the_start(tmp_path: Path) -> None:
    settings = environment(tmp_path / "state", *free_ports(2)) | {
        "SANDBOX_PHONES": '{"northside": {"token": "s3cret"}}'
    }
    outcome = run_sandbox(settings)

    assert outcome.returncode == 1
    assert "SANDBOX_PHONES knows northside-plumbing, brightway-cleaning; not northside." in outcome.stderr
    assert "s3cret" not in outcome.stderr
