"""The outbox relay: one leader per service publishes what waits, in order, and deletes what the broker has."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from servicekit.broker import by_crc32, client_options
from servicekit.db import Connection, Database
from servicekit.failpoints import Point, reach
from servicekit.settings import KafkaSettings
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

BATCH = 500
POLL_SECONDS = 1.0
REST_SECONDS = 0.01  # between two batches: what comes meanwhile goes out together
PUBLISH_SECONDS = 30.0
HAND_OVER_SECONDS = 5.0  # a topic that does not exist, or not for us, would keep the others waiting
HOLD_SECONDS = 30.0  # how long such a topic is left alone
LEAD_SECONDS = 60.0  # a leader of whom PostgreSQL hears nothing for so long leads no more; it asks more often than that
MEASURE_SECONDS = 15.0
MAX_REQUEST_BYTES = 1_048_576

_published = meter.create_counter("fieldbell_outbox_published_total", description="Messages the broker acknowledged.")
_waiting = meter.create_gauge("fieldbell_outbox_waiting", description="Messages that wait, counted up to 100,000.")
_oldest = meter.create_gauge("fieldbell_outbox_oldest_seconds", description="How long the first of them has waited.")
_dead = meter.create_gauge("fieldbell_dead_letters", description="Records that wait for an operator to decide.")
_parked = meter.create_gauge("fieldbell_outbox_parked", description="Messages that no broker would take.")

_NEXT = """
select id, topic, key, headers, body from outbox where parked is null and topic <> all($2::text[]) order by id limit $1
"""
_MEASURE = """
select (select count(*) from (select from outbox where parked is null limit 100000) w) as waiting,
       (select extract(epoch from now() - created_at)::float8
        from outbox where parked is null order by id limit 1) as oldest,
       (select count(*) from outbox where parked is not null) as parked,
       (select count(*) from (select from dead_letter where state = 'waiting' limit 100000) d) as dead
"""


@dataclass(frozen=True, slots=True)
class _Published:
    """What became of one topic's messages: those acknowledged before the first failure, and that failure."""

    acknowledged: list[int]
    failure: Exception | None = None
    failed: int | None = None


class Relay:
    """Publishes the outbox. `run` returns only by cancellation or an exception; then run it again."""

    def __init__(self, database: Database, settings: KafkaSettings) -> None:
        self._database = database
        self._settings = settings
        self._wake = asyncio.Event()
        self._held: dict[str, float] = {}

    @property
    def held(self) -> list[str]:
        """Topics that refused a moment ago."""
        now = time.monotonic()
        return sorted(topic for topic, until in self._held.items() if until > now)

    async def check(self) -> None:
        """Raise while a topic refuses what it is given."""
        if self.held:
            raise RuntimeError(f"{', '.join(self.held)} can't be written")

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
                max_request_size=MAX_REQUEST_BYTES,
                partitioner=by_crc32,
                request_timeout_ms=20_000,
            )
            try:
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await producer.start()
                await self._publish_for_ever(connection, producer)
            finally:
                await _stop(producer)
        finally:
            await connection.close(timeout=2)

    async def _lead(self, connection: Connection) -> None:
        for limit in ("idle_session_timeout", "tcp_user_timeout"):  # where it waits for us, and where we for its answer
            await connection.execute("select set_config($1, $2, false)", limit, f"{LEAD_SECONDS:.0f}s")
        await connection.add_listener("outbox", lambda *_: self._wake.set())
        while not await connection.fetchval("select pg_try_advisory_lock(hashtext('outbox'))"):
            await asyncio.sleep(POLL_SECONDS)

    async def _publish_for_ever(self, connection: Connection, producer: AIOKafkaProducer) -> None:
        while True:
            self._wake.clear()
            rows = await connection.fetch(_NEXT, BATCH, self.held)
            await self._publish(connection, producer, rows)
            if rows:
                await asyncio.sleep(REST_SECONDS)
            if len(rows) < BATCH:
                await self._sleep()

    async def _sleep(self) -> None:
        """Until something is added; a lost notification costs one poll interval."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def measure(self) -> None:
        """For ever: how much waits. By itself, because publishing waits for a broker that is away."""
        while True:
            async with self._database.worker() as tx:
                row = await tx.fetchrow(_MEASURE)
            if row:
                _waiting.set(row["waiting"])
                _oldest.set(row["oldest"] or 0)
                _parked.set(row["parked"])
                _dead.set(row["dead"])
            await asyncio.sleep(MEASURE_SECONDS)

    async def _publish(self, connection: Connection, producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
        """Publish `rows`, each topic by itself: one that refuses is held back for a while, and stops no other."""
        by_topic: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_topic[row["topic"]].append(row)
        results = await asyncio.gather(*(_publish_topic(producer, of_topic) for of_topic in by_topic.values()))
        acknowledged = [id for result in results for id in result.acknowledged]
        if acknowledged:
            reach(Point.PUBLISHED)
        await connection.execute("delete from outbox where id = any($1::bigint[])", acknowledged)
        _published.add(len(acknowledged))
        for result in results:
            if isinstance(result.failure, MessageSizeTooLargeError):
                await self._park(connection, result.failed, result.failure)
        self._hold({topic: r.failure for topic, r in zip(by_topic, results, strict=True)})

    def _hold(self, failures: Mapping[str, Exception | None]) -> None:
        """Leave topics alone that refuse; if all do it is the broker, or this producer: begin anew."""
        refusing = {
            topic: type(failure).__name__
            for topic, failure in failures.items()
            if failure and not isinstance(failure, MessageSizeTooLargeError)
        }
        if refusing and len(refusing) == len(failures):
            raise ConnectionError(f"nothing can be published: {refusing}")
        for topic, error in refusing.items():
            log.error("a topic can't be written and is left alone for a while", extra={"topic": topic, "error": error})
            self._held[topic] = time.monotonic() + HOLD_SECONDS

    async def _park(self, connection: Connection, row: int | None, error: Exception) -> None:
        """Set a message aside that no broker will take; the others flow."""
        log.error("message parked in the outbox: it is too large", extra={"outbox_id": row})
        await connection.execute("update outbox set parked = $2 where id = $1", row, str(error))


async def _publish_topic(producer: AIOKafkaProducer, rows: Sequence[Any]) -> _Published:
    """Hand over one topic's `rows`. What follows the first failure is not counted: keys keep their order."""
    try:
        async with asyncio.timeout(HAND_OVER_SECONDS):
            acknowledgements = [await _send(producer, row) for row in rows]
        async with asyncio.timeout(PUBLISH_SECONDS):
            results = await asyncio.gather(*acknowledgements, return_exceptions=True)
    except Exception as error:
        return _Published([], error, rows[0]["id"])
    acknowledged: list[int] = []
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, Exception):
            return _Published(acknowledged, result, row["id"])
        acknowledged.append(row["id"])
    return _Published(acknowledged)


async def _send(producer: AIOKafkaProducer, row: Any) -> "asyncio.Future[Any]":
    """The acknowledgement to come; of a message that is too large, its refusal."""
    headers = [(name, value.encode()) for name, value in row["headers"].items()]
    try:
        future: asyncio.Future[Any] = await producer.send(
            row["topic"], row["body"], key=row["key"].encode(), headers=headers
        )
    except MessageSizeTooLargeError as error:
        future = asyncio.get_running_loop().create_future()
        future.set_exception(error)
    return future


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop the producer; in an outage `stop` would wait for ever, and the rows are still in the outbox."""
    try:
        async with asyncio.timeout(2):
            await producer.stop()
    except TimeoutError:
        log.warning("producer abandoned: the broker does not answer")
