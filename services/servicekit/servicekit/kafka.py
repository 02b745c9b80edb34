"""Kafka in: at least once from the broker, once per event into the database; what can't be read is set aside."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream import AckPolicy, BaseMiddleware
from faststream._internal.endpoint.subscriber.mixins import TasksMixin
from faststream.exceptions import IgnoredException
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber
from opentelemetry.trace import SpanKind

from contracts.topics import Topic
from servicekit import deadletters, inbox
from servicekit.broker import check_broker, security
from servicekit.cloudevents import Event
from servicekit.db import Database, Tx
from servicekit.failpoints import Point, reach
from servicekit.isolation import isolated
from servicekit.records import Record, dead_letter, read_batch, tolerant
from servicekit.settings import KafkaSettings
from servicekit.telemetry import meter, spanned

log = logging.getLogger(__name__)

_events = meter.create_counter("fieldbell_events_total", description="Events worked off, by consumer and outcome.")

_lag = meter.create_gauge("fieldbell_consumer_lag", description="Records this process has yet to read.")

POLL_MILLISECONDS = 10
WAIT_MILLISECONDS = 1000
REST_SECONDS = 0.01

Fetched = dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]
Handle = Callable[[Tx, Sequence[Event[Any]]], Awaitable[None]]


@dataclass(frozen=True)
class Consumer:
    """Who listens to what: `handle` gets each event of `topic` once, in a worker transaction it must not commit."""

    topic: Topic
    group: str
    handle: Handle
    batch: int = 500
    rest: float = REST_SECONDS
    """Before each batch, so that what comes in quick succession is worked off together."""


@dataclass(slots=True)
class _Mark:
    """How far a part of a topic went at some moment, and the last such moment up to which all was worked off."""

    end: int
    at: float
    reached: float | None = None


class Backoff(BaseMiddleware):
    """After a failed batch wait before it is read again: 0.2 s, doubling up to 30 s, per group and partition."""

    failures: dict[tuple[str, str, int], int]

    def __init__(self, msg: Any | None = None, *, context: Any, failures: dict[tuple[str, str, int], int]) -> None:
        super().__init__(msg, context=context)
        self.failures = failures

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        """Run the handler; on failure wait, then let the batch be redelivered."""
        first = msg.raw_message[0]
        where = (self.context.get_local("handler_").group_id, first.topic, first.partition)
        try:
            result = await call_next(msg)
        except IgnoredException:
            raise
        except Exception:
            failures = self.failures[where] = self.failures.get(where, 0) + 1
            log.exception("batch failed and will be read again", extra={"topic": first.topic, "failures": failures})
            await asyncio.sleep(min(30.0, 0.2 * 2 ** (failures - 1)))
            raise
        self.failures.pop(where, None)
        return result


class Consumers:
    """All consumers of a service on one broker connection."""

    def __init__(
        self, service: str, settings: KafkaSettings, database: Database, consumers: Sequence[Consumer]
    ) -> None:
        self._service = service
        self._settings = settings
        self._database = database
        self._consumers = consumers
        self._broker: KafkaBroker | None = None
        self._readers: dict[str, AIOKafkaConsumer] = {}
        self._marks: dict[tuple[str, TopicPartition], _Mark] = {}

    @property
    def healthy(self) -> bool:
        """Whether every subscriber runs its tasks."""
        broker = self._broker
        return broker is not None and all(
            s.running and s.tasks and not any(task.done() for task in s.tasks)
            for s in broker.subscribers
            if isinstance(s, TasksMixin)
        )

    async def has_read(self, group: str) -> bool:
        """Whether what is known to wait in this process's part for the group is worked off; not before it has one."""
        reader = self._readers.get(group)
        parts = [(reader, part) for part in reader.assignment()] if reader else []
        return bool(parts) and all([await _worked_off(*part) for part in parts])

    async def ages(self, group: str) -> dict[int, float | None]:
        """By partition that this process reads for the group: the seconds of which it may not know what came.

        `None`: it has yet to work off what was there when it was asked first. Where the broker is away, they grow.
        """
        reader = self._readers.get(group)
        if reader is None:
            return {}
        # All at once: a moment later a part may be another process's.
        ends = {part: (reader.highwater(part), reader.last_poll_timestamp(part)) for part in reader.assignment()}
        known = {part.partition: await self._known_until(group, reader, part, *end) for part, end in ends.items()}
        now = time.time()
        return {part: None if until is None else max(0.0, now - until) for part, until in known.items()}

    async def _known_until(
        self, group: str, reader: AIOKafkaConsumer, part: TopicPartition, newest: int | None, asked: int | None
    ) -> float | None:
        if newest is None or asked is None:
            return None
        mark = self._marks.setdefault((group, part), _Mark(newest, asked / 1000))
        if await _reached(reader, part) >= min(mark.end, newest):  # a topic that was made anew begins from 0
            mark.reached, mark.end, mark.at = mark.at, newest, asked / 1000
        return mark.reached

    async def run(self) -> None:
        """Consume until cancelled; raises where a subscriber died, to be run again."""
        await check_broker(self._settings)  # the library leaks its producer where it can't connect
        broker = self._unsubscribed()
        subscribers = [self._subscribe(broker, consumer) for consumer in self._consumers]
        try:
            await broker.connect()
            for consumer in self._consumers:  # who has worked off nothing says so
                _events.add(0, {"consumer": consumer.group, "outcome": "done"})
            await asyncio.gather(*(subscriber.start() for subscriber in subscribers))
            for subscriber, consumer in zip(subscribers, self._consumers, strict=True):
                self._readers[consumer.group] = _reader(subscriber, consumer.rest)
            self._broker = broker
            while self.healthy:
                for group, reader in self._readers.items():
                    await _measure(reader, group)
                await asyncio.sleep(1)
            raise RuntimeError("a subscriber stopped")
        finally:
            self._broker, self._readers = None, {}
            await _stop(broker)

    def _unsubscribed(self) -> KafkaBroker:
        failures: dict[tuple[str, str, int], int] = {}
        return KafkaBroker(
            self._settings.bootstrap_servers.split(","),
            security=security(self._settings),
            client_id=self._service,
            apply_types=False,
            logger=None,
            middlewares=[lambda msg=None, *, context: Backoff(msg, context=context, failures=failures)],
        )

    def _subscribe(self, broker: KafkaBroker, consumer: Consumer) -> BatchSubscriber:
        """What the broker says of its subscribers by itself is a set, in no order."""
        subscriber = broker.subscriber(
            consumer.topic.name,
            group_id=consumer.group,
            auto_offset_reset="earliest",
            batch=True,
            max_records=consumer.batch,
            batch_timeout_ms=POLL_MILLISECONDS,
            fetch_max_wait_ms=100,
            parser=tolerant,
            decoder=read_batch,
            ack_policy=AckPolicy.NACK_ON_ERROR,
        )
        subscriber(self._worker(consumer))
        return subscriber

    def _worker(self, consumer: Consumer) -> Callable[[list[Record]], Awaitable[None]]:
        first = next(each for each in self._consumers if each.topic is consumer.topic)

        async def work_off(records: list[Record]) -> None:
            # What nobody can read is one dead letter, however many groups come across it.
            unreadable = [dead_letter(r, r.error) for r in records if r.error] if consumer is first else []
            with spanned(f"{consumer.topic.name} process", kind=SpanKind.CONSUMER):
                async with self._database.worker() as tx:
                    await deadletters.add(tx, unreadable)
                    await work(tx, consumer, [r for r in records if r.event])
                reach(Point.WORKED_OFF)
            _events.add(len(unreadable), {"consumer": consumer.group, "outcome": "dead"})

        return work_off


async def work(tx: Tx, consumer: Consumer, records: Sequence[Record]) -> None:
    """Hand the events not seen before to the handler; what always raises becomes a dead letter."""
    by_id = {record.event.id: record for record in records if record.event}
    new = await inbox.remember(tx, consumer.group, by_id)
    fresh = [record for id, record in by_id.items() if id in new]

    async def handle(some: Sequence[Record]) -> None:
        await consumer.handle(tx, [record.event for record in some if record.event])

    async def give_up(record: Record, error: Exception) -> None:
        why = f"{type(error).__name__} in {consumer.group}"
        await deadletters.add(tx, [dead_letter(record, why)])
        if record.event:
            await inbox.forget(tx, consumer.group, record.event.id)

    done = await isolated(tx, fresh, handle, give_up)
    _events.add(done, {"consumer": consumer.group, "outcome": "done"})
    _events.add(len(fresh) - done, {"consumer": consumer.group, "outcome": "dead"})


def _reader(subscriber: BatchSubscriber, rest: float) -> AIOKafkaConsumer:
    """What a started subscriber reads with, made to rest before each batch."""
    reader = cast("AIOKafkaConsumer", subscriber.consumer)
    reader.getmany = partial(_some, reader.getmany, rest)  # type: ignore[method-assign]
    return reader


async def _worked_off(consumer: AIOKafkaConsumer, part: TopicPartition) -> bool:
    newest = consumer.highwater(part)
    return newest is not None and await _reached(consumer, part) >= newest


async def _reached(consumer: AIOKafkaConsumer, part: TopicPartition) -> int:
    """Up to where all is worked off. Before anything is, what was fetched may still be in somebody's hands."""
    committed: int | None = await consumer.committed(part)
    if committed is not None:
        return committed
    first: int = (await consumer.beginning_offsets([part]))[part]
    return first


async def _some(getmany: Callable[..., Awaitable[Fetched]], rest: float, **how: Any) -> Fetched:
    """Records, however long it takes: after an empty poll the library would sleep, and a new event wait for that."""
    await asyncio.sleep(rest)
    while not (records := await getmany(**how | {"timeout_ms": WAIT_MILLISECONDS})):
        pass
    return records


async def _measure(reader: AIOKafkaConsumer, group: str) -> None:
    """Show how far behind a consumer is, as its own fetches tell it: nobody is asked for that."""
    behind = dict.fromkeys(reader.subscription(), 0)  # what another process reads from now on is not behind here
    for partition in reader.assignment():
        newest = reader.highwater(partition)
        if newest is not None:  # it has fetched from there: its position is known
            behind[partition.topic] += max(0, newest - await reader.position(partition))
    for topic, records in behind.items():
        _lag.set(records, {"topic": topic, "consumer": group})


async def _stop(broker: KafkaBroker) -> None:
    try:
        async with asyncio.timeout(5):
            await broker.stop()
    except TimeoutError:
        log.warning("consumers abandoned: the broker does not answer")
