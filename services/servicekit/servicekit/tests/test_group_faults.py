"""What a consumer group lives through: a broker that restarts, members that come, go, and fall silent."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.profiles import CompanyProfile
from contracts.topics import COMPANIES, Topic
from servicekit import kafka, outbox
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx
from servicekit.kafka import Consumer, Consumers
from servicekit.settings import KafkaSettings
from servicekit.testing import Shown, until
from servicekit.tests.test_events_in_and_out import a_company, a_message, record_of

SESSION_SECONDS = 10.0  # after which a broker gives up a member that says nothing: the library's, as services have it
REJOINED_WITHIN = 60.0


@pytest.fixture
async def db(database: Callable[[str], Any]) -> AsyncIterator[Database]:
    urls = database("notifier")
    opened = await Database.open(urls.api_url, urls.worker_url, size=6, name="test")
    yield opened
    await opened.close()


@pytest.fixture
def broker(kafka: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka)


async def supervised(consumers: Consumers) -> None:
    """As a service runs them: what is interrupted begins anew."""
    while True:
        try:
            await consumers.run()
        except Exception:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def members(*all_of_them: Consumers) -> AsyncIterator[dict[Consumers, "asyncio.Task[None]"]]:
    """They run until the block ends, each in a task that may be ended before."""
    tasks = {each: asyncio.create_task(supervised(each)) for each in all_of_them}
    try:
        yield tasks
    finally:
        await ended(*tasks.values())


async def test_what_another_member_took_over_is_not_behind_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "_lag", shown := Shown())
    await kafka._measure(cast("Any", Reader({0: 12, 1: 10})), "group")
    assert shown.of(topic="jobs.v1", consumer="group") == 2
    await kafka._measure(cast("Any", Reader({})), "group")
    assert shown.of(topic="jobs.v1", consumer="group") == 0


@dataclass
class Reader:
    """What a consumer tells of itself: the newest of each partition that it has; it stands at 10 everywhere."""

    newest: dict[int, int]

    def subscription(self) -> frozenset[str]:
        return frozenset({"jobs.v1"})

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("jobs.v1", number) for number in self.newest}

    def highwater(self, partition: TopicPartition) -> int:
        return self.newest[partition.partition]

    async def position(self, _: TopicPartition) -> int:
        return 10


async def ended(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Handler:
    """Leaves one row for each event of `companies`; the first batch that has one waits until it may go on."""

    def __init__(self, companies: Sequence[CompanyProfile]) -> None:
        self._companies = {company.id: company for company in companies}
        self.begun = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def __call__(self, tx: Tx, events: Sequence[Event[Any]]) -> None:
        mine = [self._companies[event.data.id] for event in events if event.data.id in self._companies]
        if mine:
            self.begun.set()
            await self.may_go_on.wait()
        await outbox.add(tx, map(a_message, mine))


async def effects(db: Database) -> Counter[str]:
    """How many rows each company's event left."""
    async with db.worker() as tx:
        rows = await tx.fetch("select key, count(*) as rows from outbox group by key")
    return Counter({row["key"]: row["rows"] for row in rows})


async def all_handled(db: Database, companies: Sequence[CompanyProfile]) -> bool:
    return {str(company.id) for company in companies} <= (await effects(db)).keys()


async def has_a_part(consumers: Consumers, group: str) -> bool:
    """Is it a member of its group that has something to read?"""
    reader = consumers._readers.get(group)
    return reader is not None and bool(reader.assignment())


@pytest.mark.survives(11)
async def test_a_broker_that_restarts_while_a_batch_is_handled_has_nothing_lost_or_repeated(
    db: Database, broker: KafkaSettings, kafka: str, infrastructure: Any
) -> None:
    companies = [a_company() for _ in range(10)]
    handler, group = Handler(companies), f"test-{uuid4()}"
    await produce(kafka, companies)
    async with members(Consumers("test", broker, db, [Consumer(COMPANIES, group, handler)])):
        await handler.begun.wait()
        await asyncio.to_thread(infrastructure.kill, "kafka")
        handler.may_go_on.set()  # its offset is committed to nobody
        await asyncio.to_thread(infrastructure.wait_ready, "kafka")
        await until(lambda: all_handled(db, companies))
    again = Consumers("test", broker, db, [Consumer(COMPANIES, group, handler)])
    async with members(again):
        await until(lambda: again.has_read(group))
    assert await effects(db) == Counter(str(company.id) for company in companies)


@pytest.mark.survives(12)
async def test_partitions_handed_over_in_the_middle_of_a_batch_have_nothing_lost_or_repeated(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    companies = [a_company() for _ in range(60)]
    handler, group = Handler(companies), f"test-{uuid4()}"
    first, second = (Consumers("test", broker, db, [Consumer(COMPANIES, group, handler)]) for _ in range(2))
    await produce(kafka, companies)
    async with members(first):
        await handler.begun.wait()
        async with members(second):
            await until(lambda: has_a_part(second, group))
            handler.may_go_on.set()
            await until(lambda: all_handled(db, companies))
            await until(lambda: first.has_read(group))
            await until(lambda: second.has_read(group))
    assert await effects(db) == Counter(str(company.id) for company in companies)


@pytest.mark.survives(14)
async def test_a_member_that_had_nothing_to_read_for_long_takes_over_when_it_is_needed(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    topic = Topic(f"one-{uuid4()}", "test", "id", (CompanyProfile,), partitions=1)
    await create(kafka, topic)
    before, after = a_company(), a_company()
    handler, group = Handler([before, after]), f"test-{uuid4()}"
    handler.may_go_on.set()
    both = [Consumers("test", broker, db, [Consumer(topic, group, handler)]) for _ in range(2)]

    async def one_is_idle() -> bool:
        return sorted([await has_a_part(each, group) for each in both]) == [False, True] and all(
            e.healthy for e in both
        )

    async with members(*both) as tasks:
        await until(one_is_idle)
        await asyncio.sleep(1.5 * SESSION_SECONDS)  # the fault itself: nothing to do for longer than a session
        await produce(kafka, [before], topic)
        await until(lambda: all_handled(db, [before]))
        [busy] = [each for each in both if await has_a_part(each, group)]
        await ended(tasks[busy])
        await produce(kafka, [after], topic)
        await until(lambda: all_handled(db, [after]), REJOINED_WITHIN)


async def produce(kafka: str, companies: Sequence[CompanyProfile], topic: Topic = COMPANIES) -> None:
    """Spread over the partitions, as their keys are."""
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for company in companies:
            value, headers = record_of(company)
            await producer.send(topic.name, value, key=str(company.id).encode(), headers=headers)


async def create(kafka: str, topic: Topic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic.name, topic.partitions, 1)])
    finally:
        await admin.close()
