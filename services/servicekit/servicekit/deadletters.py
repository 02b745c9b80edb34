"""Dead letters: records that can't be read or handled, kept whole with the reason, and put back by a command."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from contracts.topics import dead_letters
from servicekit.broker import by_crc32, client_options
from servicekit.cloudevents import clean
from servicekit.db import Tx
from servicekit.settings import KafkaSettings

log = logging.getLogger(__name__)

NO_COMPANY = UUID(int=0)
_ADD = """
with added as (
    insert into outbox (company_id, topic, key, headers, body)
    select $1, $2, * from unnest($3::text[], $4::jsonb[], $5::bytea[])
)
select pg_notify('outbox', '')
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record as it came, where it came from (`topic/partition/offset`), and why it is here."""

    origin: str
    key: str
    headers: dict[str, str]
    body: bytes
    error: str


async def add(tx: Tx, service: str, letters: Sequence[DeadLetter]) -> None:
    """Store `letters` for `service`'s dead-letter topic, in the transaction that moves past them."""
    if not letters:
        return
    for letter in letters:
        log.error("dead letter", extra={"origin": letter.origin, "error": letter.error})
    headers = [letter.headers | {"x-error": letter.error, "x-origin": letter.origin} for letter in letters]
    keys, bodies = [letter.key for letter in letters], [letter.body for letter in letters]
    await tx.execute(_ADD, NO_COMPANY, dead_letters(service).name, keys, headers, bodies)


async def replay(settings: KafkaSettings, service: str) -> int:
    """Put every dead letter not replayed yet back on the topic it came from. Returns how many.

    Services that handled the event the first time know its id and ignore it.
    """
    topic = dead_letters(service)
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=f"{service}.replay",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(**client_options(settings), acks="all", enable_idempotence=True, partitioner=by_crc32)
    await consumer.start()
    await producer.start()
    try:
        partition = TopicPartition(topic.name, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        replayed = 0
        while await consumer.position(partition) < end:
            letter = await consumer.getone(partition)
            headers = {name: value for name, value in letter.headers if name not in ("x-error", "x-origin")}
            origin = clean(letter.headers)["x-origin"].rsplit("/", 2)[0]
            await producer.send_and_wait(origin, letter.value, key=letter.key, headers=list(headers.items()))
            await consumer.commit({partition: letter.offset + 1})
            replayed += 1
        return replayed
    finally:
        await producer.stop()
        await consumer.stop()
