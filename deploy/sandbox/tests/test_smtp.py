"""What the SMTP server answers, spoken to over a bare socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.sandbox.tests.conftest import Sandbox

PIPELINED = (
    b"MAIL FROM:<office@northside-plumbing.example> BODY=8BITMIME SIZE=60\r\n"
    b"RCPT TO:<maria.lee@example.com>\r\n"
    b"RCPT TO:<jo@example.com>\r\n"
    b"DATA\r\n"
)
BODY = b"Message-ID: <one@fieldbell.dev>\r\n\r\n..dot\r\n.\r\n"


class Client:
    """Writes bytes and reads whole replies."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes, replies: int = 1) -> list[str]:
        self._writer.write(data)
        return [await self._reply() for _ in range(replies)]

    async def _reply(self) -> str:
        lines = ""
        while True:
            line = (await self._reader.readline()).decode()
            assert line, "the server hung up"
            lines += line
            if line[3] == " ":
                return lines


@asynccontextmanager
async def connected(sandbox: Sandbox) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.smtp_port)
    client = Client(reader, writer)
    try:
        await client.say(b"")
        yield client
    finally:
        writer.close()
        await writer.wait_closed()


async def test_the_extensions_that_are_offered(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        [offered] = await client.say(b"EHLO notifier\r\n")

    assert {line[4:].split(" ")[0] for line in offered.splitlines()[1:]} >= {
        "PIPELINING",
        "8BITMIME",
        "SMTPUTF8",
        "SIZE",
    }


async def test_pipelined_commands_are_answered_in_order_also_across_messages(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        assert codes(await client.say(PIPELINED, 4)) == [250, 250, 250, 354]
        assert codes(await client.say(BODY + PIPELINED, 5)) == [250, 250, 250, 250, 354]
        assert codes(await client.say(BODY + b"QUIT\r\n", 2)) == [250, 221]

    messages = sandbox.http.get("/api/mailbox/messages").json()["messages"]
    assert [message["recipients"] for message in messages] == [["maria.lee@example.com", "jo@example.com"]] * 2
    assert sandbox.http.get("/api/mailbox/messages/1/raw").content.endswith(b"\r\n\r\n.dot\r\n")


async def test_data_after_refused_recipients_is_refused(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        replies = await client.say(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<no at sign>\r\nDATA\r\nNOOP\r\n", 4)

    assert codes(replies) == [250, 553, 503, 250]


async def test_an_address_beyond_ascii_needs_smtputf8(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        plain = await client.say("MAIL FROM:<a@example.com>\r\nRCPT TO:<müller@example.com>\r\nRSET\r\n".encode(), 3)
        utf8 = await client.say(
            "MAIL FROM:<a@example.com> SMTPUTF8\r\nRCPT TO:<müller@example.com>\r\nDATA\r\n".encode(), 3
        )
        kept = await client.say("Subject: Grüße\r\n\r\nhallo\r\n.\r\n".encode())

    assert codes(plain) == [250, 553, 250]
    assert codes(utf8 + kept) == [250, 250, 354, 250]
    [message] = sandbox.http.get("/api/mailbox/messages", params={"recipient": "MÜLLER@example.com"}).json()["messages"]
    assert message["subject"] == "Grüße"


async def test_the_empty_return_path_of_a_bounce_is_taken(sandbox: Sandbox) -> None:
    # fault 36: a bounce must have one
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        await client.say(b"MAIL FROM:<>\r\nRCPT TO:<office@example.com>\r\nDATA\r\n", 3)
        assert codes(await client.say(b"\r\nbounced\r\n.\r\n")) == [250]

    assert sandbox.http.get("/api/mailbox/messages/1").json()["mail_from"] == ""
    assert sandbox.http.get("/mailbox/messages/1").status_code == 200


async def test_a_message_above_the_announced_size_is_refused_at_once(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        assert codes(await client.say(b"MAIL FROM:<a@example.com> SIZE=99999999\r\n")) == [552]


async def test_a_body_without_its_final_dot_is_not_kept(sandbox: Sandbox) -> None:
    # fault 33
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        await client.say(PIPELINED, 4)
        await client.say(BODY.removesuffix(b".\r\n"), 0)
    async with connected(sandbox):
        pass

    assert sandbox.http.get("/api/mailbox/count").json() == {"count": 0}


@pytest.mark.parametrize(
    "message",
    [
        b"no header at all",
        b"Subject: =?no-such-charset?B?AAAA?= =?utf-8?B?%%%?=\r\n\r\n",
        b"Content-Type: text/html; charset=nonsense\r\n\r\n\xff\xfe",
        b"Subject: \xff\xfe\r\nFrom: <<<>>>,,;\r\nMessage-ID: <a b\r\n c>\r\nDate: never\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Disposition: attachment; filename*=utf-16''%ff\r\n\r\n",
    ],
)
async def test_a_malformed_message_is_kept_and_can_be_looked_at(standing_sandbox: Sandbox, message: bytes) -> None:
    sandbox = standing_sandbox
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        await client.say(PIPELINED, 4)
        assert codes(await client.say(message + b"\r\n.\r\n")) == [250]

    newest = sandbox.http.get("/api/mailbox/messages").raise_for_status().json()["messages"][0]["id"]
    for path in (f"/api/mailbox/messages/{newest}", "/mailbox", f"/mailbox/messages/{newest}"):
        assert sandbox.http.get(path).status_code == 200


def codes(replies: list[str]) -> list[int]:
    return [int(reply[:3]) for reply in replies]


async def test_stopping_hangs_up_on_idle_connections_and_says_nothing(sandbox: Sandbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.smtp_port)
    await reader.readline()
    await asyncio.to_thread(sandbox.stop)

    assert await reader.read() == b""
    assert sandbox.output.read_text() == ""
    writer.close()
    await writer.wait_closed()


async def test_mail_to_an_address_that_asks_for_it_is_refused(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await client.say(b"EHLO notifier\r\n")
        replies = await client.say(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<refused.jo@example.com>\r\nNOOP\r\n", 3)

    assert codes(replies) == [250, 554, 250]
