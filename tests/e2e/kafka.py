"""Kafka as a client sees it that none of the services is: raw records in and out, and how far a group has read."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.deliveries import DeliveryState, DeliveryUpdated
from contracts.topics import DELIVERIES, JOBS, Topic
from deploy.local.plan import Plan
from deploy.local.waiting import run_async, until
from servicekit.cloudevents import clean, decode

Record = ConsumerRecord[bytes, bytes]
Headers = Sequence[tuple[str, bytes]]


def records(plan: Plan, topic: Topic) -> list[Record]:
    """All that lies on a topic now; the order of each key is kept."""
    return run_async(_records(plan.kafka_bootstrap, topic))


def publish(plan: Plan, topic: Topic, key: bytes, value: bytes, *headers: Headers) -> None:
    """Put a record on a topic, once with each of `headers`."""
    run_async(_publish(plan.kafka_bootstrap, topic, key, value, headers))


def first_event(plan: Plan, job_id: str) -> Record:
    """The oldest record about a job."""
    return next(record for record in records(plan, JOBS) if record.key == job_id.encode())


def renamed(headers: Headers, event_id: UUID) -> Headers:
    """The headers of another event of the same kind."""
    return [(name, str(event_id).encode() if name == "ce_id" else value) for name, value in headers]


def wait_until_heard(plan: Plan, topic: Topic, key: str, version: int) -> None:
    """Return when that version of an entry is published, and everybody who follows the topic has read it."""
    assert topic.groups

    def is_published() -> bool:
        own = (each.value for each in records(plan, topic) if each.key == key.encode())
        return any(value and json.loads(value)["version"] == version for value in own)

    until(is_published, f"version {version} of {key} is not on {topic.name}")
    for group in topic.groups:
        wait_until_read(plan, group, topic)


def wait_until_read(plan: Plan, group: str, topic: Topic) -> None:
    """Return when the group has worked off and committed everything on the topic."""
    until(lambda: has_read(plan, group, topic), f"{group} is behind", seconds=30)


def has_read(plan: Plan, group: str, topic: Topic) -> bool:
    """Has the group worked off and committed everything on the topic?"""
    return run_async(_has_read_all(plan.kafka_bootstrap, group, topic))


def delivery_states(plan: Plan) -> dict[UUID, DeliveryState]:
    """The newest state of each delivery, as services that follow deliveries.v1 know it."""
    events = (decode(clean(record.headers), record.value) for record in records(plan, DELIVERIES))
    return {event.data.id: event.data.state for event in events if event and isinstance(event.data, DeliveryUpdated)}


async def _records(bootstrap: str, topic: Topic) -> list[Record]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False) as consumer:
        consumer.assign(_partitions(topic))
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(_partitions(topic))
        found: list[Record] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
        return found


async def _publish(bootstrap: str, topic: Topic, key: bytes, value: bytes, headers: Iterable[Headers]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for each in headers:
            await producer.send(topic.name, value, key=key, headers=each)
        await producer.flush()


async def _has_read_all(bootstrap: str, group: str, topic: Topic) -> bool:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        ends = await consumer.end_offsets(_partitions(topic))
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(group, partitions=_partitions(topic))
    finally:
        await admin.close()
    return all(end == 0 or committed[partition].offset >= end for partition, end in ends.items())


def _partitions(topic: Topic) -> list[TopicPartition]:
    return [TopicPartition(topic.name, number) for number in range(topic.partitions)]
