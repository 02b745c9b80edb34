"""Magic addresses: what goes to them is taken, and later comes back as a report to its envelope sender (RFC 3464)."""

import asyncio
import logging
from collections.abc import Iterable
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import aiosmtplib

log = logging.getLogger(__name__)

# By what stands before the @: what is reported, and with which code.
FATES = {
    "bounce": ("failed", "5.1.1"),  # no such mailbox
    "bounce-full": ("failed", "5.2.2"),  # mailbox full
    "bounce-spam": ("failed", "5.7.1"),  # unwanted
    "bounce-gone": ("failed", "4.4.7"),  # given up after days
    "bounce-late": ("delayed", "4.4.1"),  # still trying
}


class Bounces:
    """Sends reports; without a port nothing comes back."""

    def __init__(self, host: str, port: int | None, seconds: float) -> None:
        self._host = host
        self._port = port
        self._seconds = seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def send_back(self, sender: str, recipients: Iterable[str], raw: bytes) -> None:
        """Report in a while on those recipients that are magic; never on a report, which has no sender."""
        for recipient in recipients:
            fate = FATES.get(recipient.lower().rpartition("@")[0])
            if fate and sender and self._port:
                task = asyncio.create_task(self._report(sender, report(sender, recipient, *fate, raw), self._port))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """What has not come back by now never does."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _report(self, sender: str, message: bytes, port: int) -> None:
        await asyncio.sleep(self._seconds)
        try:
            async with aiosmtplib.SMTP(hostname=self._host, port=port) as client:
                await client.sendmail("", [sender], message)
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("A bounce was not taken: %s", type(error).__name__)


def report(sender: str, recipient: str, action: str, code: str, raw: bytes) -> bytes:
    """The report as bytes: words, fields, and the headers of what it is about."""
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "delivery-status")
    whole["From"] = "Mail Delivery System <mailer-daemon@sandbox.fieldbell.test>"
    whole["To"] = sender
    whole["Subject"] = "Undelivered Mail Returned to Sender" if action == "failed" else "Delayed Mail"
    whole["Auto-Submitted"] = "auto-replied"
    whole.attach(MIMEText("Your message could not be delivered.\n" if action == "failed" else "Still trying.\n"))
    whole.attach(_status(recipient, action, code))
    headers = MIMEText(raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace"), "rfc822-headers")
    whole.attach(headers)
    return whole.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _status(recipient: str, action: str, code: str) -> Message:
    about_mail, about_recipient = Message(), Message()
    about_mail["Reporting-MTA"] = "dns; sandbox.fieldbell.test"
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = action
    about_recipient["Status"] = code
    reply = "550" if code.startswith("5") else "450"
    about_recipient["Diagnostic-Code"] = f"smtp; {reply} {code} <{recipient}>: not here"
    part = MIMEBase("message", "delivery-status")
    part.set_payload([about_mail, about_recipient])
    return part
