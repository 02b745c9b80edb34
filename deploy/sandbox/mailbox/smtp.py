"""SMTP in: every message that is answered with 250 is in the truth log."""

import asyncio
import logging
import socket
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.mailbox.bounces import Bounces
from deploy.sandbox.mailbox.store import Mailbox

log = logging.getLogger(__name__)

REFUSED = "refused."

MAX_MESSAGE_BYTES = 25 * 1024 * 1024
EMPTY_PATH = "<>"  # what aiosmtpd calls the return path of a bounce
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd writes addresses at every other level


class Door:
    """Answers what an SMTP client says (RFC 5321, 1870, 2920, 6152, 6531)."""

    def __init__(self, mailbox: Mailbox, bounces: Bounces) -> None:
        self._mailbox = mailbox
        self._bounces = bounces

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer PIPELINING too: commands are read from one buffer and answered in order."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any sender that is well-formed, or none."""
        if address != EMPTY_PATH and (refusal := _refuse(address, envelope)):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any recipient that is well-formed, but for those whom one tries a refusal with."""
        if refusal := _refuse(address, envelope):
            return refusal
        if address.startswith(REFUSED):
            return "554 5.7.1 This mailbox takes no mail: its address begins with 'refused.'"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, then say so."""
        sender = "" if envelope.mail_from == EMPTY_PATH else str(envelope.mail_from)
        try:
            await self._mailbox.accept(sender, envelope.rcpt_tos, envelope.original_content or b"")
        except OSError as error:
            log.error("A message could not be kept: %s", error.strerror)
            return "452 Insufficient system storage"
        self._bounces.send_back(sender, envelope.rcpt_tos, envelope.original_content or b"")
        return "250 OK"

    async def handle_exception(self, error: Exception) -> str:
        """The unexpected: a temporary refusal, and no word of the message in the log."""
        log.error("An SMTP command failed: %s", type(error).__name__)
        return "451 Local error in processing"


def _refuse(address: str, envelope: Envelope) -> str | None:
    """Stricter than aiosmtpd: both sides of the @, no control character, and SMTPUTF8 beyond ASCII (RFC 6531 3.3)."""
    if "@" not in address[1:-1] or not address.isprintable():
        return "553 The address is malformed"
    return None if address.isascii() or envelope.smtp_utf8 else "553 The address needs SMTPUTF8"


class SmtpServer:
    """Listens on an already bound socket until stopped."""

    def __init__(self, mailbox: Mailbox, bounces: Bounces) -> None:
        self._door = Door(mailbox, bounces)
        self._connections: WeakSet[SMTP] = WeakSet()
        self._server: asyncio.Server | None = None

    @property
    def is_serving(self) -> bool:
        """Whether new connections are accepted."""
        return self._server is not None and self._server.is_serving()

    async def start(self, listener: socket.socket) -> None:
        """Accept connections from now on."""
        self._server = await asyncio.get_running_loop().create_server(self._connection, sock=listener, backlog=1024)

    async def stop(self) -> None:
        """Refuse new connections and hang up on open ones."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.close()
        await self._server.wait_closed()

    def _connection(self) -> SMTP:
        connection = SMTP(
            self._door,
            data_size_limit=MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname="sandbox.fieldbell.test",
            ident="Fieldbell sandbox",
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(connection)
        return connection
