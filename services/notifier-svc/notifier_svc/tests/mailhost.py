"""A mail host on a free port: aiosmtpd, made to misbehave where a test says so."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# What the host does at a stage: an answer, or something worse; `None` is the usual.
Act = Callable[["Server"], Awaitable[str | None]]


@dataclass
class MailHost:
    """What arrived, and how to behave. `acts` are used up one after the other; then all is well again."""

    port: int = 0
    pipelining: bool = True
    banner: bytes | None = None
    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    acts: dict[str, list[Act]] = field(default_factory=dict)
    arrived: list[Envelope] = field(default_factory=list)
    connections: int = 0
    servers: list["Server"] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        return [message_from_bytes(bytes(e.original_content or b""), policy=policy.default) for e in self.arrived]

    def will(self, stage: str, *acts: Act) -> None:
        """Behave like this at `stage`, once each."""
        self.acts.setdefault(stage, []).extend(acts)

    async def act(self, stage: str, server: "Server") -> str | None:
        """What to answer at `stage`."""
        acts = self.acts.get(stage)
        return await acts.pop(0)(server) if acts else None

    def hang_up_all(self) -> None:
        """Close every connection, as an idle host does."""
        for server in self.servers:
            server.hang_up()
        self.servers.clear()


class Server(SMTP):
    """One connection's side of the host."""

    def __init__(self, host: MailHost) -> None:
        super().__init__(
            Handler(host), enable_SMTPUTF8=False, ident="test", hostname="mail.test", tls_context=host.starttls
        )
        self._mail_host = host

    def connection_made(self, transport: Any) -> None:
        self._mail_host.connections += 1
        self._mail_host.servers.append(self)
        if self._mail_host.banner is not None:
            transport.write(self._mail_host.banner)
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._mail_host.banner is None:
            super().connection_lost(error)

    def hang_up(self) -> None:
        """End the connection at once."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        answer = await self._mail_host.act("DATA", self)
        if answer is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(answer)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        await self._mail_host.act("QUIT", self)
        await super().smtp_QUIT(arg)


class Handler:
    """What aiosmtpd asks at each stage."""

    def __init__(self, host: MailHost) -> None:
        self._host = host

    async def handle_EHLO(  # noqa: N802
        self, _server: Server, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self._host.pipelining else []), responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := await self._host.act("MAIL", server):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := await self._host.act("RCPT", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := await self._host.act("END", server):
            return answer
        self._host.arrived.append(envelope)
        return await self._host.act("ACCEPTED", server) or "250 2.0.0 OK: queued"


def says(answer: str) -> Act:
    """Answer with `answer`."""

    async def act(_server: Server) -> str:
        return answer

    return act


async def hangs_up(server: Server) -> str:
    """End the connection without a word."""
    server.hang_up()
    return "421 gone"


async def hangs(server: Server) -> str:
    """Say nothing for longer than anybody waits."""
    await asyncio.Event().wait()
    return "421 gone"


@asynccontextmanager
async def mail_host(**over: Any) -> AsyncIterator[MailHost]:
    """A host that runs as long as the block."""
    host = MailHost(**over)
    server = await asyncio.get_running_loop().create_server(lambda: Server(host), "127.0.0.1", host.port, ssl=host.tls)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        host.hang_up_all()
        await server.wait_closed()
