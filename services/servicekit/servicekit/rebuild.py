"""Rebuild a copy from its compacted topic: a new generation is filled beside the one in use, then takes its place."""

import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from contracts.topics import Topic
from servicekit import copies
from servicekit.cloudevents import Undecodable, clean, decode
from servicekit.db import Database
from servicekit.kafka import client_options
from servicekit.settings import KafkaSettings

log = logging.getLogger(__name__)

BATCH = 1000

_BEGIN = """
insert into snapshot_generation (kind, building) values ($1, 2)
on conflict (kind) do update set building = snapshot_generation.active + 1
returning building
"""
_SWAP = "update snapshot_generation set active = building, building = null where kind = $1"


async def rebuild(database: Database, settings: KafkaSettings, kind: str, topic: Topic) -> int:
    """Fill the copy `kind` anew from `topic`; consumers go on meanwhile and write both. Returns records read."""
    async with database.worker() as tx:
        generation = await tx.fetchval(_BEGIN, kind)
        await tx.execute("delete from snapshot where kind = $1 and generation = $2", kind, generation)
    total = 0
    async for records in _whole(settings, topic):
        total += len(records)
        async with database.worker() as tx:
            await copies.put(tx, kind, [event for record in records if (event := _snapshot(record))])
    async with database.worker() as tx:
        await tx.execute(_SWAP, kind)
        await tx.execute("delete from snapshot where kind = $1 and generation <> $2", kind, generation)
    return total


def _snapshot(record: ConsumerRecord[bytes, bytes]) -> Any:
    """The snapshot in a record; one that can't be read was dead-lettered by the consumer and is left out."""
    try:
        event = decode(clean(record.headers), record.value)
    except Undecodable as error:
        log.warning("left out of the rebuild", extra={"offset": record.offset, "error": str(error)})
        return None
    return event.data if event else None


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
