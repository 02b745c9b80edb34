"""One kept SMTP connection, driven stage by stage: what was on the wire when it broke decides what may be repeated."""

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

import aiosmtplib

from notifier_svc.channels.replies import Reply, Stage
from notifier_svc.channels.wire import Dropped, Wire

AT_ONCE = 16_384  # a longer body is flushed before its final dot, so that a drop in its middle is known for one
QUIT_SECONDS = 2.0
GO_ON = 354
CLOSING = 421


class Security(StrEnum):
    """How a mail host is spoken to."""

    NONE = "none"
    STARTTLS = "starttls"
    """In the clear first, then by TLS, or not at all."""
    TLS = "tls"
    """By TLS from the first byte (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where mail is handed over."""

    name: str
    port: int
    security: Security = Security.NONE
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    end_timeout: float = 600.0
    """How long the end of DATA may take: less than ten minutes makes duplicates (RFC 5321 4.5.3.2.6)."""
    tls: ssl.SSLContext | None = None
    """Whom it is believed; without one, the system's authorities for its name."""
    per_second: float | None = None
    """How many messages it takes a second, where it says so."""
    connections: int = 256
    """How many it is spoken to over at a time."""
    sendgrid: bool = False
    """Whether it is SendGrid, which is told what to say with its events."""


def trusting(ca_file: str | None, *, verify: bool) -> ssl.SSLContext:
    """Checks a host's certificate by the authorities in this file, or the system's; or, where told so, not at all."""
    context = ssl.create_default_context(cafile=ca_file)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class HostAway(Exception):
    """The host can't be reached, or refuses us whatever the message."""

    def __init__(self, detail: str, code: int | None = None) -> None:
        super().__init__(detail)
        self.code = str(code) if code else None


class Refused(Exception):
    """The host refused this message."""

    def __init__(self, stage: Stage, reply: Reply) -> None:
        super().__init__(f"{stage}: {reply.label}")
        self.stage = stage
        self.reply = reply


class Connection:
    """A connection that carries one message after the other. Raises `Dropped` and `Refused`."""

    def __init__(self, wire: Wire, host: Host, *, pipelining: bool) -> None:
        self._wire = wire
        self._host = host
        self._pipelining = pipelining
        self.carried = 0
        """How many messages began on it: a used one may have gone stale while it lay idle."""
        self.handed_over = False
        """Whether the final dot of the message at hand may have reached the host."""
        self._awaited = False  # whether the host has said "go on" and no message followed yet

    @classmethod
    async def open(cls, host: Host) -> "Connection":
        """Connect, greet, and log in where the host wants it. Raises `HostAway`."""
        client = aiosmtplib.SMTP(
            hostname=host.name,
            port=host.port,
            timeout=host.timeout,
            use_tls=host.security is Security.TLS,
            start_tls=host.security is Security.STARTTLS,
            tls_context=host.tls,
            username=host.username,
            password=host.password,
            local_hostname=socket.gethostname(),
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise HostAway(type(error).__name__, getattr(error, "code", None)) from error
        wire = Wire(cast("asyncio.Transport", client.transport))
        return cls(wire, host, pipelining=client.supports_extension("pipelining"))

    @property
    def usable(self) -> bool:
        """Whether it is open and the host has said nothing unasked, a farewell for one."""
        return self._wire.quiet

    @property
    def idle(self) -> bool:
        """Whether it can begin another message."""
        return self.usable and not self._awaited

    async def envelope(self, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA, in one packet where the host allows it (RFC 2920); then the message is awaited."""
        self.carried += 1
        self.handed_over = False
        commands = {
            Stage.MAIL: f"MAIL FROM:<{sender}>\r\n".encode(),
            Stage.RCPT: f"RCPT TO:<{recipient}>\r\n".encode(),
            Stage.DATA: b"DATA\r\n",
        }
        refused: Refused | None = None
        if self._pipelining:
            self._wire.write(b"".join(commands.values()))
        for stage, command in commands.items():
            try:
                reply = await (self._reply() if self._pipelining else self._command(command))
            except Dropped:
                if refused:  # its "no" stands, however it leaves
                    raise refused from None
                raise
            accepted = reply.code == GO_ON if stage is Stage.DATA else reply.code // 100 == 2
            self._awaited = accepted and stage is Stage.DATA
            if not accepted:
                refused = refused or Refused(stage, reply)
            if refused and (reply.code == CLOSING or not self._pipelining):
                break
        if refused:
            raise refused

    async def message(self, raw: bytes) -> Reply:
        """The message and its final dot; returns the host's last word on it."""
        self._awaited = False
        stuffed = dot_stuffed(raw)
        if len(stuffed) > AT_ONCE:
            self._wire.write(stuffed)
            await self._wire.flushed(self._host.timeout)
            stuffed = b""
        self._wire.write(stuffed + b".\r\n")  # nothing of it has left where this raises
        self.handed_over = True
        return await self._wire.reply(self._host.end_timeout)

    async def reset(self) -> None:
        """Forget the message begun; where the host awaits it by now, only hanging up says so."""
        if self._awaited:
            self.close()
        else:
            await self._command(b"RSET\r\n")

    async def quit(self) -> None:
        """Say goodbye; whatever the host does, nothing depends on it."""
        try:
            with contextlib.suppress(Dropped):
                self._wire.write(b"QUIT\r\n")
                await self._wire.reply(QUIT_SECONDS)
        finally:
            self.close()

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    async def _command(self, line: bytes) -> Reply:
        self._wire.write(line)
        return await self._reply()

    async def _reply(self) -> Reply:
        return await self._wire.reply(self._host.timeout)


def dot_stuffed(raw: bytes) -> bytes:
    """The message, of CRLF lines, as DATA wants it: a line that begins with a dot gets another (RFC 5321 4.5.2)."""
    # Few have one, and looking is quicker: from the end in half the time that it takes from the start.
    stuffed = raw.replace(b"\r\n.", b"\r\n..") if raw.rfind(b"\n.") >= 0 else raw
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
