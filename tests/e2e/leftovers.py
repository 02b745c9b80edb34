"""What is left of somebody: in every column of the four databases, in every record of every topic."""

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from contracts.topics import TOPICS, Topic
from deploy.local import databases
from deploy.local.databases import with_database
from deploy.local.plan import Plan
from deploy.local.waiting import run_async, until
from servicekit.cloudevents import clean
from servicekit.remains import Words, remains
from tests.e2e import kafka
from tests.e2e.kafka import Record

Found = set[tuple[str, str]]

# What the cleaner of the broker goes by, so that it cleans at its next round (every 15 s).
EAGER = {
    "segment.ms": "1",
    "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "1",
    "delete.retention.ms": "1",
}
CLEANED_SECONDS = 60


def in_databases(plan: Plan, words: Words) -> Found:
    """(`customer.phone.number`, word) for each column of each table that has the word in some row."""
    return {
        (f"{name}.{where}", word)
        for name in databases.SERVICES
        for where, found in run_async(remains(with_database(plan.admin_url, name), words)).items()
        for word in found
    }


def in_topics(plan: Plan, words: Words) -> Found:
    """(`jobs.v1 JobCreated`, word) for each topic and kind of record that has the word in key, headers or value."""
    return {
        (f"{topic.name} {_kind(record)}", word)
        for topic in TOPICS
        for record in kafka.records(plan, topic)
        for word in words.found_in((record.key or b"", record.value or b"", list(record.headers)))
    }


def compact(plan: Plan, topic: Topic, key: bytes) -> None:
    """Return when of all records of `key` only the newest is left: the broker is told to clean at once."""
    run_async(_configure(plan.kafka_bootstrap, topic, topic.config | EAGER))
    try:
        until(lambda: _has_one(plan, topic, key), f"{topic.name} is not compacted", CLEANED_SECONDS)
    finally:
        run_async(_configure(plan.kafka_bootstrap, topic, topic.config))


def _has_one(plan: Plan, topic: Topic, key: bytes) -> bool:
    """Is one left? A segment closes only when a record comes after it: the newest once more, which readers drop."""
    own = [record for record in kafka.records(plan, topic) if record.key == key]
    older = {record.value for record in own} - {own[-1].value}
    if older:
        run_async(_again(plan.kafka_bootstrap, own[-1]))
    return not older


async def _again(bootstrap: str, record: Record) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        await producer.send_and_wait(
            record.topic, record.value, key=record.key, headers=list(record.headers), partition=record.partition
        )


async def _configure(bootstrap: str, topic: Topic, config: dict[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, config)])
    finally:
        await admin.close()


def _kind(record: Record) -> str:
    return clean(record.headers).get("ce_type", "?").rpartition(".")[2]
