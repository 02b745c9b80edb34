"""What requests and consumers meet when the database has no connection free, or no room."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from contracts.jobs import Role
from contracts.topics import COMPANIES
from servicekit import copies, outbox
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx
from servicekit.kafka import Consumer, Consumers
from servicekit.relay import Relay
from servicekit.settings import KafkaSettings
from servicekit.testing import DatabaseUrls, TestIssuer, serving, until
from servicekit.tests.test_events_in_and_out import a_company, a_message, publish, running, seen
from servicekit.tests.test_http import an_app

POOL = 2
LIMIT = 2.0  # seconds; what the pool's own limit promises
STARTS = 2.0  # of a connection that is made meanwhile, on a machine that does much else

FULL = """
create function no_room() returns trigger language plpgsql as $$
begin
    raise exception using errcode = '53100', message = 'could not extend file: No space left on device';
end
$$;
create trigger no_room before insert on {0} for each statement execute function no_room();
"""


@asynccontextmanager
async def no_room_in(urls: DatabaseUrls, table: str) -> AsyncIterator[None]:
    """While the block lasts the database refuses to write to the table, as one whose disk is full does (53100)."""
    owner = await asyncpg.connect(urls.owner_url)
    try:
        await owner.execute(FULL.format(table))
        yield
        await owner.execute("drop function no_room cascade")
    finally:
        await owner.close()


@pytest.mark.survives(17)
async def test_a_request_that_finds_no_connection_free_is_answered_503_within_two_seconds(
    database: Callable[[str], Any], issuer: TestIssuer
) -> None:
    app, headers = an_app(database("notifier"), issuer, database_pool_size=POOL), issuer.headers(Role.ADMIN, uuid4())
    async with serving(app) as client, AsyncExitStack() as held:
        for _ in range(POOL):
            await held.enter_async_context(app.state.database.company(uuid4()))
        begun = time.monotonic()
        asked = [client.post("/v1/notes", json={"text": "hello"}, headers=headers) for _ in range(10)]
        answers = await asyncio.gather(*asked)
        assert time.monotonic() - begun < LIMIT + STARTS
        assert {(answer.status_code, answer.headers["retry-after"]) for answer in answers} == {(503, "1")}
        await held.aclose()
        assert (await client.post("/v1/notes", json={"text": "hello"}, headers=headers)).status_code == 201


@pytest.mark.survives(18)
async def test_on_a_full_disk_a_request_is_refused_clearly_and_nothing_of_it_stays(
    database: Callable[[str], Any], issuer: TestIssuer
) -> None:
    urls = database("notifier")
    headers = issuer.headers(Role.ADMIN, uuid4()) | {"idempotency-key": "again"}
    async with serving(an_app(urls, issuer)) as client:
        async with no_room_in(urls, "idempotency"):  # what is written last
            refused = await client.post("/v1/notes", json={"text": "hello"}, headers=headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        again = await client.post("/v1/notes", json={"text": "hello"}, headers=headers)
        assert (again.status_code, again.json()) == (201, {"number": 0})


@pytest.mark.survives(18)
async def test_on_a_full_disk_a_batch_is_read_again_until_there_is_room_and_nothing_is_half_done(
    database: Callable[[str], Any], kafka: str
) -> None:
    urls, broker = database("notifier"), KafkaSettings(bootstrap_servers=kafka)
    db = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    company, tries = a_company(), asyncio.Event()

    async def handle(tx: Tx, events: Sequence[Event[Any]]) -> None:
        mine = [event.data for event in events if event.data.id == company.id]
        await copies.put(tx, "seen", mine)
        if mine:
            tries.set()
            await outbox.add(tx, [a_message(company)])

    async with running(Relay(db, broker)):
        await publish(db, a_message(company))
        await until(lambda: _empty(db))
    async with no_room_in(urls, "outbox"):
        consumers = Consumers("test", broker, db, [Consumer(COMPANIES, f"test-{uuid4()}", handle)])
        task = asyncio.create_task(consumers.run())
        await tries.wait()
        tries.clear()
        await tries.wait()
        assert not await seen(db, company.id)
    await until(lambda: seen(db, company.id))
    async with db.worker() as tx:
        assert await tx.fetchval("select count(*) from outbox") == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await db.close()


async def _empty(db: Database) -> bool:
    async with db.worker() as tx:
        return not await tx.fetchval("select count(*) from outbox")
