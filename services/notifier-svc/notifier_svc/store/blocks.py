"""The block registry: addresses that must not be written to, by a keyed hash; each change of it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.addresses import mask
from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, PersonRef, PhoneRef, Scope
from contracts.topics import INBOUND
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import normalise
from notifier_svc.store import phones
from notifier_svc.store.planning import QUERIES
from servicekit import clock, outbox
from servicekit.db import Tx
from servicekit.outbox import Message


@dataclass(frozen=True, slots=True)
class Block:
    """An address that is blocked, and why."""

    id: UUID
    channel: Channel
    scope: Scope
    cause: Cause
    masked_address: str | None
    note: str | None
    actor: str | None
    created_at: datetime
    expires_at: datetime | None
    by: PersonRef | None


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a company's customer, to be blocked."""

    company_id: UUID
    channel: Channel
    address: str
    """Empty where only its hash is known any more."""

    def hash(self, keys: Keys) -> bytes:
        """What stands for it in the registry."""
        return keys.address(self.company_id, self.channel, normalise(self.address))


async def add(
    tx: Tx,
    hashed: bytes,
    place: Place,
    cause: Cause,
    scope: Scope = Scope.EVERYTHING,
    *,
    note: str | None = None,
    actor: str | None = None,
    expires_at: datetime | None = None,
    by: PersonRef | None = None,
) -> Block | None:
    """Block an address, whose hash this is; `None` where it is blocked by this cause already."""
    masked = mask(normalise(place.address)) if place.address else None
    found = await _phones(tx, place, cause)
    row: asyncpg.Record | None = await QUERIES.add_block(
        tx,
        *(place.company_id, place.channel, hashed, scope, cause, masked, note, actor, expires_at),
        *((by.customer_id, by.person_id) if by else (None, None)),
        [phone.model_dump(mode="json") for phone in found],
    )
    if row is None:
        return None
    await _tell(tx, place.company_id, hashed, row, found, by=by, actor=actor)
    return _block(row)


async def page(
    tx: Tx,
    channel: Channel | None,
    cause: Cause | None,
    hashes: Sequence[bytes] | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Block]:
    """Up to `limit` blocks of this transaction's company after the sort key `after`, newest first."""
    created_at, id = after or (None, None)
    rows = QUERIES.list_blocks(tx, channel, cause, hashes, created_at, id, limit)
    return [_block(row) async for row in rows]


async def find(tx: Tx, block_id: UUID) -> tuple[Block, bytes] | None:
    """The block and the hash of its address."""
    row: asyncpg.Record | None = await QUERIES.block(tx, block_id)
    return (_block(row), row["address_hash"]) if row else None


async def lift(tx: Tx, company_id: UUID, block: Block, address_hash: bytes, actor: str) -> bool:
    """The address may be written to again, as far as this block is concerned; `False`: somebody else was first."""
    lifted = [row async for row in QUERIES.drop_block(tx, block.id)]
    for row in lifted:
        found = [PhoneRef.model_validate(phone) for phone in row["phones"] or ()]
        await _tell(tx, company_id, address_hash, row, found, lifted=True, by=block.by, actor=actor)
    return bool(lifted)


async def lift_own(
    tx: Tx, hashed: bytes, place: Place, cause: Cause, scope: Scope | None = None, by: PersonRef | None = None
) -> bool:
    """Its owner takes back what they asked for, of one scope or all: whether there was something."""
    lifted = [row async for row in QUERIES.lift_own(tx, place.company_id, hashed, cause, scope)]
    for row in lifted:
        await _tell(tx, place.company_id, hashed, row, await _phones(tx, place, cause), lifted=True, by=by)
    return bool(lifted)


async def stopped(tx: Tx, company_id: UUID, hashed: bytes) -> dict[tuple[Scope, Cause], datetime]:
    """What does not go to this address because its owner or the office said so, and since when."""
    rows = QUERIES.stopped(tx, company_id, hashed)
    return {(Scope(row["scope"]), Cause(row["cause"])): row["created_at"] async for row in rows}


async def _phones(tx: Tx, place: Place, cause: Cause) -> list[PhoneRef]:
    """Whose phones it is about, where their owners' profiles say so, too."""
    if not place.address or place.channel is Channel.EMAIL or cause is Cause.OFFICE:
        return []
    return await phones.of_number(tx, place.company_id, normalise(place.address))


async def _tell(
    tx: Tx,
    company_id: UUID,
    address_hash: bytes,
    row: asyncpg.Record,
    found: Sequence[PhoneRef],
    *,
    lifted: bool = False,
    by: PersonRef | None = None,
    actor: str | None = None,
) -> None:
    data = BlockChanged(
        id=row["id"],
        company_id=company_id,
        channel=row["channel"],
        scope=row["scope"],
        cause=row["cause"],
        lifted=lifted,
        phones=tuple(found),
        by=by,
        actor=actor,
        changed_at=clock.now(),
    )
    await outbox.add(tx, [Message(INBOUND, address_hash.hex(), company_id, data)])


def _block(row: asyncpg.Record) -> Block:
    ids = (row["customer_id"], row["person_id"])
    return Block(
        id=row["id"],
        channel=Channel(row["channel"]),
        scope=Scope(row["scope"]),
        cause=Cause(row["cause"]),
        masked_address=row["masked_address"],
        note=row["note"],
        actor=row["actor"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        by=PersonRef(customer_id=ids[0], person_id=ids[1]) if all(ids) else None,
    )
