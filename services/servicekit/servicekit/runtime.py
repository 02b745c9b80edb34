"""A running service: its database, relay, consumers and tasks, each supervised, and whether all is well."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp
import httpx
from aiokafka.errors import KafkaError
from fastapi import FastAPI

from servicekit import deadletters, telemetry
from servicekit.auth import Authenticator, OwnIssuer
from servicekit.broker import check_broker
from servicekit.db import TROUBLE, Database
from servicekit.housekeeping import keep_house
from servicekit.kafka import Consumer, Consumers
from servicekit.relay import Relay
from servicekit.settings import ServiceSettings

log = logging.getLogger(__name__)

_in_order = telemetry.meter.create_gauge("fieldbell_in_order", description="What readiness says of each part: 1 or 0.")

# Raises where a part is not in order; may say more where it is.
Check = Callable[[], Awaitable[str | None]]

CHECK_SECONDS = 3.0
SHOW_SECONDS = 15.0
RESTART_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 15.0  # longer than the sender takes to let go of what is on the wire

# The broker or the database is away: no fault of the task, and no news worth a traceback each second.
INTERRUPTIONS: tuple[type[Exception], ...] = (KafkaError, *TROUBLE)

# A long-running part of a service; returns only by cancellation.
Task = Callable[["Runtime"], Awaitable[None]]


class Runtime:
    """What a service runs on, from start to graceful end."""

    database: Database
    http: httpx.AsyncClient
    bulk: aiohttp.ClientSession
    """For megabytes from a neighbour, at a quarter of what `http` takes."""

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        *,
        consumers: Sequence[Consumer] = (),
        tasks: Sequence[tuple[str, Task]] = (),
        own_issuer: OwnIssuer | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.consumers = consumers
        self._tasks = tasks
        self._own_issuer = own_issuer
        self._failing: set[str] = set()
        self._stopping = False
        self._listening: Consumers | None = None
        self._checks: dict[str, Check] = {}
        self._parts: Sequence[str] = ()

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Open everything, run the background work, and on the way out stop it and close."""
        settings = self.settings
        self.database = await self.open_database()
        async with (
            httpx.AsyncClient() as self.http,
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as self.bulk,
        ):
            app.state.database = self.database
            app.state.authenticator = Authenticator(
                settings.auth_issuers, settings.auth_audience, self.http, self._own_issuer
            )
            running = [asyncio.create_task(self._supervise(name, run), name=name) for name, run in self._background()]
            try:
                yield
            finally:
                self._stopping = True
                await _cancel(running)
                await self.database.close()
                telemetry.shutdown()

    async def open_database(self) -> Database:
        """The service's database; the caller closes it."""
        return await Database.open(
            self.settings.api_database_url.get_secret_value(),
            self.settings.worker_database_url.get_secret_value(),
            size=self.settings.database_pool_size,
            name=self.name,
        )

    def _background(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        kafka = self.settings.kafka
        relay = Relay(self.database, kafka)
        self._checks = {
            "database": self.database.check,
            "broker": lambda: check_broker(kafka),
            "relay": relay.check,
            "dead letters": self._dead_letters,
        }
        background: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("relay", relay.run),
            ("outbox gauges", relay.measure),
            ("housekeeping", lambda: keep_house(self.database)),
            ("readiness gauges", self._show),
        ]
        if self.consumers:
            self._listening = Consumers(self.name, self.settings.kafka, self.database, self.consumers)
            background.append(("consumers", self._listening.run))
        for name, task in self._tasks:
            background.append((name, lambda task=task: task(self)))  # type: ignore[misc]
        self._parts = [*self._checks, *(name for name, _ in background)]
        return background

    async def _supervise(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a long task until the end; its crash is logged, shown in readiness, and followed by a new try.

        A cancellation can be lost where closing a connection raises instead: then the loop itself ends it.
        """
        while not self._stopping:
            self._failing.discard(name)
            try:
                await run()
            except INTERRUPTIONS as error:
                log.warning("background task interrupted", extra={"task": name, "error": type(error).__name__})
            except Exception:
                log.exception("background task crashed", extra={"task": name})
            self._failing.add(name)
            await asyncio.sleep(RESTART_SECONDS)

    async def has_read(self, group: str) -> bool:
        """Whether this process is up to date with its part of what one of its groups consumes."""
        return self._listening is None or await self._listening.has_read(group)

    async def ages(self, group: str) -> Mapping[int, float | None]:
        """By partition that this process reads for one of its groups: seconds of which it may not know what came."""
        return {} if self._listening is None else await self._listening.ages(group)

    async def check(self) -> dict[str, str]:
        """What readiness asks: each part `ok`, perhaps with more after a comma, or why not."""
        results = await asyncio.gather(*map(_outcome, self._checks.values()))
        state = dict(zip(self._checks, results, strict=True))
        if self._listening is not None:
            state["consumers"] = "ok" if self._listening.healthy else "not running"
        return state | dict.fromkeys(self._failing, "interrupted, will be tried again")

    @staticmethod
    def is_in_order(said: str) -> bool:
        """Whether what `check` says of a part is good."""
        return said.split(",")[0] == "ok"

    async def _dead_letters(self) -> str | None:
        """How many wait for an operator; the service does its work all the same (docs/adr/0038)."""
        try:
            async with self.database.worker() as tx:
                waiting = await deadletters.count(tx)
        except TROUBLE:
            return "not counted"
        return f"{waiting} wait" if waiting else None

    async def _show(self) -> None:
        """For ever: what readiness would say, of the parts that it passes over while they are well, too."""
        while True:
            for part, state in (dict.fromkeys(self._parts, "ok") | await self.check()).items():
                _in_order.set(int(self.is_in_order(state)), {"part": part})
            await asyncio.sleep(SHOW_SECONDS)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    """End `tasks`, however long their last work takes; one that lost its cancellation in a library is told again."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def _outcome(check: Check) -> str:
    """Any failure of a check is its result: that is what a check is for."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            said = await check()
    except Exception as error:
        return f"not in order ({type(error).__name__})"
    return f"ok, {said}" if said else "ok"
