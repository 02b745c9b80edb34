"""Dead letters: records that can't be read or handled, kept whole until an operator decides (docs/adr/0038)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from contracts.topics import TOPICS
from servicekit.db import Tx
from servicekit.errors import Conflict, NotFound

log = logging.getLogger(__name__)

NO_COMPANY = UUID(int=0)
SNAPSHOTS = [topic.name for topic in TOPICS if topic.compacted]
_ADD = """
insert into dead_letter (origin, topic, key, headers, body, error)
select * from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::text[])
"""
_LIST = """
select id, origin, topic, key, headers, error, at, state, decided_at, decided_by, reason, length(body) as bytes
from dead_letter
where ($1::text is null or state = $1) and ($2::timestamptz is null or (at, id) < ($2, $3::uuid))
order by at desc, id desc
limit $4
"""
_FIND = """
select id, origin, topic, key, headers, error, at, state, decided_at, decided_by, reason, length(body) as bytes, body
from dead_letter where id = $1
"""
_WAITING = """
select id from dead_letter where state = 'waiting' and topic <> all($2::text[]) order by at, id limit $1
"""
_OF_SNAPSHOTS = """
select topic from dead_letter where id = any($1::uuid[]) and state = 'waiting' and topic = any($2::text[]) limit 1
"""
# In one statement: it is on its way back exactly if it is decided, whoever asks at the same time, and however often.
_REPLAY = """
with locked as (
    select id, topic, key, headers, body from dead_letter where id = any($1::uuid[]) and state = 'waiting'
    order by at, id
    for update
), back as (
    insert into outbox (company_id, topic, key, headers, body)
    select $2, topic, key, headers, body from locked
), decided as (
    update dead_letter d set state = 'replayed', decided_at = now(), decided_by = $3, body = null, headers = '{}'
    from locked l where d.id = l.id
    returning d.id
)
select id, (select pg_notify('outbox', '')) from decided
"""
_DISCARD = """
update dead_letter
set state = 'discarded', decided_at = now(), decided_by = $2, reason = $3, body = null, headers = '{}'
where id = any($1::uuid[]) and state = 'waiting'
returning id
"""
# Whatever names the customer: a profile by its key, a job's event in its body.
_FORGET = """
update dead_letter
set state = 'discarded', decided_at = now(), decided_by = 'fieldbell', reason = 'the customer was deleted', body = null,
    headers = '{}'
where state = 'waiting' and (key = $1 or position(convert_to($1, 'UTF8') in body) > 0)
"""
_COUNT = "select count(*) from (select from dead_letter where state = 'waiting' limit 100000) waiting"


class State(StrEnum):
    """What became of a dead letter."""

    WAITING = "waiting"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class OfASnapshot(Conflict):
    """This is one version of something of which only the newest counts."""

    slug = "of-a-snapshot"


class AlreadyDecided(Conflict):
    """Somebody has decided about this dead letter before."""

    slug = "already-decided"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record as it came, where it came from (`topic/partition/offset`), and why it is here."""

    origin: str
    key: str
    headers: dict[str, str]
    body: bytes
    error: str

    @property
    def topic(self) -> str:
        """Where it goes back to."""
        return self.origin.rsplit("/", 2)[0]


async def add(tx: Tx, letters: Sequence[DeadLetter]) -> None:
    """Keep `letters`, in the transaction that moves past them."""
    if not letters:
        return
    for letter in letters:
        log.error("dead letter", extra={"origin": letter.origin, "error": letter.error})
    rows = [(each.origin, each.topic, each.key, each.headers, each.body, each.error) for each in letters]
    await tx.execute(_ADD, *map(list, zip(*rows, strict=True)))


async def page(tx: Tx, state: State | None, after: tuple[datetime, UUID] | None, limit: int) -> list[asyncpg.Record]:
    """Up to `limit` of them, newest first, without their bodies."""
    return list(await tx.fetch(_LIST, state, *(after or (None, None)), limit))


async def find(tx: Tx, id: UUID) -> dict[str, Any]:
    """One, whole. Raises `NotFound`."""
    row = await tx.fetchrow(_FIND, id)
    if row is None:
        raise NotFound("There is no such dead letter.")
    return dict(row)


async def waiting(tx: Tx, limit: int, *, snapshots: bool = True) -> list[UUID]:
    """Those that nobody has decided about, the oldest first; without those of snapshots, which are not put back."""
    return [row["id"] for row in await tx.fetch(_WAITING, limit, [] if snapshots else SNAPSHOTS)]


async def replay(tx: Tx, ids: Sequence[UUID], by: str) -> int:
    """Send them back to the topics they came from, with the transaction's commit. Returns how many were waiting.

    Services that handled the event the first time know its id and ignore it; what fails again is a new dead letter.
    Raises `OfASnapshot`: behind a newer version an old one would be what the topic keeps.
    """
    if topic := await tx.fetchval(_OF_SNAPSHOTS, list(ids), SNAPSHOTS):
        copy = topic.partition(".")[0]
        raise OfASnapshot(
            f"{topic} keeps the newest record of each key, and this one may be an older. Nothing was put back."
            f" Discard it, then run `rebuild {copy}`: that reads what is newest."
        )
    return len(await tx.fetch(_REPLAY, list(ids), NO_COMPANY, by))


async def discard(tx: Tx, ids: Sequence[UUID], by: str, reason: str) -> int:
    """Give them up: what they said is forgotten, that they were there is not. Returns how many were waiting."""
    return len(await tx.fetch(_DISCARD, list(ids), by, reason))


async def forget_customer(tx: Tx, customer_id: UUID) -> None:
    """Discard what is about a customer who was deleted."""
    await tx.execute(_FORGET, str(customer_id))


async def count(tx: Tx) -> int:
    """How many wait, counted up to 100,000."""
    return int(await tx.fetchval(_COUNT) or 0)
