"""A service as a process, with something in it: what fuzzing finds there, so that it gets further than to a 404."""

import asyncio
import contextlib
import functools
import logging
import multiprocessing
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

import asyncpg
import httpx
import uvicorn
from fastapi import FastAPI

from contracts.jobs import Role
from deploy.local.ports import HOST, free_ports
from deploy.local.waiting import run_async
from servicekit import deadletters
from servicekit.db import Database
from servicekit.deadletters import DeadLetter
from servicekit.settings import Issuer, KafkaSettings
from servicekit.testing import NOWHERE, DatabaseUrls, TestIssuer, until

Json = Any
# A value for each name that a path, a query or a body may have; the ids among them belong together.
Known = dict[str, Any]

NEVER = 4_000_000_000  # when the tokens expire
ASKED_BEFORE_FRESH = 20
LETTERS = 200


@contextmanager
def served_beside(server: AbstractAsyncContextManager[None]) -> Iterator[None]:
    """With a server that a thread of its own runs, as long as the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        yield
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class World(ABC):
    """A running service and what is in it."""

    build: ClassVar[Callable[..., FastAPI]]
    url: str
    in_paths: ClassVar[Known] = {}
    """What stands for a name in a path only."""

    def __init__(self, urls: DatabaseUrls, issuer: TestIssuer) -> None:
        self.issuer = issuer
        self.settings = self.settle(urls)
        self.company_id = uuid4()
        self.customer_id = uuid4()
        self._client = httpx.Client(timeout=30)
        self.token = functools.cache(self._token)
        self._known: list[Known] = []
        self._asked = 0
        self._worker_url = urls.worker_url
        run_async(self._prepared(urls))

    @abstractmethod
    def settle(self, urls: DatabaseUrls) -> Any:
        """The service's settings."""

    async def prepare(self, database: Database) -> None:  # noqa: B027  some need nothing
        """Put in what is not made over HTTP."""

    def found(self) -> None:  # noqa: B027  some need nothing
        """Make, over HTTP, what is there once."""

    @abstractmethod
    def fresh(self) -> list[Known]:
        """New things, to be read, changed, used up and deleted."""

    def known(self, nth: int) -> Known:
        """Something that is there, and not used up yet as far as we know."""
        if not self._known or self._asked == ASKED_BEFORE_FRESH:
            self._known, self._asked = self.fresh(), 0
        self._asked += 1
        return {"letter_id": self._letters[nth % len(self._letters)]} | self._known[nth % len(self._known)]

    def publish(self) -> None:
        """No broker is near: what a relay would have published by now leaves the outbox, else imports had to wait."""
        run_async(self._emptied())

    def used_up(self) -> None:
        """Something known is gone."""
        self._known = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Served as long as the block, by a process of its own."""
        [port] = free_ports(1)
        self.url = f"http://{HOST}:{port}"
        # Not forked: the issuer's thread would come along.
        process = multiprocessing.get_context("spawn").Process(target=serve, args=(self.build, self.settings, port))
        process.start()
        try:
            run_async(until(self._live, 120))
            self.found()
            yield
        finally:
            process.terminate()
            process.join()
            self._client.close()

    def _token(self, role: Role) -> str:
        """A token that outlives the run."""
        return self.issuer.token(role, self.company_id, customer_id=str(self.customer_id), exp=NEVER)

    def operator(self) -> str:
        """A token of a program that is no company's."""
        return self.issuer.token(Role.SERVICE, exp=NEVER)

    def ask(self, role: Role, method: str, path: str, **content: Any) -> httpx.Response:
        """The answer, whatever it is."""
        headers = {"authorization": f"Bearer {self.token(role)}"} | content.pop("headers", {})
        return self._client.request(method, self.url + quote(path, safe="/%?="), headers=headers, **content)

    def made(self, path: str, body: Json = None, role: Role = Role.ADMIN, **more: Any) -> Json:
        """The JSON of a POST that must succeed."""
        return succeeded(self.ask(role, "POST", path, json=body, **more)).json()

    def etag(self, path: str) -> str | None:
        """The ETag of what is at `path` now."""
        role = Role.SERVICE if path.startswith("/v1/companies") else Role.ADMIN
        tag: str | None = self.ask(role, "GET", path).headers.get("etag")
        return tag

    def common(self, urls: DatabaseUrls) -> dict[str, Any]:
        """The settings that every service has. No broker is near (`publish`)."""
        return {
            "api_database_url": urls.api_url,
            "worker_database_url": urls.worker_url,
            "kafka": KafkaSettings(bootstrap_servers=NOWHERE),
            "auth_issuers": (Issuer.model_validate(self.issuer.setting),),
        }

    async def _prepared(self, urls: DatabaseUrls) -> None:
        database = await Database.open(urls.api_url, urls.worker_url, size=2, name="test")
        await self.prepare(database)
        async with database.worker() as tx:
            await deadletters.add(tx, [DeadLetter("jobs.v1/0/1", "a", {}, b"no json", "no ce_id header")] * LETTERS)
            self._letters = list(map(str, await deadletters.waiting(tx, LETTERS)))
        await database.close()

    async def _emptied(self) -> None:
        worker = await asyncpg.connect(self._worker_url)
        await worker.execute("delete from outbox")
        await worker.close()

    async def _live(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return self._client.get(f"{self.url}/health/live").is_success
        return False


def succeeded(response: httpx.Response) -> httpx.Response:
    """The same, unless it is a refusal."""
    assert response.is_success, response.text
    return response


def serve(build: Callable[[Any], FastAPI], settings: Any, port: int) -> None:
    """What the process does; what is unexpected is logged, that no broker is near is not."""
    logging.disable(logging.WARNING)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # there is no broker, which it says twice a second
    uvicorn.run(build(settings), host=HOST, port=port, log_level="critical", access_log=False)
