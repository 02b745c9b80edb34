"""What every replica hears: a topic from now on, without a group; nothing is committed and nothing is owed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic
from servicekit.broker import check_broker, client_options
from servicekit.cloudevents import Event
from servicekit.records import events_in
from servicekit.settings import KafkaSettings

WAIT_MILLISECONDS = 1000
MOST = 100

Hear = Callable[[Sequence[Event[Any]]], Awaitable[None]]


async def follow(settings: KafkaSettings, topic: Topic, hear: Hear) -> None:
    """Hand over what is published on `topic` from now on, until cancelled; what can't be read is left out.

    For what may be missed, such as caches. Raises where the broker is away at the start; later it waits for its return.
    """
    await check_broker(settings)
    consumer = AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic.name, n) for n in range(topic.partitions)])
        await consumer.seek_to_end()
        while True:
            found = await consumer.getmany(timeout_ms=WAIT_MILLISECONDS, max_records=MOST)
            if events := [event for records in found.values() for event in events_in(records)]:
                await hear(events)
    finally:
        await consumer.stop()
