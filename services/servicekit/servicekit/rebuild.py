"""Rebuild a copy from its compacted topic: a new generation is filled beside the one in use, then takes its place."""

from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from contracts.topics import Topic
from servicekit.broker import client_options
from servicekit.db import Database
from servicekit.kafka import Consumer
from servicekit.records import events_in
from servicekit.settings import KafkaSettings

BATCH = 1000

_BEGIN = """
insert into snapshot_generation (kind, building) values ($1, 2)
on conflict (kind) do update set building = snapshot_generation.active + 1
returning building
"""
_SWAP = "update snapshot_generation set active = building, building = null where kind = $1"


async def rebuild(database: Database, settings: KafkaSettings, consumer: Consumer) -> int:
    """Fill the copy that `consumer` keeps anew from its compacted topic, through its own handler.

    The service goes on consuming meanwhile and writes both generations. Returns how many records were read.
    """
    kind = kind_of(consumer)
    async with database.worker() as tx:
        generation = await tx.fetchval(_BEGIN, kind)
        await tx.execute("delete from snapshot where kind = $1 and generation = $2", kind, generation)
    total = 0
    async for records in _whole(settings, consumer.topic):
        total += len(records)
        async with database.worker() as tx:
            await consumer.handle(tx, list(events_in(records)))
    async with database.worker() as tx:
        await tx.execute(_SWAP, kind)
        await tx.execute("delete from snapshot where kind = $1 and generation <> $2", kind, generation)
    return total


def kind_of(consumer: Consumer) -> str:
    """The name of the copy that a consumer of a compacted topic keeps: `customers` of `customers.v1`."""
    return consumer.topic.name.split(".")[0]


async def _whole(settings: KafkaSettings, topic: Topic) -> AsyncIterator[Sequence[ConsumerRecord[bytes, bytes]]]:
    """All records of `topic` up to where it ended when the reading began, in batches."""
    consumer = AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic.name, n) for n in range(topic.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        while await _behind(consumer, ends):
            for records in (await consumer.getmany(timeout_ms=200, max_records=BATCH)).values():
                yield records
    finally:
        await consumer.stop()


async def _behind(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    return any([await consumer.position(partition) < end for partition, end in ends.items()])
