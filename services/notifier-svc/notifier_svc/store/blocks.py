"""The block registry: addresses that must not be written to, by a keyed hash; each change of it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, PhoneRef, Scope
from contracts.topics import INBOUND
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.masking import mask
from notifier_svc.domain.model import normalise
from notifier_svc.store import phones
from notifier_svc.store.planning import QUERIES
from servicekit import outbox
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


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a company's customer, to be blocked."""

    company_id: UUID
    channel: Channel
    address: str

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
) -> Block | None:
    """Block an address, whose hash this is; `None` where it is blocked by this cause already."""
    masked = mask(place.channel, normalise(place.address))
    row: asyncpg.Record | None = await QUERIES.add_block(
        tx, place.company_id, place.channel, hashed, scope, cause, masked, note, actor, expires_at
    )
    if row is None:
        return None
    stopped = cause is Cause.OPTED_OUT and place.channel is Channel.SMS
    found = await phones.of_number(tx, place.company_id, normalise(place.address)) if stopped else []
    await _tell(tx, place.company_id, hashed, row, phones=found)
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


async def lift(tx: Tx, company_id: UUID, block: Block, address_hash: bytes) -> None:
    """The address may be written to again, as far as this block is concerned."""
    if not [row async for row in QUERIES.drop_block(tx, block.id)]:
        return  # somebody else was first
    row = {"id": block.id, "channel": block.channel, "scope": block.scope, "cause": block.cause}
    await _tell(tx, company_id, address_hash, row, lifted=True)


async def lift_opt_out(tx: Tx, keys: Keys, place: Place) -> bool:
    """Its owner texts START: whether there was a STOP to undo."""
    hashed = place.hash(keys)
    lifted = [row async for row in QUERIES.lift_opt_out(tx, place.company_id, hashed)]
    for row in lifted:
        await _tell(tx, place.company_id, hashed, row, lifted=True)
    return bool(lifted)


async def _tell(
    tx: Tx,
    company_id: UUID,
    address_hash: bytes,
    row: "asyncpg.Record | dict[str, object]",
    *,
    lifted: bool = False,
    phones: Sequence[PhoneRef] = (),
) -> None:
    data = BlockChanged(
        id=row["id"],
        company_id=company_id,
        channel=row["channel"],
        scope=row["scope"],
        cause=row["cause"],
        lifted=lifted,
        phones=tuple(phones),
        changed_at=datetime.now(UTC),
    )
    await outbox.add(tx, [Message(INBOUND, address_hash.hex(), company_id, data)])


def _block(row: asyncpg.Record) -> Block:
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
    )
