"""The transactional outbox: what must be published is stored with the change that made it true."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from contracts.model import Contract
from contracts.topics import MAX_MESSAGE_BYTES, Topic
from servicekit import clock
from servicekit.cloudevents import headers_of
from servicekit.db import Tx
from servicekit.errors import TooLarge
from servicekit.telemetry import current_traceparent

CHANNEL = "outbox"
FULL = 2_000  # what people do now goes out behind all that waits: that is less than a second's work

_ADD = """
with added as (
    insert into outbox (company_id, topic, key, headers, body)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[])
)
select pg_notify('outbox', '')
"""

_IS_FULL = "select count(*) = $1 from (select from outbox where parked is null limit $1) waiting"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to publish; `key` decides the partition, and so what keeps its order."""

    topic: Topic
    key: str
    company_id: UUID
    data: Contract
    subject: str | None = None
    id: UUID = field(default_factory=uuid4)
    time: datetime = field(default_factory=clock.now)
    traceparent: str | None = field(default_factory=current_traceparent)

    def headers(self) -> dict[str, str]:
        """The record's headers."""
        return headers_of(
            type(self.data),
            id=str(self.id),
            source=f"/{self.topic.owner}",
            subject=self.subject or self.key,
            time=self.time,
            company_id=self.company_id,
            traceparent=self.traceparent,
        )


async def add(tx: Tx, messages: Iterable[Message]) -> None:
    """Store `messages` in the caller's transaction; they go out after its commit, in this order per key.

    Raises `TooLarge` for what no broker would take: a change that can't be told must not be made.
    """
    rows = [(m.company_id, m.topic.name, m.key, m.headers(), _body(m)) for m in messages]
    if rows:
        await tx.execute(_ADD, *map(list, zip(*rows, strict=True)))


async def is_full(tx: Tx) -> bool:
    """Whether so much waits to be published that work in bulk must wait, too: the broker may be slower, or away."""
    return bool(await tx.fetchval(_IS_FULL, FULL))


def _body(message: Message) -> bytes:
    body = message.data.model_dump_json().encode()
    if len(body) > MAX_MESSAGE_BYTES:
        raise TooLarge(f"It would have {len(body):,} bytes where other services take {MAX_MESSAGE_BYTES:,}.")
    return body
