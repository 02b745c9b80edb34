"""Bounces in: an SMTP door for reports about our own emails, and for nothing else. It never writes a mail."""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from notifier_svc.channels import observing
from notifier_svc.channels.bounces import read
from notifier_svc.channels.verp import BounceAddresses
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.receipts import Try
from notifier_svc.store import receipts as store
from servicekit.db import TROUBLE, Database

log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd writes addresses at every other level

MOST_BYTES = 10 * 1024 * 1024  # a bounce may have the whole message in it
KEPT_BYTES = 128 * 1024  # the report comes first; what is behind it is ours
MOST_CONNECTIONS = 16
MOST_COMMANDS = 100  # of each kind, of one connection
SILENCE_SECONDS = 60.0
LONGEST_SECONDS = 300.0
NOBODY = "<>"  # whoever sends a bounce wants no answer to it (RFC 3464 2)


@dataclass
class Door:
    """Answers those who bring a bounce (RFC 5321). What can't be one of ours is refused before it is sent."""

    database: Database
    addresses: BounceAddresses
    keys: Keys
    tls: ssl.SSLContext | None = None
    """With it STARTTLS is offered (RFC 3207), and needed by nobody: most who bring a bounce check no certificate."""
    open: set["Conversation"] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Reports are read one after the other: they take no more than one thread from what else is to be done."""

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer no AUTH, as it would be by TLS: nobody signs in here."""
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Only who knows an address that we wrote gets in (fault 36): any reader of an email does."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        if self.addresses.try_at(address) is None:
            return "550 5.1.1 No such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Note what the report says. What is none is taken too, and dropped: an answer would only make more mail."""
        which = self.addresses.try_at(envelope.rcpt_tos[0])
        try:
            if which and envelope.mail_from == NOBODY:
                await self._note(which, envelope.original_content or b"")
        except TROUBLE as error:
            log.warning("a bounce can't be noted yet", extra={"error": type(error).__name__})
            return "451 4.3.0 Try again later"
        return "250 2.0.0 OK"

    async def handle_exception(self, error: Exception) -> str:
        """A mistake of ours, or of who does not speak TLS: it may be brought again, and no word of it is in the log."""
        if isinstance(error, TLSSetupException):
            log.info("no TLS came about for a bounce")
            return "454 4.7.0 No TLS came about"
        log.error("a bounce met an error", extra={"error": type(error).__name__})
        return "451 4.3.0 Try again later"

    async def _note(self, which: Try, raw: bytes) -> None:
        async with self.reading:
            receipt = await asyncio.to_thread(read, raw)
        if receipt is None:
            log.info("mail to a bounce address is no bounce", extra={"delivery_id": str(which.delivery_id)})
            return
        async with self.database.worker() as tx:
            told = await store.find(tx, which)
            new = told is not None and await store.add(tx, self.keys, which, told, receipt, "")
        if told and new:
            observing.told(told.channel, [receipt])


class Conversation(SMTP):
    """One connection; there are never too many, and none stays long, says much, or takes more than a little memory."""

    def __init__(self, door: Door, hostname: str) -> None:
        super().__init__(
            door,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="bounces",
            timeout=SILENCE_SECONDS,
            command_call_limit=MOST_COMMANDS,
            tls_context=door.tls,
            loop=asyncio.get_running_loop(),
        )
        self._door = door
        self._bytes = 0
        self._end = self.loop.call_later(LONGEST_SECONDS, self.hang_up)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in; where there are too many, hang up at once: it comes back."""
        super().connection_made(transport)
        self._door.open.add(self)
        if len(self._door.open) > MOST_CONNECTIONS:
            self.hang_up()

    def data_received(self, data: bytes) -> None:
        """Listen, but not without end."""
        self._bytes += len(data)
        if self._bytes > 2 * MOST_BYTES:
            self.hang_up()
        else:
            super().data_received(data)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Keep the beginning of what comes, in lines of any length, and let the rest go by."""
        assert self.envelope is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 MAIL, RCPT, then DATA alone")
            return
        await self.push("354 Go on")
        self.envelope.original_content = await self._beginning()
        status = await self._call_handler_hook("DATA")
        self.envelope = Envelope()
        await self.push(status)

    async def _beginning(self) -> bytes:
        """Of the data, without the dots that SMTP adds (RFC 5321 4.5.2)."""
        kept, new_line = bytearray(), True
        while (piece := await self._piece()) != b".\r\n" or not new_line:
            if len(kept) < KEPT_BYTES:
                kept += piece.removeprefix(b".") if new_line else piece
            new_line = piece.endswith(b"\r\n")
        return bytes(kept)

    async def _piece(self) -> bytes:
        """A line, or some of a long one."""
        try:
            return await self._reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as long:
            return await self._reader.read(long.consumed)

    def connection_lost(self, error: Exception | None) -> None:
        """It is over."""
        self._end.cancel()
        self._door.open.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """End it; what was not answered is brought again."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        if self._handler_coroutine:  # while TLS comes about nobody is told that the connection is lost
            self._handler_coroutine.cancel()
        self._door.open.discard(self)


async def take_bounces(door: Door, host: str, port: int) -> None:
    """Take bounces until cancelled."""
    domain = door.addresses.domain
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(door, domain), host, port)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for conversation in [*door.open]:
            conversation.hang_up()
