"""Outbox to Kafka to inbox, on real PostgreSQL and real Kafka: at least once on the wire, once in the database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from unittest.mock import Mock
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from contracts.profiles import CompanyProfile
from contracts.topics import COMPANIES, Topic
from servicekit import copies, deadletters, outbox
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx
from servicekit.errors import TooLarge
from servicekit.following import follow
from servicekit.housekeeping import keep_house
from servicekit.kafka import Consumer, Consumers
from servicekit.outbox import Message
from servicekit.rebuild import rebuild
from servicekit.relay import Relay
from servicekit.settings import KafkaSettings
from servicekit.testing import until
from servicekit.topics import create_topics


def a_company(**over: Any) -> CompanyProfile:
    id = uuid4()
    return CompanyProfile.model_validate(
        {"id": id, "company_id": id, "version": 1, "name": "Northside", "slug": "northside", "zone": "UTC"} | over
    )


def a_message(company: CompanyProfile) -> Message:
    return Message(COMPANIES, str(company.id), company.id, company)


@pytest.fixture
async def db(database: Callable[[str], Any]) -> AsyncIterator[Database]:
    urls = database("notifier")
    opened = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    yield opened
    await opened.close()


@pytest.fixture
def broker(kafka: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka)


@asynccontextmanager
async def running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def publish(db: Database, *messages: Message) -> None:
    async with db.worker() as tx:
        await outbox.add(tx, messages)


async def drained(db: Database) -> bool:
    async with db.worker() as tx:
        return not await tx.fetchval("select count(*) from outbox where parked is null")


async def read(kafka: str, topic: str, wanted: Callable[[ConsumerRecord[bytes, bytes]], bool]) -> Any:
    """The first record of `topic` that is `wanted`."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            async for record in consumer:
                if wanted(record):
                    return record
    finally:
        await consumer.stop()


async def test_what_is_committed_is_published_and_the_official_sdk_reads_it(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    company = a_company(name="Grüße & Söhne")
    async with running(Relay(db, broker)):
        await publish(db, a_message(company))
        record = await read(kafka, COMPANIES.name, lambda r: r.key == str(company.id).encode())
        await until(lambda: drained(db))
    headers = dict(record.headers)
    event = from_binary_event(KafkaMessage(headers=headers, key=record.key, value=record.value), JSONFormat())
    assert event.get_type() == "com.fieldbell.CompanyProfile"
    assert event.get_source() == "/customer-svc"
    assert event.get_subject() == str(company.id)
    assert event.get_dataschema() == "urn:fieldbell:CompanyProfile:1"
    assert event.get_extension("companyid") == str(company.id)
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["name"] == "Grüße & Söhne"


async def test_what_is_rolled_back_is_not_published(db: Database) -> None:
    async def fails() -> None:
        async with db.worker() as tx:
            await outbox.add(tx, [a_message(a_company())])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await drained(db)


@pytest.mark.survives(26)
async def test_a_change_too_large_to_be_told_is_not_made(db: Database) -> None:
    with pytest.raises(TooLarge):
        await publish(db, a_message(a_company(name="x" * 1_200_000)))
    assert await drained(db)


async def insert_raw(db: Database, topic: str, body: bytes) -> None:
    async with db.worker() as tx:
        sql = "insert into outbox (company_id, topic, key, headers, body) values ($1, $2, 'k', '{}', $3)"
        await tx.execute(sql, uuid4(), topic, body)


@pytest.mark.survives(26)
async def test_a_message_no_broker_would_take_is_parked_and_others_flow(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    small = a_company()
    await insert_raw(db, COMPANIES.name, b"x" * 1_200_000)
    await publish(db, a_message(small))
    async with running(Relay(db, broker)):
        await read(kafka, COMPANIES.name, lambda r: r.key == str(small.id).encode())
        await until(lambda: drained(db))
    async with db.worker() as tx:
        assert await tx.fetchval("select count(*) from outbox where parked is not null") == 1


async def test_a_topic_that_cant_be_written_stops_no_other_and_is_not_in_order(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    company = a_company()
    await insert_raw(db, "nobody-made-this.v1", b"{}")
    await publish(db, a_message(company))
    relay = Relay(db, broker)
    async with running(relay):
        await read(kafka, COMPANIES.name, lambda r: r.key == str(company.id).encode())

        async def held() -> list[str]:
            return relay.held

        assert await until(held) == ["nobody-made-this.v1"]
        with pytest.raises(RuntimeError, match=r"nobody-made-this\.v1"):
            await relay.check()


async def test_what_has_served_its_time_is_forgotten_while_the_service_runs(db: Database) -> None:
    async def old_ones() -> int:
        async with db.worker() as tx:
            number: int = await tx.fetchval("select count(*) from inbox where seen_at < now() - interval '16 days'")
        return number

    async def none_old() -> bool:
        return await old_ones() == 0

    task = asyncio.create_task(keep_house(db, every=0.01))
    for n in range(2):  # twice: not only when it begins
        async with db.worker() as tx:
            await tx.execute(
                "insert into inbox values ('c', $1, now() - interval '17 days'), ('c', $2, now())", f"o{n}", f"n{n}"
            )
        await until(none_old)
    task.cancel()
    async with db.worker() as tx:
        assert await tx.fetchval("select count(*) from inbox") == 2


class Seen:
    """A handler that remembers in the database, so that what is rolled back is forgotten."""

    def __init__(self) -> None:
        self.calls: list[list[UUID]] = []
        self.raises_for: set[UUID] = set()

    async def __call__(self, tx: Tx, events: Sequence[Event[Any]]) -> None:
        self.calls.append([event.data.id for event in events])
        await copies.apply(tx, "seen", events)
        if self.raises_for & set(self.calls[-1]):
            raise ValueError("not this one")


async def seen(db: Database, *ids: UUID) -> bool:
    async with db.worker() as tx:
        return set(ids) <= set(await copies.get(tx, "seen", ids))


async def produce(kafka: str, *records: tuple[bytes | None, list[tuple[str, bytes]]], topic: Topic = COMPANIES) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for value, headers in records:
        await producer.send_and_wait(topic.name, value, key=b"k", headers=headers)
    await producer.stop()


def record_of(company: CompanyProfile, **headers: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    message = a_message(company)
    return company.model_dump_json().encode(), [(k, v.encode()) for k, v in (message.headers() | headers).items()]


@pytest.mark.survives(23)
async def test_an_event_seen_a_thousand_times_is_handled_once(db: Database, broker: KafkaSettings, kafka: str) -> None:
    company, last = a_company(), a_company()
    handle = Seen()
    await produce(kafka, *[record_of(company)[:1] + record_of(company, ce_id="the-same")[1:]] * 1000, record_of(last))
    async with running(Consumers("notifier-svc", broker, db, [Consumer(COMPANIES, f"test-{uuid4()}", handle)])):
        await until(lambda: seen(db, company.id, last.id))
    assert sum(call.count(company.id) for call in handle.calls) == 1


@pytest.mark.survives(21, 22, 52)
async def test_what_cant_be_read_becomes_a_dead_letter_and_neighbours_proceed(
    db: Database, broker: KafkaSettings, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counter[str]()
    count = Mock(add=lambda number, labels: counted.update({labels["outcome"]: number}))
    monkeypatch.setattr("servicekit.kafka._events", count)
    first, last = a_company(), a_company()
    of_another_version = record_of(a_company(), ce_dataschema="urn:fieldbell:CompanyProfile:99")
    of_another_company = record_of(a_company(), ce_companyid=str(uuid4()))
    unknown_type = record_of(a_company(), ce_type="com.fieldbell.NeverHeardOf")
    odd_header = (record_of(last)[0], [*record_of(last)[1], ("x-odd", b"\xff\xfe")])
    await produce(
        kafka,
        record_of(first),
        (b"no json", record_of(first)[1]),
        (b"{}", [("unrelated", b"1")]),
        of_another_version,
        of_another_company,
        unknown_type,
        odd_header,
    )
    one, other = f"test-{uuid4()}", f"test-{uuid4()}"
    consumers = Consumers("notifier-svc", broker, db, [Consumer(COMPANIES, group, Seen()) for group in (one, other)])
    async with running(consumers):
        await until(lambda: seen(db, first.id, last.id))
        await until(lambda: consumers.has_read(one))
        await until(lambda: consumers.has_read(other))
    async with db.worker() as tx:
        rows = await tx.fetch("select origin, headers, body, error from dead_letter")
    errors = {row["error"] for row in rows}
    assert {"no ce_type header", "unknown schema version urn:fieldbell:CompanyProfile:99"} <= errors
    assert "the event's company differs from the data's" in errors
    assert any(row["body"] == b"no json" for row in rows)
    assert counted["dead"] == len(rows) == len({row["origin"] for row in rows})
    assert not any("NeverHeardOf" in row["headers"].get("ce_type", "") for row in rows)
    assert all(row["origin"].startswith(COMPANIES.name) for row in rows)


@pytest.mark.survives(27)
async def test_an_event_that_always_raises_is_set_aside_after_five_tries_and_neighbours_go_on(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    first, bad, last = a_company(), a_company(), a_company()
    handle = Seen()
    handle.raises_for = {bad.id}
    await produce(kafka, record_of(first), record_of(bad), record_of(last))
    async with running(Consumers("notifier-svc", broker, db, [Consumer(COMPANIES, f"test-{uuid4()}", handle)])):
        await until(lambda: seen(db, first.id, last.id))
    assert [call for call in handle.calls if call == [bad.id]] == [[bad.id]] * 5
    assert not await seen(db, bad.id)
    async with db.worker() as tx:
        query = "select error from dead_letter where headers ->> 'ce_subject' = $1"
        assert "ValueError" in await tx.fetchval(query, str(bad.id))


async def test_trouble_of_the_database_is_retried_and_loses_nothing(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    company = a_company()
    failures = iter([OSError("away"), TimeoutError("slow")])
    seen_by = Seen()

    async def handle(tx: Tx, events: Sequence[Event[Any]]) -> None:
        if any(event.data.id == company.id for event in events) and (failure := next(failures, None)):
            raise failure
        await seen_by(tx, events)

    await produce(kafka, record_of(company))
    async with running(Consumers("notifier-svc", broker, db, [Consumer(COMPANIES, f"test-{uuid4()}", handle)])):
        await until(lambda: seen(db, company.id))
    async with db.worker() as tx:
        assert not await tx.fetchval("select count(*) from outbox where headers ->> 'ce_subject' = $1", str(company.id))


@pytest.mark.survives(25)
async def test_an_older_version_after_a_newer_one_is_ignored(db: Database) -> None:
    company = a_company(version=2, name="new")
    async with db.worker() as tx:
        await copies.put(tx, "companies", [company])
        await copies.put(tx, "companies", [company.model_copy(update={"version": 1, "name": "old"})])
        assert (await copies.get(tx, "companies", [company.id]))[company.id]["name"] == "new"


@pytest.mark.survives(22)
async def test_a_dead_letter_put_back_is_handled_once_however_often_it_is_asked_for(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    company = a_company()
    handle = Seen()
    handle.raises_for = {company.id}
    events = Topic(f"events-{uuid4()}.v1", "customer-svc", "company id")
    await create_topics(broker, [events])
    consumers = Consumers("status-svc", broker, db, [Consumer(events, f"test-{uuid4()}", handle)])

    async def letters() -> list[Any]:
        async with db.worker() as tx:
            return list(await tx.fetch("select id from dead_letter where topic = $1", events.name))

    await produce(kafka, record_of(company), topic=events)
    async with running(consumers), running(Relay(db, broker)):
        [letter] = await until(letters)
        handle.raises_for, tried = set(), len(handle.calls)
        for expected in (1, 0):
            async with db.worker() as tx:
                assert await deadletters.replay(tx, [letter["id"]], "ann") == expected
        await until(lambda: seen(db, company.id))
    assert handle.calls[tried:] == [[company.id]]
    async with db.worker() as tx:
        found = await deadletters.find(tx, letter["id"])
    assert (found["state"], found["decided_by"], found["body"], found["headers"]) == ("replayed", "ann", None, {})


async def test_a_copy_rebuilt_from_its_topic_is_whole_and_replaces_the_old(
    db: Database, broker: KafkaSettings, kafka: str
) -> None:
    old, new = a_company(), a_company()
    async with db.worker() as tx:
        await copies.put(tx, "companies", [old])  # never published: a copy gone wrong
    await produce(kafka, record_of(new), (b"no json", record_of(new)[1]))

    async def keep(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await copies.apply(tx, "companies", events)

    assert await rebuild(db, broker, Consumer(COMPANIES, "test", keep)) >= 2
    async with db.worker() as tx:
        assert set(await copies.get(tx, "companies", [old.id, new.id])) == {new.id}
        generations = await tx.fetch("select distinct generation from snapshot where kind = 'companies'")
    assert len(generations) == 1


async def test_a_process_knows_when_it_has_worked_off_what_waited(db: Database, broker: KafkaSettings) -> None:
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def handle(tx: Tx, events: Sequence[Event[Any]]) -> None:
        begun.set()
        await may_go_on.wait()

    await publish(db, a_message(a_company()))
    async with running(Relay(db, broker)):
        await until(lambda: drained(db))
    group = f"slow.{uuid4()}"
    consumers = Consumers("test", broker, db, [Consumer(COMPANIES, group, handle)])
    assert not await consumers.has_read(group)
    async with running(consumers):
        await begun.wait()
        assert consumers.healthy
        assert not await consumers.has_read(group)
        may_go_on.set()
        await until(lambda: consumers.has_read(group))
        assert not await consumers.has_read("another")


async def test_for_how_long_a_process_may_not_know_what_came_grows_while_something_waits(
    db: Database, broker: KafkaSettings
) -> None:
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def handle(tx: Tx, events: Sequence[Event[Any]]) -> None:
        begun.set()
        await may_go_on.wait()

    group = f"slow.{uuid4()}"
    consumers = Consumers("test", broker, db, [Consumer(COMPANIES, group, handle)])

    async def all_known() -> dict[int, float] | None:
        ages = {part: age for part, age in (await consumers.ages(group)).items() if age is not None}
        return ages if len(ages) == COMPANIES.partitions else None

    async def one_is_older_than(seconds: float) -> bool:
        return max(age for age in (await consumers.ages(group)).values() if age is not None) > seconds

    assert await consumers.ages(group) == {}
    async with running(consumers):
        await publish(db, a_message(a_company()))
        async with running(Relay(db, broker)):
            await begun.wait()
        assert None in (await consumers.ages(group)).values()  # what was there before is yet to be worked off
        may_go_on.set()
        await until(all_known)
        may_go_on.clear()
        begun.clear()
        await publish(db, a_message(a_company()))
        async with running(Relay(db, broker)):
            await begun.wait()
        await until(lambda: one_is_older_than(2.0))
        may_go_on.set()

        async def none_is_older() -> bool:
            return not await one_is_older_than(1.0)

        await until(none_is_older)


async def test_of_many_consumers_each_is_known_by_its_own_group(db: Database, broker: KafkaSettings) -> None:
    may_go_on = asyncio.Event()

    async def held(tx: Tx, events: Sequence[Event[Any]]) -> None:
        await may_go_on.wait()

    await publish(db, a_message(a_company()))
    async with running(Relay(db, broker)):
        await until(lambda: drained(db))
    quick, slow = ([f"{kind}.{uuid4()}" for _ in range(3)] for kind in ("quick", "slow"))
    each = [Consumer(COMPANIES, group, Seen()) for group in quick]
    each += [Consumer(COMPANIES, group, held) for group in slow]
    consumers = Consumers("test", broker, db, each)
    async with running(consumers):
        for group in quick:
            await until(partial(consumers.has_read, group))
        assert [await consumers.has_read(group) for group in slow] == [False] * len(slow)
        may_go_on.set()
        for group in slow:
            await until(partial(consumers.has_read, group))


async def test_every_follower_hears_all_that_comes_from_now_on(broker: KafkaSettings, kafka: str) -> None:
    before, news = a_company(), a_company()
    await produce(kafka, record_of(before))
    heard: list[set[UUID]] = [set(), set()]

    def hearing(ids: set[UUID]) -> Any:
        async def hear(events: Sequence[Event[Any]]) -> None:
            ids.update(event.data.id for event in events)

        return asyncio.create_task(follow(broker, COMPANIES, hear))

    followers = [hearing(ids) for ids in heard]

    async def all_heard() -> bool:
        """Told once more each time, in case somebody was not listening yet; with something that can't be read."""
        await produce(kafka, record_of(news), (b"no json", record_of(news)[1]))
        return all(news.id in ids for ids in heard)

    await until(all_heard)
    assert not any(before.id in ids for ids in heard)
    for follower in followers:
        follower.cancel()
    assert [type(e) for e in await asyncio.gather(*followers, return_exceptions=True)] == [asyncio.CancelledError] * 2
