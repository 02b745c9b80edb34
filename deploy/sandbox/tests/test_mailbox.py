"""Mail goes in over a socket and comes out as JSON and pages."""

import html
from datetime import datetime, timedelta

import aiosmtplib
import pytest

from deploy.sandbox.tests.conftest import Sandbox
from deploy.sandbox.tests.mails import a_mail


async def test_a_mail_with_text_and_html_is_read_back_decoded(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(subject="Sam ist unterwegs 🚐"))

    [summary] = sandbox.http.get("/api/mailbox/messages").json()["messages"]
    message = sandbox.http.get(f"/api/mailbox/messages/{summary['id']}").json()

    assert message["subject"] == "Sam ist unterwegs 🚐"
    assert message["recipients"] == ["maria.lee@example.com"]
    assert message["mail_from"] == "office@northside-plumbing.example"
    assert message["message_id"] == "<delivery-1@fieldbell.dev>"
    assert message["text"].strip() == "Hi Maria, à bientôt."
    assert message["html"].strip() == "<p>Hi <b>Maria</b>, à bientôt.</p>"
    assert ["Subject", "Sam ist unterwegs 🚐"] in message["headers"]
    assert "multipart/alternative" in message["raw"]


async def test_the_source_is_the_very_bytes_that_were_sent(sandbox: Sandbox) -> None:
    sent = b"From: office@example.com\r\n\r\n.a line that starts with a dot\r\n..and another, \xc3\xbc\r\n"
    await aiosmtplib.send(
        sent, sender="office@example.com", recipients=["jo@example.com"], hostname="127.0.0.1", port=sandbox.smtp_port
    )

    source = sandbox.http.get("/api/mailbox/messages/1/raw")

    assert source.headers["content-type"] == "message/rfc822"
    assert source.content == sent


async def test_an_attachment_is_listed_and_not_shown_as_text(sandbox: Sandbox) -> None:
    mail = a_mail(html=None)
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bericht Müller.pdf")
    await sandbox.send(mail)

    message = sandbox.http.get("/api/mailbox/messages/1").json()

    assert message["attachments"] == [{"filename": "Bericht Müller.pdf", "content_type": "application/pdf", "size": 8}]
    assert message["html"] is None
    file = sandbox.http.get("/api/mailbox/messages/1/attachments/1")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/octet-stream")
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''Bericht%20M%C3%BCller.pdf"
    assert "/api/mailbox/messages/1/attachments/1" in sandbox.http.get("/mailbox/messages/1").text
    for number in (0, 2):
        assert sandbox.http.get(f"/api/mailbox/messages/1/attachments/{number}").status_code == 404


async def test_the_list_is_filtered_by_recipient_message_id_and_time(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(to="maria.lee@example.com", message_id="<one@fieldbell.dev>"))
    await sandbox.send(a_mail(to="Jo@example.com, maria.lee@example.com", message_id="<two@fieldbell.dev>"))
    second = sandbox.http.get("/api/mailbox/messages").json()["messages"][0]["received_at"]
    later = (datetime.fromisoformat(second) + timedelta(microseconds=1)).isoformat()

    assert ids(sandbox) == [2, 1]
    assert ids(sandbox, recipient="MARIA.LEE@example.com") == [2, 1]
    assert ids(sandbox, recipient="jo@example.com") == [2]
    assert ids(sandbox, recipient="o@example.com") == []
    assert ids(sandbox, message_id="<one@fieldbell.dev>") == [1]
    assert ids(sandbox, message_id="one@fieldbell.dev", recipient="jo@example.com") == []
    assert ids(sandbox, since=second) == [2]
    assert ids(sandbox, since=later) == []
    assert sandbox.http.get("/api/mailbox/count", params={"recipient": "jo@example.com"}).json() == {"count": 1}


async def test_a_cursor_walks_the_list_once_while_mail_keeps_arriving(sandbox: Sandbox) -> None:
    for _ in range(5):
        await sandbox.send(a_mail())
    first = sandbox.http.get("/api/mailbox/messages", params={"limit": 2}).json()
    await sandbox.send(a_mail())
    rest = sandbox.http.get("/api/mailbox/messages", params={"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [message["id"] for message in first["messages"] + rest["messages"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None


async def test_clearing_empties_the_view_and_not_the_truth_log(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail())
    assert sandbox.http.delete("/api/mailbox/messages").status_code == 204
    await sandbox.send(a_mail())

    assert ids(sandbox) == [2]
    assert sandbox.http.get("/api/mailbox/messages/1").status_code == 404
    assert len((sandbox.state / "mailbox.jsonl").read_bytes().splitlines()) == 2
    sandbox.http.post("/mailbox/restore")
    assert ids(sandbox) == [2, 1]


async def test_the_pages_escape_a_hostile_subject_and_recipient(sandbox: Sandbox) -> None:
    hostile = '<script>alert(1)</script>"&'
    await sandbox.send(a_mail(subject=hostile, to='"<img src=x onerror=alert(2)>"@example.com'))

    for path in ("/mailbox", "/mailbox/messages/1", "/mailbox?q=<script>"):
        page = sandbox.http.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert hostile in html.unescape(page) or "q=" in path


async def test_html_is_shown_in_a_frame_that_runs_and_loads_nothing(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(html='"></iframe><script>alert(1)</script><img src="https://example.com/pixel">'))

    page = sandbox.http.get("/mailbox/messages/1")

    assert page.text.count("</iframe>") == 1
    assert "<script" not in page.text
    assert "allow-scripts" not in page.text
    assert "allow-same-origin" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "img-src 'self' data:;" in policy


async def test_the_inbox_finds_a_piece_of_an_address(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(to="maria.lee@example.com", subject="for Maria"))
    await sandbox.send(a_mail(to="jo@example.com", subject="for Jo"))

    page = sandbox.http.get("/mailbox", params={"q": "Maria"}).text

    assert "for Maria" in page
    assert "for Jo" not in page
    assert "No email to “nobody” has arrived" in sandbox.http.get("/mailbox", params={"q": "nobody"}).text


async def test_the_inbox_finds_a_piece_of_a_name_and_shows_it(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(to="Maria Müller <m.lee@example.com>", subject="for Maria"))
    await sandbox.send(a_mail(to="jo@example.com", subject="for Jo"))

    page = sandbox.http.get("/mailbox", params={"q": "müll"}).text

    assert "for Maria" in page
    assert "Maria Müller" in page
    assert "for Jo" not in page


async def test_the_number_of_an_invoice_is_not_broken_in_two(sandbox: Sandbox) -> None:
    await sandbox.send(a_mail(subject="Invoice 1003-1 from <b>Northside</b>"))

    for path in ("/mailbox", "/mailbox/messages/1"):
        page = sandbox.http.get(path).text
        assert 'Invoice <span class="whole">1003-1</span> from &lt;b&gt;Northside&lt;/b&gt;' in page


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/mailbox/messages/7", 404, "There is no such message in the mailbox."),
        ("/mailbox/messages/seven", 422, "There is no such page."),
        ("/mailbax", 404, "There is no such page."),
    ],
)
def test_what_is_not_there_is_a_page_for_a_browser_and_json_for_a_script(
    standing_sandbox: Sandbox, path: str, status: int, words: str
) -> None:
    page = standing_sandbox.http.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<h1>{words}</h1>" in page.text
    script = standing_sandbox.http.get(path)
    assert (script.status_code, script.headers["content-type"]) == (status, "application/json")


def test_an_empty_mailbox_says_so(sandbox: Sandbox) -> None:
    assert "No email has arrived yet" in sandbox.http.get("/mailbox").text
    assert sandbox.http.get("/api/mailbox/count").json() == {"count": 0}


async def test_no_address_or_body_is_logged(sandbox: Sandbox) -> None:
    # fault 63
    await sandbox.send(a_mail(to="maria.lee@example.com", text="the secret word"))
    sandbox.http.get("/api/mailbox/messages", params={"recipient": "maria.lee@example.com"})
    sandbox.stop()

    assert sandbox.output.read_text() == ""


def ids(sandbox: Sandbox, **params: str) -> list[int]:
    page = sandbox.http.get("/api/mailbox/messages", params=params).json()
    return [message["id"] for message in page["messages"]]
