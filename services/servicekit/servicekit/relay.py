"""The outbox relay: one leader per service publishes what waits, in order, and deletes what the broker has."""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from servicekit.broker import client_options
from servicekit.db import Connection, Database
from servicekit.settings import KafkaSettings
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

BATCH = 500
POLL_SECONDS = 1.0
PUBLISH_SECONDS = 30.0
INBOX_DAYS = 16  # longer than any topic that is not compacted keeps its messages
IDEMPOTENCY_DAYS = 2

_published = meter.create_counter("fieldbell_outbox_published_total", description="Messages the broker acknowledged.")
_waiting = meter.create_gauge("fieldbell_outbox_waiting", description="Messages that wait to be published.")

_NEXT = "select id, topic, key, headers, body from outbox where parked is null order by id limit $1"
_CLEAN = """
with old_ids as (delete from inbox where seen_at < now() - make_interval(days => $1))
delete from idempotency where created_at < now() - make_interval(days => $2)
"""


class Relay:
    """Publishes the outbox. `run` returns only by cancellation or an exception; then run it again."""

    def __init__(self, database: Database, settings: KafkaSettings) -> None:
        self._database = database
        self._settings = settings
        self._wake = asyncio.Event()
        self.publishing = False
        """Whether this process leads and reached the broker."""

    async def run(self) -> None:
        """Wait to become the leader, then publish until something breaks."""
        connection = await self._database.worker_connection()
        try:
            await self._lead(connection)
            producer = AIOKafkaProducer(
                **client_options(self._settings),
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                max_batch_size=131_072,
                max_request_size=1_048_576,
                request_timeout_ms=20_000,
            )
            try:
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await producer.start()
                self.publishing = True
                await self._publish_for_ever(connection, producer)
            finally:
                self.publishing = False
                await _stop(producer)
        finally:
            await connection.close(timeout=2)

    async def _lead(self, connection: Connection) -> None:
        await connection.add_listener("outbox", lambda *_: self._wake.set())
        while not await connection.fetchval("select pg_try_advisory_lock(hashtext('outbox'))"):
            await asyncio.sleep(POLL_SECONDS)

    async def _publish_for_ever(self, connection: Connection, producer: AIOKafkaProducer) -> None:
        await connection.execute(_CLEAN, INBOX_DAYS, IDEMPOTENCY_DAYS)
        while True:
            self._wake.clear()
            rows = await connection.fetch(_NEXT, BATCH)
            if rows:
                await self._publish(connection, producer, rows)
            _waiting.set(0 if len(rows) < BATCH else await connection.fetchval("select count(*) from outbox"))
            if len(rows) < BATCH:
                await self._sleep()

    async def _sleep(self) -> None:
        """Until something is added; a lost notification costs one poll interval."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _publish(self, connection: Connection, producer: AIOKafkaProducer, rows: list[Any]) -> None:
        """Publish `rows` and delete those acknowledged before the first failure, so that keys keep their order."""
        sent: list[int] = []
        acknowledgements = []
        for row in rows:
            headers = [(name, value.encode()) for name, value in row["headers"].items()]
            try:
                acknowledgements.append(
                    await producer.send(row["topic"], row["body"], key=row["key"].encode(), headers=headers)
                )
                sent.append(row["id"])
            except MessageSizeTooLargeError as error:
                await self._park(connection, row["id"], error)
        async with asyncio.timeout(PUBLISH_SECONDS):
            results = await asyncio.gather(*acknowledgements, return_exceptions=True)
        failed = next((i for i, result in enumerate(results) if isinstance(result, BaseException)), len(results))
        await connection.execute("delete from outbox where id = any($1::bigint[])", sent[:failed])
        _published.add(failed)
        if failed < len(results):
            failure = results[failed]
            if not isinstance(failure, MessageSizeTooLargeError):
                raise failure
            await self._park(connection, sent[failed], failure)

    async def _park(self, connection: Connection, row: int, error: Exception) -> None:
        """Set a message aside that no broker will take; the others flow."""
        log.error("message parked in the outbox: it is too large", extra={"outbox_id": row})
        await connection.execute("update outbox set parked = $2 where id = $1", row, str(error))


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop the producer; in an outage `stop` would wait for ever, and the rows are still in the outbox."""
    try:
        async with asyncio.timeout(2):
            await producer.stop()
    except TimeoutError:
        log.warning("producer abandoned: the broker does not answer")
