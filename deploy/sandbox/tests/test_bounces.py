"""Magic addresses: what goes to them comes back as a report, and nothing else does."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.tests.conftest import StartSandbox


class Sender:
    """The mail host of who sent it."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await self.arrived.put(envelope)
        return "250 OK"


def a_mail(to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "office@northside.example", to, "Your visit"
    mail.set_content("Hello")
    return mail


@pytest.mark.parametrize(
    ("to", "action", "status"),
    [
        ("bounce@example.com", "failed", "5.1.1"),
        ("Bounce-Full@example.com", "failed", "5.2.2"),
        ("bounce-late@example.com", "delayed", "4.4.1"),
    ],
)
async def test_a_magic_address_reports_to_the_envelope_sender(
    start_sandbox: StartSandbox, tmp_path: Path, to: str, action: str, status: str
) -> None:
    sender = Sender()
    loop = asyncio.get_running_loop()
    host = await loop.create_server(lambda: SMTP(sender, loop=loop), "127.0.0.1", 0)
    port = str(host.sockets[0].getsockname()[1])
    sandbox = start_sandbox(tmp_path / "state", SANDBOX_BOUNCE_PORT=port, SANDBOX_BOUNCE_SECONDS="0")
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp_port) as client:
        await client.sendmail("", [to], a_mail(to).as_bytes())  # a report: never reported on
        await client.sendmail("bounce+token@here.example", ["maria@example.com", to], a_mail(to).as_bytes())
    async with asyncio.timeout(20):
        envelope = await sender.arrived.get()
    host.close()
    assert (envelope.mail_from, envelope.rcpt_tos) == ("<>", ["bounce+token@here.example"])
    report = message_from_bytes(envelope.original_content or b"")
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    [about] = [part for part in report.walk() if part["Action"]]
    assert (about["Action"], about["Status"]) == (action, status)
    assert sender.arrived.empty()
