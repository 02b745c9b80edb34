"""A sender at work in a test: what is queued for it, its world, and waiting for what it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import httpx

from contracts.profiles import CustomerProfile
from contracts.topics import TYPE_PREFIX
from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.channels.links import ReaderLinks
from notifier_svc.channels.smtp import Host
from notifier_svc.channels.templates import TemplateService
from notifier_svc.channels.twilio import Twilio
from notifier_svc.domain.keys import Keys
from notifier_svc.events import consumers
from notifier_svc.planning import JOBS_GROUP
from notifier_svc.send.how import Sending
from notifier_svc.send.rendering import Renderer
from notifier_svc.send.sender import Sender
from notifier_svc.tests.app import LINK_KEY, PUBLIC_URL
from notifier_svc.tests.factories import SEAL, a_contact, a_customer, an_email, an_event
from notifier_svc.tests.mailhost import MailHost
from notifier_svc.tests.papers import Papers
from notifier_svc.tests.switchboard import Switchboard
from notifier_svc.tests.templates import Templates
from servicekit import copies
from servicekit.auth import ServiceToken
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx
from servicekit.links import Links

PATIENCE_SECONDS = 20.0
CALLBACKS = Callbacks(PUBLIC_URL)
LINKS = Links([LINK_KEY])


@dataclass
class Desk:
    """Everything around a sender."""

    db: Database
    keys: Keys
    mail: MailHost
    templates: Templates
    switchboard: Switchboard
    papers: Papers
    http: httpx.AsyncClient
    bulk: aiohttp.ClientSession
    how: dict[str, Any] = field(default_factory=dict)
    host: dict[str, Any] = field(default_factory=dict)
    more_hosts: tuple[Host, ...] = ()
    twilio_seconds: float = 5.0

    def __post_init__(self) -> None:
        [self._jobs] = [consumer for consumer in consumers(self.keys) if consumer.group == JOBS_GROUP]

    def sender(self) -> Sender:
        """A new sender in this world."""
        host = Host("127.0.0.1", self.mail.port, **{"timeout": 5.0, "end_timeout": 5.0} | self.host)
        defaults: dict[str, Any] = {
            "hosts": (host, *self.more_hosts),
            "from_address": "notices@mail.example",
            "callbacks": CALLBACKS,
            "links": ReaderLinks(PUBLIC_URL, f"{PUBLIC_URL}/invitations", LINKS, self.keys),
            "connections": 2,
            "twilio_connections": 4,
            "lease": timedelta(seconds=30),
            "retry_seconds": 0.02,
            "breaker_seconds": 0.02,
            "report_retry_seconds": 0.02,
        }
        token = ServiceToken(self.templates.url + "/token", "notifier-svc", "secret", self.http)
        renderer = Renderer(TemplateService(self.templates.url, self.bulk, token))
        twilio = Twilio(self.switchboard.url, self.http, self.twilio_seconds)
        return Sender(self.db, renderer, self.papers.reports(), twilio, self.keys, SEAL, Sending(**defaults | self.how))

    @asynccontextmanager
    async def sending(self) -> AsyncIterator["asyncio.Task[None]"]:
        """A sender that runs as long as the block, and ends as on SIGTERM."""
        task = asyncio.create_task(self.sender().run())
        try:
            yield task
        finally:
            await stop(task)

    async def queue(self, *addresses: str, data: Any = None, customer: CustomerProfile | None = None) -> None:
        """Plan one message per address, as the event consumer does."""
        for address in addresses or ("maria@example.com",):
            person = customer or a_customer(id=uuid4(), contacts=(a_contact(emails=(an_email(address),)),))
            event = data or an_event()
            job = event.job.model_copy(update={"id": uuid4(), "customer_id": person.id})
            await self.happens(person, event.model_copy(update={"job": job}))

    async def happens(self, customer: CustomerProfile, data: Any) -> None:
        """An event arrives."""
        event = Event(
            id=str(uuid4()),
            type=TYPE_PREFIX + type(data).__name__,
            source="/status-svc",
            subject=str(data.job.id),
            time=datetime.now(UTC),
            company_id=data.job.company_id,
            data=data,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        async with self.db.worker() as tx:
            await copies.put(tx, "customers", [customer])
            await self._jobs.handle(tx, [event])
            await tx.execute("delete from outbox")

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Rows of the database, as the workers see it."""
        async with self.db.worker() as tx:
            return list(await tx.fetch(sql, *values))

    async def log(self) -> list[tuple[str, str | None]]:
        """State and reason of every delivery."""
        rows = await self.fetch("select state, reason from delivery order by planned_at")
        return [(row["state"], row["reason"]) for row in rows]

    async def published(self) -> list[dict[str, Any]]:
        """What waits on the outbox."""
        rows = await self.fetch("select convert_from(body, 'UTF8')::jsonb as body from outbox order by id")
        return [row["body"] for row in rows]

    async def settled(self) -> list[tuple[str, str | None]]:
        """The log, once nothing is queued any more."""
        await eventually(self._nothing_queued)
        return await self.log()

    async def _nothing_queued(self) -> bool:
        return not await self.fetch("select from queue limit 1")


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `condition` holds; fail when it takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await asyncio.sleep(0.01)


async def kept_waiting(tx: Tx) -> None:
    """Wait until somebody waits for what this transaction has locked."""

    async def somebody_waits() -> bool:
        return bool(
            await tx.fetch("select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")
        )

    await eventually(somebody_waits)


async def stop(task: "asyncio.Task[None]") -> None:
    """End a sender as the runtime does; what it raised is raised here."""
    task.cancel()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    if not isinstance(ended, asyncio.CancelledError):
        raise AssertionError("the sender ended by itself") from ended
