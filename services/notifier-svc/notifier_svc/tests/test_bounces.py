"""Bounces (RFC 3464) over SMTP: late, twice, forged; what they say of a delivery and of an address (fault 36)."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from notifier_svc.bounces import MOST_BYTES, MOST_COMMANDS, MOST_CONNECTIONS, Conversation, Door, take_bounces
from notifier_svc.channels.bounces import of_status, read
from notifier_svc.channels.verp import BounceAddresses
from notifier_svc.domain.keys import Keys
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.desk import Desk, stop
from servicekit.testing import MakeDatabase, TestIssuer

KEYS = Keys(b"a secret of sixteen bytes")
ADDRESSES = BounceAddresses("bounces.example", KEYS)


def a_report(action: str = "failed", status: str = "5.1.1", recipient: str = "maria@example.com") -> bytes:
    """As Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="x1/mx.example"

--x1/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.

--x1/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected

--x1/mx.example
Content-Type: text/rfc822-headers

Subject: Your visit
--x1/mx.example--
""".replace("\n", "\r\n").encode()


@dataclass(frozen=True)
class Post:
    """Another mail host, that brings bounces."""

    port: int

    async def brings(self, raw: bytes, to: str, sender: str = "") -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False) as client:
            await client.sendmail(sender, [to], raw)


@pytest.fixture
async def post(desk: Desk) -> AsyncIterator[Post]:
    """A desk whose emails come back to a door that is open."""
    async with opened(desk) as post:
        yield post


@asynccontextmanager
async def opened(desk: Desk, tls: ssl.SSLContext | None = None) -> AsyncIterator[Post]:
    """The door, as long as the block."""
    desk.how["bounces"] = ADDRESSES
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    door = asyncio.create_task(take_bounces(Door(desk.db, ADDRESSES, KEYS, tls), "127.0.0.1", port))
    while not door.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        break
    yield Post(port)
    await stop(door)


@asynccontextmanager
async def sent(desk: Desk) -> AsyncIterator[str]:
    """An email that left; the address that it comes back to."""
    await desk.queue()
    async with desk.sending():
        await desk.settled()
    await desk.fetch("delete from outbox")
    yield str(desk.mail.arrived[-1].mail_from)


@pytest.mark.proves("G3", "S3.20")
@pytest.mark.survives(36)
async def test_a_mail_that_came_back_is_bounced_and_its_address_is_not_written_to_again(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        for _ in range(2):  # twice
            await post.brings(a_report(), address.upper())
    assert await desk.log() == [("bounced", Reason.INVALID_ADDRESS)]
    assert [row["detail"] for row in await desk.fetch("select detail from delivery")] == ["There is no such mailbox."]
    assert [row["cause"] for row in await desk.fetch("select cause from block")] == ["bounced"]
    told = await desk.published()
    assert [(each.get("state"), each.get("cause")) for each in told] == [(None, "bounced"), ("bounced", None)]
    await desk.queue()
    async with desk.sending():
        assert (await desk.settled())[-1] == ("skipped", Reason.BLOCKED)
    assert len(desk.mail.arrived) == 1  # and never a mail back


@pytest.mark.parametrize(
    ("action", "status", "state"),
    [("delayed", "4.4.1", "sent"), ("failed", "4.4.7", "undelivered"), ("failed", "5.2.2", "bounced")],
)
async def test_what_is_not_the_addresss_fault_is_noted_and_does_not_block_it(
    desk: Desk, post: Post, action: str, status: str, state: str
) -> None:
    async with sent(desk) as address:
        await post.brings(a_report(action, status), address)
    assert [each[0] for each in await desk.log()] == [state]
    assert [row["error_code"] for row in await desk.fetch("select error_code from receipt")] == [status]
    assert not await desk.fetch("select from block")


@pytest.mark.survives(36)
async def test_what_is_forged_or_none_of_ours_is_refused_at_the_door(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        local, _, domain = address.partition("@")
        swapped = "a" if local[20] != "a" else "b"
        forged = f"{local[:20]}{swapped}{local[21:]}@{domain}"
        for wrong in (forged, f"bounce+@{domain}", f"postmaster@{domain}", f"{local}@elsewhere.example"):
            with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
                await post.brings(a_report(), wrong)
    assert await desk.log() == [("sent", None)]
    assert not await desk.fetch("select from receipt")


@pytest.mark.survives(36)
async def test_a_bounce_that_is_too_late_or_no_bounce_is_taken_and_dropped(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        await post.brings(b"Subject: I am on holiday\r\n\r\nUntil Monday.\r\n", address, "maria@example.com")
        [row] = await desk.fetch("select occurred_month, id from delivery")
        gone = ADDRESSES.of(row["occurred_month"], uuid4(), 1)
        await post.brings(a_report(), gone)
    assert await desk.log() == [("sent", None)]
    assert not await desk.fetch("select from receipt")


@pytest.mark.parametrize("long", [3_000, 3_000_000])
async def test_a_bounce_is_read_whatever_it_carries_behind_the_report(desk: Desk, post: Post, long: int) -> None:
    async with sent(desk) as address:
        await post.brings(a_report() + b".x" * long + b"\r\n.\r\n", address)
        await post.brings(a_report().replace(b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 3_000 + b"\r\n\r\n", 1), address)
    assert await desk.log() == [("bounced", Reason.INVALID_ADDRESS)]


async def test_what_is_no_report_from_its_beginning_on_or_has_a_sender_is_dropped(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        hidden = a_report().replace(b"\r\n\r\n", b"\r\n\r\n" + b"Hello.\r\n" * 40_000, 1)
        await post.brings(hidden, address)
        await post.brings(a_report(), address, "mallory@example.com")
    assert await desk.log() == [("sent", None)]
    assert not await desk.fetch("select from receipt")


async def test_nobody_keeps_the_door_busy(desk: Desk, post: Post) -> None:
    async with sent(desk) as address, aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port) as client:
        await client.mail("")
        await client.rcpt(address)
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
            await client.rcpt(address)
        assert refused.value.code == 452
        for _ in range(MOST_COMMANDS):
            await client.noop()
        with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException)):
            await client.noop()


async def test_a_bounce_comes_by_tls_where_there_is_a_certificate(
    desk: Desk, certificate: Path, database: MakeDatabase, issuer: TestIssuer
) -> None:
    urls, paths = database("notifier"), {"bounce_certificate": str(certificate), "bounce_key": str(certificate)}
    tls = settings_for(urls, issuer, **paths).bounce_tls
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with opened(desk, tls) as post, sent(desk) as address:
        by_tls = aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port, start_tls=True, tls_context=trusting)
        async with by_tls as client:
            assert "AUTH" not in (await client.ehlo()).message
            await client.sendmail("", [address], a_report())
        assert await desk.log() == [("bounced", Reason.INVALID_ADDRESS)]
        await post.brings(a_report(), address)  # and in the clear, from who can't do better


async def test_who_begins_tls_and_does_not_speak_it_takes_no_room(desk: Desk, certificate: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with opened(desk, tls) as post, sent(desk) as address:
        for _ in range(MOST_CONNECTIONS + 1):
            reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
            writer.write(b"EHLO me\r\nSTARTTLS\r\n")
            await reader.readuntil(b"Ready to start TLS\r\n")
            writer.write(b"this is no TLS, however long it is\r\n" * 20)
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()
        await post.brings(a_report(), address)
    assert await desk.log() == [("bounced", Reason.INVALID_ADDRESS)]


async def test_a_conversation_that_is_ended_while_tls_comes_about_is_over(desk: Desk, certificate: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    door, loop = Door(desk.db, ADDRESSES, KEYS, tls), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(door, "bounces.example"), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"EHLO me\r\nSTARTTLS\r\n")
    await reader.readuntil(b"Ready to start TLS\r\n")
    [conversation] = door.open
    conversation.hang_up()
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    server.close()
    assert not door.open
    assert conversation._handler_coroutine
    with pytest.raises(asyncio.CancelledError):
        await conversation._handler_coroutine


async def test_without_a_certificate_no_tls_is_offered(post: Post) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port, start_tls=False) as client:
        await client.ehlo()
        assert not client.supports_extension("starttls")


async def test_a_certificate_that_is_none_stops_the_start(
    certificate: Path, database: MakeDatabase, issuer: TestIssuer
) -> None:
    urls = database("notifier")
    with pytest.raises(ValidationError, match="BOUNCE_KEY are set together"):
        settings_for(urls, issuer, bounce_certificate=str(certificate))
    with pytest.raises(ValidationError, match="can't be read together"):
        settings_for(urls, issuer, bounce_certificate=str(certificate), bounce_key=__file__)


async def test_who_says_too_much_is_cut_off(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
        for line in ("EHLO me", "MAIL FROM:<>", f"RCPT TO:<{address}>", "DATA"):
            writer.write(f"{line}\r\n".encode())
        with contextlib.suppress(ConnectionError):
            for _ in range(3 * MOST_BYTES // 65_536):
                writer.write(b"x" * 65_536)
                await writer.drain()
            await reader.read()
        assert reader.at_eof() or reader.exception()
        writer.close()


async def test_there_are_never_too_many_at_the_door(post: Post) -> None:
    writers = []
    for _ in range(MOST_CONNECTIONS):
        reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
        assert (await reader.readline()).startswith(b"220 ")
        writers.append(writer)
    reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    for each in (*writers, writer):
        each.close()


@pytest.mark.survives(62)
async def test_a_bounce_of_a_customer_who_was_deleted_brings_nothing_back(desk: Desk, post: Post) -> None:
    async with sent(desk) as address:
        await desk.fetch("delete from destination")
        await post.brings(a_report(), address)
    assert await desk.log() == [("bounced", Reason.INVALID_ADDRESS)]
    assert not await desk.fetch("select from block")
    assert not [row for row in await desk.fetch("select * from receipt") if "maria" in str(dict(row))]


async def test_an_address_holds_for_years_and_names_one_try(desk: Desk) -> None:
    [month] = [row["m"] for row in await desk.fetch("select date_trunc('month', now())::date as m")]
    id = uuid4()
    address = ADDRESSES.of(month, id, 7)
    assert len(address.partition("@")[0]) <= 64  # RFC 5321 4.5.3.1.1
    found = BounceAddresses("bounces.example", Keys(b"a secret of sixteen bytes")).try_at(address.upper())
    assert found is not None
    assert (found.month, found.delivery_id, found.n) == (month, id, 7)
    assert BounceAddresses("bounces.example", Keys(b"another secret, as long")).try_at(address) is None


@given(st.text(max_size=90))
def test_no_made_up_address_is_ours(local: str) -> None:
    assert ADDRESSES.try_at(f"{local}@bounces.example") is None
    assert ADDRESSES.try_at(f"bounce+{local}@bounces.example") is None


@pytest.mark.parametrize(
    ("status", "blocks"),
    [
        ("5.1.1", True),
        ("5.1.10", True),
        ("5.2.1", True),
        ("5.0.0", False),
        ("", False),
        ("5.1.8", False),
        ("5.4.7", False),
        ("5.4.6", False),  # round in circles
        ("5.4.4", True),
        ("5.2.2", False),
        ("5.3.4", False),
        ("5.6.0", False),
        ("5.7.1", False),
        ("4.4.7", False),
    ],
)
def test_what_is_wrong_with_the_message_does_not_block_the_address(status: str, blocks: bool) -> None:
    receipt = of_status("failed", status)
    assert receipt is not None
    assert receipt.state is (DeliveryState.UNDELIVERED if status.startswith("4") else DeliveryState.BOUNCED)
    assert (receipt.block is Cause.BOUNCED) is blocks
    assert receipt.detail
    assert receipt.detail.endswith(".")


@given(st.binary(max_size=400))
def test_whatever_is_brought_is_read_without_a_mistake(raw: bytes) -> None:
    assert read(raw) is None
    read(a_report().replace(b"Action: failed", raw.replace(b"\r", b"").replace(b"\n", b"")))


def test_parts_within_parts_without_end_are_no_report() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(4000))
    assert read(a_report().replace(b"Subject: Your visit", nested)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"message/delivery-status", b"Message/Global-Delivery-Status"),  # RFC 6533
        (b"Status: 5.1.1", b"Status: 5.1.1 \xe9"),
        (b"rfc822; maria", b"utf-8; mar\xc3\xada"),
    ],
)
def test_reports_of_other_makes_are_read(old: bytes, new: bytes) -> None:
    assert old in a_report()
    found = read(a_report().replace(old, new))
    assert found
    assert (found.code, found.block) == ("5.1.1", Cause.BOUNCED)


def test_a_report_that_nobody_can_read_is_none() -> None:
    assert read(a_report().replace(b"Action: failed", b"Action: fail\xe9")) is None


def test_of_several_recipients_the_worst_counts() -> None:
    end = b"--x1/mx.example\r\nContent-Type: text/rfc"
    two = a_report().replace(end, b"Action: delayed\r\nStatus: 4.0.0\r\n\r\n" + end)
    found = read(two)
    assert found is not None
    assert found.state is DeliveryState.BOUNCED


def test_ids_are_whole() -> None:
    found = ADDRESSES.try_of(ADDRESSES.token(date(2026, 11, 1), UUID(int=2**128 - 1), 2**16 - 1))
    assert found is not None
    assert (found.delivery_id, found.n) == (UUID(int=2**128 - 1), 2**16 - 1)
